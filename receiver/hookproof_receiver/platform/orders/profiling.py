"""What a clean table holds, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def profile_of(
    rows: Sequence[Mapping[str, str]], rejected: Iterable[Mapping[str, str]]
) -> dict[str, Any]:
    """Count.

    Args:
        rows: of the clean table; at least one.
        rejected: of the table of what was rejected.
    """
    by_column = Counter(row["column"] for row in rejected)
    return {
        "rows": len(rows),
        "rejected": by_column.total(),
        "rejected_by_column": dict(sorted(by_column.items())),
        "columns": {column: _column([row[column] for row in rows]) for column in rows[0]},
    }


def _column(values: Sequence[str]) -> dict[str, Any]:
    filled = [value for value in values if value]
    return {
        "filled": len(filled),
        "empty": len(values) - len(filled),
        "distinct": len(set(filled)),
        "most_common": Counter(filled).most_common(1)[0][0] if filled else None,
    }
