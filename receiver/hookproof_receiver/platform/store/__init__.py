"""The tables of this room: the one folder of it that speaks SQL.

What may live here: what is on record of job groups, and how it changes, each change in one
transaction. What may not: when it does.
"""

from .groups import GroupStore as GroupStore
from .groups import NewGroup as NewGroup
from .running import RunningStore as RunningStore
