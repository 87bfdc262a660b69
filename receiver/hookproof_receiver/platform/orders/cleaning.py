"""Rows in, rows out: what is clean, and what could not be mended."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from . import cells

COLUMNS: Final[Mapping[str, Callable[[str], str]]] = {
    "order_id": lambda cell: cells.needed(cell).upper(),
    "customer": cells.needed,
    "email": cells.email,
    "country": cells.country,
    "ordered_on": cells.day,
    "quantity": cells.quantity,
    "unit_price": cells.price,
    "state": cells.state,
}
"""Each column, and what makes its cells clean."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not in the clean table."""

    line: int
    """Of the file, counted from 1, the headings' line included."""
    column: str
    """Which cell; `order_id` for an order that is there twice."""
    reason: str
    """What is wrong with it."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The outcome."""

    rows: list[dict[str, str]]
    """In their order; the first of each order stays."""
    rejected: list[Rejected]
    """In their order; blank rows are not among them, nor those of other countries."""


def clean(rows: Iterable[tuple[int, Mapping[str, str]]], countries: Container[str]) -> Cleaned:
    """Clean a table.

    Args:
        rows: each with its line in the file.
        countries: the codes of those whose orders are wanted, `""` for orders that have none.
    """
    cleaned = Cleaned([], [])
    seen: set[str] = set()
    for line, row in rows:
        if not any(cells.text(cell) for cell in row.values()):
            continue
        outcome = _clean_row(line, row)
        if isinstance(outcome, Rejected):
            cleaned.rejected.append(outcome)
        elif outcome["country"] not in countries:
            continue
        elif outcome["order_id"] in seen:
            cleaned.rejected.append(Rejected(line, "order_id", "is there twice"))
        else:
            seen.add(outcome["order_id"])
            cleaned.rows.append(outcome)
    return cleaned


def _clean_row(line: int, row: Mapping[str, str]) -> dict[str, str] | Rejected:
    clean: dict[str, str] = {}
    for column, mend in COLUMNS.items():
        try:
            clean[column] = mend(row[column])
        except cells.CannotMend as reason:
            return Rejected(line, column, str(reason))
    return clean
