"""Taking what one expects out of JSON that anybody may have written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_HALVES = re.compile("[\ud800-\udfff]")


def text_of(value: Any) -> str:
    """The text; empty where it is none. Half of a surrogate pair, which is no text, becomes U+FFFD."""
    return _HALVES.sub("\ufffd", value) if isinstance(value, str) else ""


def mapping(value: Any) -> Mapping[str, Any]:
    """The object; an empty one where it is none."""
    return value if isinstance(value, dict) else {}


def listed(value: Any, most: int = 100) -> list[Any]:
    """The list, or its beginning; an empty one where it is none."""
    return value[:most] if isinstance(value, list) else []
