"""Alembic's entry: run the steps in the transaction that is open."""

from hookproof_runtime.database import migration_environment

migration_environment()
