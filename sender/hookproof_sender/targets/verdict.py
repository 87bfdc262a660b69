"""What was decided of one address, and why."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

OPEN_LOOPBACK: Final = "allowLoopback = true"
"""The line under `[sender]` that opens loopback."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may go to one address."""

    address: str | None
    """The address; None where the URL was refused before its name was resolved."""
    permitted: bool
    """Whether it may be connected to."""
    reason: str
    """Why, in words that follow the address; names the range or the list that decides."""
    setting: str | None = None
    """The line under `[sender]` that would permit it; None where it is permitted, or nothing would."""

    @property
    def sentence(self) -> str:
        """Address, reason, and what would permit it."""
        said = f"{self.address} {self.reason}" if self.address else self.reason
        return said if self.permitted else f"{said}; {cure(self.setting)}"


def setting_for_all(verdicts: Iterable[Verdict]) -> str | None:
    """The one line that would permit everything that is refused; None where no line does.

    A regex that lets a URL through opens loopback for it too.
    """
    settings = {verdict.setting for verdict in verdicts if not verdict.permitted}
    if None in settings:
        return None
    return next(iter(settings - {OPEN_LOOPBACK}), OPEN_LOOPBACK if settings else None)


def cure(setting: str | None) -> str:
    """A setting in words."""
    if setting is None:
        return "no setting opens that"
    file = "" if setting == OPEN_LOOPBACK else " in hookproof.toml"
    return f"{flags(setting)}, or {setting} under [sender]{file} would allow it"


def flags(setting: str) -> str:
    """The flags of a command that do what a line of the settings does, as a shell takes them."""
    if setting == OPEN_LOOPBACK:
        return "--allow-loopback"
    patterns = tomllib.loads(setting)["allowedUrlRegexes"]
    return " ".join(f"--allowed-url-regexes {shlex.quote(pattern)}" for pattern in patterns)
