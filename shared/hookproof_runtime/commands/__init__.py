"""The commands that belong to neither program.

What may live here: one file a command: parse, call, print. What may not: a decision of its own, and
the sender or the receiver by import; the demo starts both as processes.
"""
