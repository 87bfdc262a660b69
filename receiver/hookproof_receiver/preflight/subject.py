"""What is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hookproof import BadConfiguration
from hookproof_runtime.database import Engine, file_of

from ..app import Receiver


@dataclass(frozen=True, slots=True)
class Subject:
    """A receiver as it would be started."""

    receiver: Receiver
    """As far as it could be declared."""
    problems: tuple[str, ...]
    """What could not be declared, and why."""
    now_ns: int
    """The time."""

    @property
    def file(self) -> Path | None:
        """The file of its database; None where what is named can have none."""
        try:
            return self.named_file()
        except BadConfiguration:
            return None

    def named_file(self) -> Path:
        """The file of its database.

        Raises:
            BadConfiguration: what is named can have none.
        """
        database: str | Engine = self.receiver.settings.database
        return file_of(database.url if isinstance(database, Engine) else database)
