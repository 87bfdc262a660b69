"""The grammar `t=<time>,<name>=<digest>`: elements of one header, joined by commas."""

from __future__ import annotations

import re

from ..errors import MalformedSignature
from ..headers import Headers, one
from .digests import is_hex
from .refusals import refuse_length, refuse_number, unreadable

_ELEMENT = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=([!-+\--~]*)", re.ASCII).fullmatch


def read_elements(headers: Headers, header: str, signature: str) -> tuple[str, tuple[str, ...]]:
    """Read the elements of a header: the text of `t`, which may be no time, and the signatures.

    Args:
        headers: a request's.
        header: the one that holds the elements.
        signature: the name of a signature's element; there may be several. Others are ignored.

    Raises:
        MalformedSignature: by rules P-HDR-2 to P-HDR-10, but for the form of `t`.
    """
    value = one(headers, header)
    refuse_length(header, value)
    time: str | None = None
    signatures: list[str] = []
    for number, raw in enumerate(value.split(","), start=1):
        element = _ELEMENT(raw.lstrip(" ") if number > 1 else raw)
        if element is None:
            raise unreadable(
                header,
                f"element {number} is not name=value (blanks may follow a comma and nothing else)",
            )
        name, text = element.groups()
        if name == "t":
            if time is not None:
                raise MalformedSignature("duplicate_element", "t stands more than once")
            time = text
        elif name == signature:
            if not is_hex(text):
                raise unreadable(
                    header, f"element {number}: {name} is 64 lower-case hexadecimal digits"
                )
            signatures.append(text)
    if time is None:
        raise unreadable(header, "there is no t element")
    if not signatures:
        raise unreadable(header, f"there is no {signature} element")
    refuse_number(signature, len(signatures))
    return time, tuple(signatures)
