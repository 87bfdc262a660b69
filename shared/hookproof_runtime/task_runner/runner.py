"""What a task runner does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from .seen import PlanRunSeen, PlanSeen, Tested


class TaskRunner(Protocol):
    """Sends tasks and runs plans. It serves any number of threads of one process.

    A record is an HTTP task's, with the platform's own keys.
    """

    def check(self, record: Mapping[str, Any]) -> None:
        """See that a record is one that can be sent; nothing is sent.

        Raises:
            BadConfiguration: it is not; every problem of it, a line each.
        """

    def test(self, record: Mapping[str, Any]) -> Tested:
        """Send a task once: no retry, no GUID, nothing on record.

        Raises:
            BadConfiguration: as for `check`.
        """

    def enqueue(self, record: Mapping[str, Any], *, key: str, at_ns: int) -> str:
        """Put a message on record, as it stands, and have it sent with the task's own retries.

        Args:
            record: what to send.
            key: of all that is ever sent, what this is: the same key and time again mean the same
                message, and never a second one.
            at_ns: when that happened which it tells about: Unix time in nanoseconds.

        Returns:
            The message's id, `msg_…`.

        Raises:
            BadConfiguration: as for `check`: it can never be sent.
            CannotRun: it could not be put on record now.
        """

    def plan(self, file: Path) -> PlanSeen:
        """What the file of a plan says.

        Raises:
            BadConfiguration: it cannot be read, or is no plan; every problem of it, a line each.
        """

    def run_plan(self, file: Path, overrides: Sequence[Mapping[str, Any]], *, run_id: str) -> None:
        """Put a run of a plan on record, and have it run in the background.

        Args:
            file: the plan.
            overrides: what is different in this run: the platform's `planNodeOverrides`.
            run_id: `run_…`, of a run that is not on record; the same one again is not run twice.

        Raises:
            BadConfiguration: as for `plan`; an override names nothing (then what there is is named), or
                a secret is missing. Nothing is on record.
            CannotRun: it could not be put on record now.
        """

    def resume_plan(self, run_id: str) -> None:
        """Have a run that a process left go on in the background; one that somebody runs is left."""

    def plan_run(self, run_id: str) -> PlanRunSeen | None:
        """A run as it stands; None where there is none of that id."""

    def start(self) -> None:
        """Go on with the messages that an earlier process left on record.

        Raises:
            CannotRun: its database cannot be used.
        """

    def close(self) -> None:
        """Stop: attempts under way may end, and what is left goes on at the next start."""
