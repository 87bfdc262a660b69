"""What both programs need to run: the command line, settings, the database and logs.

What may live here: nothing that knows the sender or the receiver; they are reached by name alone.
"""
