"""Inserting many rows by few statements: each gives the interpreter away, and wants it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TypeAlias

from hookproof_runtime.database import Driver

Row: TypeAlias = tuple[object, ...]
"""What is to be inserted, as the statement has it."""

_MOST = 32  # rows of one statement


def insert(driver: Driver, into: str, rows: Sequence[Row], then: str = "") -> int:
    """Insert rows; how many there were, where `then` leaves some out.

    Args:
        driver: inside a transaction.
        into: `INSERT INTO table (column, …)`.
        rows: as many values each as there are columns.
        then: what follows the values, such as `ON CONFLICT DO NOTHING`.
    """
    number = 0
    for piece in _pieces(rows):
        values: list[object] = []
        for row in piece:
            values += row
        number += driver.execute(_statement(into, len(piece), len(piece[0]), then), values).rowcount
    return number


@cache
def _statement(into: str, rows: int, columns: int, then: str) -> str:
    row = f"({', '.join('?' * columns)})"
    return f"{into} VALUES {', '.join([row] * rows)} {then}"


def _pieces(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """The largest pieces first, each a power of two: few statements, and all of them prepared soon."""
    start, size = 0, _MOST
    while start < len(rows):
        while size > len(rows) - start:
            size //= 2
        yield rows[start : start + size]
        start += size
