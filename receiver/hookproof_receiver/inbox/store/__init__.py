"""SQL for the inbox's tables. Every function takes part in a transaction that its caller opened.

What every message passes takes the driver's own connection: its statements are text, and are prepared
once. SQLAlchemy's share of one of them would be more than SQLite's.
"""
