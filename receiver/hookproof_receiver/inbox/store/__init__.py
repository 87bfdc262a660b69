"""The inbox's tables: the only place of the room that speaks SQL.

What may live here: statements, built once, and the turning of rows into records. What may not: a
decision, a commit (whoever opens the transaction makes it), or a clock.
"""
