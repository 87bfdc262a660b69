"""What was decided of one address, and why."""

from __future__ import annotations

from dataclasses import dataclass


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
        if self.permitted:
            return said
        cure = f"this would allow it: {self.setting}" if self.setting else "no setting opens it"
        return f"{said}; {cure}"
