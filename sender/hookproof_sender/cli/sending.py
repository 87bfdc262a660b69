"""The sender of a command that records and sends: all that can be said of one, put together once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from ..app import OnStart, Sender
from ..targets import Policy
from ..wire import Attempt
from .options import database_option, retry_options, sending_options

_OF_A_SENDER = (
    "database", "deadline", "guid", "profile", "retry_base", "retry_cap", "scheme", "time_unit",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sending:
    """How a command is told to record, send and retry."""

    policy: Policy
    """Where messages may go."""
    options: Mapping[str, Any]
    """The rest, as `Sender` calls it."""

    def sender(
        self,
        *,
        on_start: OnStart | None = None,
        on_attempt: Callable[[Attempt], None] | None = None,
    ) -> Sender:
        """The sender; what it is told of is as `Sender` has it.

        Raises:
            BadConfiguration: an option is wrong.
        """
        return Sender(policy=self.policy, on_start=on_start, on_attempt=on_attempt, **self.options)


def sender_options(function: Callable[..., int]) -> Callable[..., int]:
    """Add all of them; the command gets them as one parameter, `sending`."""

    @wraps(function)
    def with_sending(*args: Any, policy: Policy, **options: Any) -> int:
        own = {name: options.pop(name) for name in _OF_A_SENDER}
        return function(*args, sending=Sending(policy, own), **options)

    command: Callable[..., int] = with_sending
    for option in database_option, sending_options, retry_options:
        command = option(command)
    return command
