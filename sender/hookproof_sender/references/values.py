"""A value as text, as the platform writes it, and as JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from decimal import Decimal

KINDS = (str, int, float, bool, type(None), list, tuple, Mapping)
"""What metadata are made of; anything else is in no reference's reach."""

_HALF_PAIR = re.compile("[\ud800-\udfff]")
_encode = json.JSONEncoder(
    ensure_ascii=False,
    separators=(",", ":"),
    allow_nan=False,
    default=lambda one: dict(one) if isinstance(one, Mapping) else None,
).encode


def as_json(value: object) -> str:
    """A value as compact JSON, which always has a UTF-8 form.

    What JSON cannot say is null, as in JavaScript: an infinite number, or one that is none.

    Raises:
        ValueError: it is nested too deep.
    """
    if isinstance(value, float) and math.isfinite(value):
        return _number(value)
    try:
        try:
            text = _encode(value)
        except ValueError:
            text = _encode(_finite(value))
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    return _HALF_PAIR.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def as_text(value: object) -> str:
    """A value as nunjucks writes it, which always has a UTF-8 form.

    A list's items are joined by commas, any other table is `[object Object]`, None is nothing.

    Raises:
        ValueError: it is nested too deep.
    """
    try:
        return _HALF_PAIR.sub("\ufffd", _text(value))
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list | tuple):
        return ",".join(map(_text, value))
    return "[object Object]"


def _number(value: float) -> str:
    """A number as JavaScript writes it: without an exponent from 1e-6 on, and below 1e21."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        written = format(Decimal(repr(value)), "f")
        return written.removesuffix(".0").removeprefix("-" if value == 0 else "")
    mantissa, _, exponent = repr(value).partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"


def _finite(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return value
