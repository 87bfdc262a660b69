"""Whoever sends tasks and runs plans for a program that does neither.

The sender offers one by entry point, in the group `hookproof.task_runner`; the receiver's platform side
uses it without knowing it. An entry point names a callable that takes the table `[sender]` of the
settings and gives a `TaskRunner`. It is looked for, and its module imported, when one is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Protocol

from hookproof.errors import CannotRun

if TYPE_CHECKING:
    from .settings import SenderSettings

GROUP = "hookproof.task_runner"
"""The entry points' group."""


class NotInstalled(CannotRun):
    """There is no task runner here; the sentence says what to install."""


@dataclass(frozen=True, slots=True)
class Tested:
    """How one request went."""

    status_code: int | None
    """The answer's status; None where none came."""
    error: str | None
    """Why it did not succeed, in words that hold nothing that the peer wrote; None where it did."""


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

    def start(self) -> None:
        """Go on with what an earlier process left: messages on record, and runs of plans.

        Raises:
            CannotRun: its database cannot be used.
        """

    def close(self) -> None:
        """Stop: attempts under way may end, and what is left goes on at the next start."""


def find(settings: SenderSettings) -> TaskRunner:
    """Make the task runner that is installed.

    Args:
        settings: the table `[sender]`: where it may send to, and how.

    Raises:
        NotInstalled: there is none, or something that it needs is missing.
        BadConfiguration: something in the settings cannot be right.
    """
    for entry in entry_points(group=GROUP):
        try:
            make = entry.load()
        except ImportError as missing:
            raise NotInstalled(
                f"the task runner cannot be loaded ({missing}): pip install 'hookproof[sender]'"
            ) from missing
        runner: TaskRunner = make(settings)
        return runner
    raise NotInstalled("no task runner is installed: pip install 'hookproof[sender]'")
