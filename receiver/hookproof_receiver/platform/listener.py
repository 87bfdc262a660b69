"""Who wants to know of job groups, and writes what comes of it in the same transaction."""

from __future__ import annotations

from typing import Protocol

from hookproof_runtime.database import Connection

from .job_group import JobGroup
from .webhooks.shapes import JobOverrides


class JobListener(Protocol):
    """Is told of each job group's beginning and end, each exactly once.

    What is written through `connection` is kept if, and only if, the beginning or the end is. What it
    raises undoes both.
    """

    def recorded(self, connection: Connection, group: JobGroup, overrides: JobOverrides) -> None:
        """A group is put on record.

        Args:
            connection: of the transaction that does so.
            group: as it is, Created.
            overrides: of the request, may hold secrets.
        """

    def ended(self, connection: Connection, group: JobGroup) -> None:
        """A group ends.

        Args:
            connection: of the transaction that does so.
            group: as it is then: Complete, Failed or Canceled.
        """

    def after_end(self) -> None:
        """The end of a group is on the disk: there may be something to do now."""
