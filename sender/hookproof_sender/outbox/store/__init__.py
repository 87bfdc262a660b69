"""The outbox's tables: the only place of the room that speaks SQL.

Statements are plain text, run as they stand: on the way of every message, building them would cost more
than running them. What may live here: statements, and the turning of rows into records. What may not: a
decision, a commit (whoever opens the transaction makes it), or a clock.
"""
