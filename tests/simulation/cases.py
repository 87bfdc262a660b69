"""All that can be put to the proof: the settings of the table, and the faults that are planted."""

from __future__ import annotations

from tests.simulation.plants import PLANTS
from tests.simulation.schedule import Case
from tests.simulation.settings import SETTINGS

REAL = tuple(Case(setting.name, setting) for setting in SETTINGS)
"""The receiver's own ladder, in each setting."""


def case_of(name: str) -> Case:
    """The setting or planted fault of that name.

    Raises:
        LookupError: there is none.
    """
    for case in (*REAL, *PLANTS):
        if case.name == name:
            return case
    raise LookupError(f"no case is called {name!r}; there are: {', '.join(one.name for one in REAL)}")
