"""One cell: what was meant, or a sentence that says why nobody can know."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

COUNTRIES = {
    "austria": "AT",
    "france": "FR",
    "germany": "DE",
    "netherlands": "NL",
    "united kingdom": "GB",
}
"""Names that stand for a code, in lower case."""

STATES = ("cancelled", "new", "paid", "shipped")
"""What an order can be."""

_NOTHING = {"", "-", "n/a", "null"}
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})")
_CURRENCY = re.compile(r"^(?:€|EUR) ?| ?(?:€|EUR)$")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,])[0-9]{3})+(?:([.,])[0-9]{1,2})?")
_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]{1,2})?")


class CannotMend(ValueError):
    """What was meant cannot be known."""


def text(cell: str) -> str:
    """With single blanks, and none around; empty where it stands for nothing."""
    tidy = " ".join(cell.split())
    return "" if tidy.lower() in _NOTHING else tidy


def needed(cell: str) -> str:
    """A text that must be there."""
    tidy = text(cell)
    if not tidy:
        raise CannotMend("is missing")
    return tidy


def email(cell: str) -> str:
    """In lower case; empty where there is none."""
    address = text(cell).lower()
    if address and not re.fullmatch(r"[^@ ]+@[^@ ]+\.[^@ ]+", address):
        raise CannotMend(f"is no address: {address!r}")
    return address


def country(cell: str) -> str:
    """The two letters; empty where there is none."""
    name = text(cell)
    code = COUNTRIES.get(name.lower(), name.upper())
    if code and code not in COUNTRIES.values():
        raise CannotMend(f"is no country we ship to: {name!r}")
    return code


def state(cell: str) -> str:
    """In lower case."""
    name = needed(cell).lower()
    if name not in STATES:
        raise CannotMend(f"is no state of an order: {name!r}")
    return name


def day(cell: str) -> str:
    """`2025-03-09`, from that or from a form with the day first."""
    written = needed(cell)
    if match := _ISO_DATE.fullmatch(written):
        year, month, number = match.groups()
    elif match := _DAY_FIRST.fullmatch(written):
        number, month, year = match.groups()
    else:
        raise CannotMend(f"is no date: {written!r}")
    try:
        return date(int(year), int(month), int(number)).isoformat()
    except ValueError:
        raise CannotMend(f"is on no calendar: {written!r}") from None


def quantity(cell: str) -> str:
    """A whole number above 0."""
    written = needed(cell)
    if not (written.isascii() and written.isdecimal()) or int(written) == 0:
        raise CannotMend(f"is no quantity: {written!r}")
    return str(int(written))


def price(cell: str) -> str:
    """With a point and two decimals, from `1.234,50`, `1,234.50`, `12,5`, `€ 12.50` or `12`.

    `1,234` could be either: it is not guessed.
    """
    written = needed(cell)
    digits = _CURRENCY.sub("", written)
    if match := _GROUPED.fullmatch(digits):
        group, decimal = match.groups()
        if decimal is None or decimal == group:
            raise CannotMend(f"could be read two ways: {written!r}")
        digits = digits.replace(group, "")
    elif not _PLAIN.fullmatch(digits):
        raise CannotMend(f"is no price: {written!r}")
    return f"{Decimal(digits.replace(',', '.')):.2f}"
