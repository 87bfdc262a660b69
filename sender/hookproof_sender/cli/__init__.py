"""The commands `send`, `work`, `outbox`, `test`, `task` and `policy`.

What may live here: options, lines for people, JSON, exit codes. What may not: anything that a Python
program would want too.
"""
