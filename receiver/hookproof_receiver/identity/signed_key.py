"""Rule 0's key: one field of the signed body, or the id that the scheme signs."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any


def read_key(body: bytes, pointer: str) -> str | None:
    """What identifies the message: 64 hexadecimal digits that stand for the field's value.

    A number is its value, however it is written (4, 4.0 and 40e-1 are one); 4 and "4" are two.

    Args:
        body: the proved bytes.
        pointer: a JSON pointer (RFC 6901), such as `/run` or `/runs/0/id`.

    Returns:
        None where the value is not usable: the body is not JSON in UTF-8 that all readers read alike
        (a name that comes twice, NaN), or is nested too deeply; the field is missing, or neither a
        number nor a string that is not empty and holds no `{{` (a reference that was not rendered).
    """
    try:
        document = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=Decimal,
            parse_float=Decimal,
            parse_constant=_refuse_constant,
        )
        value = _at(document, pointer)
    except (ValueError, LookupError, ArithmeticError, RecursionError):
        return None
    if isinstance(value, str) and value and "{{" not in value:
        text = "s" + value
    elif isinstance(value, Decimal):
        text = "n" + _canonical(value)
    else:
        return None
    return _digest(text)


def key_of_id(message_id: str) -> str:
    """What stands for a signed id: as of `read_key`, and never that of a field."""
    return _digest("i" + message_id)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _at(document: Any, pointer: str) -> Any:
    value = document
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value[name]
        elif isinstance(value, list) and name.isascii() and name.isdigit() and str(int(name)) == name:
            value = value[int(name)]
        else:
            raise LookupError(name)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name comes twice")
    return names


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


def _canonical(number: Decimal) -> str:
    # Not Decimal.normalize: it rounds to 28 digits, and would make one message of two long numbers.
    sign, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    significant = text.rstrip("0")
    if not significant:
        return "0"
    return f"{'-' * sign}{significant}e{int(exponent) + len(text) - len(significant)}"
