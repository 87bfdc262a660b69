"""What a clean table holds, in numbers: the platform's four keys, and the sums of ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import quantiles
from typing import Any

_TYPES = {
    "ordered_on": "Datetime",
    "quantity": "Integer",
    "unit_price": "Float",
    "email": "Emailaddress",
}  # of the platform; the others are String
_NUMBERS = ("quantity", "unit_price")
_BUCKETS = 10
_TOP = 20


def profile_of(
    columns: Iterable[str],
    rows: Sequence[Mapping[str, str]],
    rejected: Iterable[Mapping[str, str]],
) -> dict[str, Any]:
    """Count.

    Args:
        columns: of the clean table, in their order.
        rows: of the clean table.
        rejected: of the table of what was rejected.
    """
    by_column = Counter(row["column"] for row in rejected)
    values = {column: [row[column] for row in rows] for column in columns}
    return {
        "columnTypes": {column: [_TYPES.get(column, "String")] for column in values},
        "profilerTypeCheckHistograms": {
            column: _type_check(cells, by_column[column]) for column, cells in values.items()
        },
        "profilerValidValueHistograms": {
            column: _numbers([float(cell) for cell in cells if cell])
            if column in _NUMBERS
            else _texts([cell for cell in cells if cell])
            for column, cells in values.items()
        },
        "profilerRules": [],
        "rows": len(rows),
        "rejected": by_column.total(),
        "rejected_by_column": dict(sorted(by_column.items())),
    }


def _type_check(cells: Sequence[str], rejected: int) -> list[dict[str, Any]]:
    filled = sum(1 for cell in cells if cell)
    counts = {"VALID": filled, "EMPTY": len(cells) - filled, "INVALID": rejected}
    return [{"key": key, "count": count} for key, count in counts.items()]


def _texts(cells: Sequence[str]) -> dict[str, Any]:
    counted = Counter(cells)
    # The most frequent first, and of those the first by letter: the same table, the same profile.
    top = sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:_TOP]
    return {
        "topk": [{"key": key, "count": count} for key, count in top],
        "k": _TOP,
        "c": len(cells),
        "ub": len(counted),
    }


def _numbers(numbers: Sequence[float]) -> dict[str, Any]:
    if not numbers:
        return {"min": None, "max": None, "quartiles": {}, "buckets": []}
    least, most = min(numbers), max(numbers)
    width = (most - least) / _BUCKETS or 1.0
    counts = Counter(min(int((number - least) / width), _BUCKETS - 1) for number in numbers)
    quarters = quantiles(numbers, n=4) if len(numbers) > 1 else [least] * 3
    return {
        "min": least,
        "max": most,
        "roundMin": least,
        "roundMax": most,
        "quartiles": {
            name: round(one, 4) for name, one in zip(("q1", "q2", "q3"), quarters, strict=True)
        },
        "buckets": [
            {"pos": round(least + number * width, 4), "b": counts[number]} for number in range(_BUCKETS)
        ],
    }
