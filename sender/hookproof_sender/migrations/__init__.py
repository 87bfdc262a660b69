"""The sender's schema, step by step.

What may live here: Alembic's environment and one file a step, under `versions`. A step that was
released is never changed.
"""

from .schema import bring_up_to_date as bring_up_to_date
