"""References to a plan's metadata, such as `{{$plan.name}}`, which are not rendered yet."""

from __future__ import annotations

import re

_REFERENCE = re.compile(r"\{\{-?\s*\$")


def refuse_reference(text: str, where: str) -> None:
    """Refuse a text that would go out as it stands where a value is meant.

    Raises:
        ValueError: it holds a reference.
    """
    if _REFERENCE.search(text):
        raise ValueError(
            f"{where} holds a reference ({{{{$…}}}}): this release does not render them, so write the "
            "value itself"
        )
