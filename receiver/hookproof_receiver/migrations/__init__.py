"""The receiver's schema, step by step.

What may live here: Alembic's environment and one file a step, under `versions`. A step that was
released is never changed.
"""

from .schema import PACKAGE as PACKAGE
from .schema import VERSION_TABLE as VERSION_TABLE
from .schema import bring_up_to_date as bring_up_to_date
