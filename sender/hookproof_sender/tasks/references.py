"""References to a plan's metadata, such as `{{$plan.name}}`, which are not rendered yet."""

from __future__ import annotations

import re

_BEGIN = r"\{\{-?\s*\$"
_REFERENCE = re.compile(_BEGIN)
_WHOLE = re.compile(_BEGIN + r"[^{}]*\}\}")


def replace_references(text: str) -> str:
    """Put a value in the place of each reference: a digit, which is good in a string and outside."""
    return _WHOLE.sub("0", text)


def refuse_reference(text: str, where: str) -> None:
    """Refuse a text that would go out as it stands where a value is meant.

    Raises:
        ValueError: it holds a reference.
    """
    if _REFERENCE.search(replace_references(text)):
        raise ValueError(f"{where} holds a reference that does not end: {{{{$… without its }}}}")
    if _REFERENCE.search(text):
        raise ValueError(
            f"{where} holds a reference ({{{{$…}}}}): this release does not render them, so write the "
            "value itself"
        )
