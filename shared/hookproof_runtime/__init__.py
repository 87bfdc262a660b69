"""What both programs need to run: the command line, settings, the database, logs, and where
to listen.

What may live here: nothing that knows the sender or the receiver; they are reached by name alone.
"""
