"""When the receiver runs a message again that it acknowledged."""

from __future__ import annotations

from dataclasses import dataclass

from hookproof.errors import BadConfiguration


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often, and how soon. By default 16 times, within an hour and a quarter at the most.

    Raises:
        BadConfiguration: a number is out of its bounds.
    """

    retries: int = 16
    """How often a message is run again before it is parked as failed; 0 to 1000."""
    base_s: float = 1.0
    """The longest that the first of them waits, in seconds; each further one twice as long."""
    cap_s: float = 600.0
    """The longest that any waits, in seconds."""

    def __post_init__(self) -> None:
        if not 0 <= self.retries <= 1000:
            raise BadConfiguration(f"retries are 0 to 1000, not {self.retries}")
        if not 0 < self.base_s <= self.cap_s <= 7 * 86400:
            raise BadConfiguration(
                f"retry_base ({self.base_s:g} s) is above 0 and at most retry_cap ({self.cap_s:g} s), "
                "which is at most 7 days"
            )

    def due_ms(self, retried: int, now_ms: int, jitter: float) -> int | None:
        """When it is due; None where the message is to be parked.

        Args:
            retried: how often it was run again by now.
            now_ms: when its last run failed, in Unix milliseconds.
            jitter: from 0 to 1, drawn by chance. The whole delay is left to it, so that messages which
                failed together do not come back together.
        """
        if retried >= self.retries:
            return None
        longest = min(self.cap_s, self.base_s * 2.0 ** min(retried, 64))
        return now_ms + round(longest * 1000 * jitter)


DEFAULT = Schedule()
"""What holds where nothing else is said."""
