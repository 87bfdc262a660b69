"""A table of named checks, and how it is gone through."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias, TypeVar

from .finding import Finding, wrong

_S = TypeVar("_S")

Check: TypeAlias = Callable[[_S], Iterable[Finding]]
"""Looks at a subject, and says what it found; nothing where there is nothing to be said."""


class Checked(NamedTuple):
    """One finding, and the name of the check that made it."""

    check: str
    finding: Finding


def go_through(table: Mapping[str, Check[_S]], subject: _S) -> Iterator[Checked]:
    """Make every check, in the table's order: one that cannot be made is a finding, too."""
    for name, check in table.items():
        try:
            found = list(check(subject))
        except (OSError, sqlite3.Error) as error:
            reason = getattr(error, "strerror", None) or str(error)
            where = getattr(error, "filename", None) or name
            found = [wrong(f"this cannot be looked at: {reason}", str(where), "see to that first")]
        yield from (Checked(name, one) for one in found)
