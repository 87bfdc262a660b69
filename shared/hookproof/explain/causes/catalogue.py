"""The list, as one."""

from __future__ import annotations

from typing import Final

from ..explanation import Finding
from .body import BODY
from .cause import Cause
from .header import HEADER
from .secret import SECRET
from .signature import SIGNATURE
from .time import TIME

CAUSES: Final[dict[str, Cause]] = {**BODY, **SECRET, **SIGNATURE, **HEADER, **TIME}
"""By code. The list is closed: PROTOCOL.md has the same."""


def finding(code: str, what: str, *, proved: bool = False) -> Finding:
    """A finding of that cause.

    Args:
        code: one of `CAUSES`.
        what: what was found out, for the place that the cause's sentence has for it.
        proved: whether it reproduces the signature, or is measured.
    """
    cause = CAUSES[code]
    return Finding(code, proved, cause.seen.format(what), cause.fix, cause.lines)
