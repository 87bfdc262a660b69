"""Which countries a run of recipe 4 is for."""

from __future__ import annotations

from .cells import COUNTRIES

EU = ("AT", "DE", "FR", "NL")
"""Those of them that are in the European Union."""


def countries_of(region: str) -> frozenset[str]:
    """The codes of a region, and `""` for orders without a country where it is all.

    Args:
        region: `all`, `EU`, `UK`, or a country's code, in any case.

    Raises:
        ValueError: it is none of them.
    """
    codes = frozenset(COUNTRIES.values())
    match region.upper():
        case "ALL":
            return codes | {""}
        case "EU":
            return frozenset(EU)
        case "UK":
            return frozenset({"GB"})
        case code if code in codes:
            return frozenset({code})
    raise ValueError(f"region is all, EU, UK or one of {', '.join(sorted(codes))}, not {region[:20]!r}")
