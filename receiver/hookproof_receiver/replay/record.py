"""One replay, and what it is called afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..inbox import Standing

Result: TypeAlias = Literal["fixed", "handled", "same", "failed", "still_failing", "worse"]
"""What came of it: it failed before and not now; it had not run before and is done; it succeeded before
and now; it had not run before and failed; it failed before and now; it succeeded before and not now."""

GOOD: frozenset[Result] = frozenset({"fixed", "handled", "same"})
"""What nobody has to look at."""

How: TypeAlias = Literal["handler", "as_it_was", "resign"]
"""By its handler, in this process; or sent over HTTP, signed as it came or anew."""


@dataclass(frozen=True, slots=True)
class Before:
    """How a message stood before."""

    state: Standing | None
    """None where there was no message."""
    status: int | None
    """What its last run answered."""
    error: str | None
    """Why that failed."""

    @property
    def succeeded(self) -> bool | None:
        """Whether its handler had succeeded; None where it had not run to an end."""
        if self.state == "done":
            return True
        return False if self.state in ("failed", "parked", "rejected", "running") else None


@dataclass(frozen=True, slots=True)
class Replay:
    """One replay on record. Times are Unix milliseconds."""

    id: str
    """`rpl_…`."""
    of: str
    """What was asked for: `msg_…` or `dlv_…`."""
    message_id: str | None
    """The message that ran."""
    how: How
    target: str | None
    """Where it was sent, without what may be a token; None by the handler."""
    changes: tuple[str, ...]
    """What was changed of the request: `body`, and headers by their names."""
    attempt: int | None
    """Which start of a handler this was."""
    before: Before
    after_state: str | None
    """What the run ended as: `done`, `rejected` or `failed`; None where it has not ended."""
    after_status: int | None
    after_error: str | None
    result: Result | None
    """None where it has not ended: it runs, or its process was killed."""
    owner: str
    """The lease that it runs under."""
    started_ms: int
    ended_ms: int | None


def result(before: Before, *, succeeded: bool) -> Result:
    """What to call it."""
    match before.succeeded, succeeded:
        case None, True:
            return "handled"
        case None, False:
            return "failed"
        case False, True:
            return "fixed"
        case False, False:
            return "still_failing"
        case True, True:
            return "same"
        case _:
            return "worse"
