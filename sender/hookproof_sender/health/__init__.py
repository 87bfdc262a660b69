"""What `hookproof doctor` says of an outbox.

What may live here: what can be read out of an outbox that is opened to be read alone, and what of it is
wrong. What may not: a change. SQL is in `store` alone.
"""
