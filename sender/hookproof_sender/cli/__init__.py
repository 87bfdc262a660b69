"""The commands `send`, `test` and `policy`.

What may live here: options, lines for people, JSON, exit codes. What may not: anything that a Python
program would want too.
"""
