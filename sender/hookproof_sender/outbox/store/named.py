"""Values for an `IN (…)`."""

from __future__ import annotations

from collections.abc import Sequence


def named(values: Sequence[str], prefix: str = "one") -> tuple[str, dict[str, str]]:
    """The parameters' names as SQL writes them, and the values under those names."""
    names = [f"{prefix}{number}" for number in range(len(values))]
    return ", ".join(":" + name for name in names), dict(zip(names, values, strict=True))
