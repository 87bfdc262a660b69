"""What a receiver was sent, request by request."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from hookproof import Delivery

from ..inbox import Ran
from ..ingest import Answered, Event, Received

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that was answered."""

    id: str
    """`dlv_…`."""
    method: str
    """`POST`."""
    path: str
    """The endpoint's path."""
    guid: str | None
    """In canonical form; None on a first attempt."""
    delivery: Delivery | None = field(repr=False)
    """The proof, body included; None where it was refused, or the endpoint is unsigned."""
    code: str | None
    """Why it was refused, or failed; None where it was handled."""
    status: int
    """What it was answered."""
    message_id: str | None
    """`msg_…`; None where it became no message."""
    duplicate: bool
    """Its message was finished before."""


class Log:
    """Collects what a receiver was sent; to be given to it as a listener."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._judged: dict[str, Received] = {}
        self._seen: list[Seen] = []
        self._ran: list[Ran] = []

    def __call__(self, event: Event) -> None:
        """Take an event of the receiver."""
        with self._changed:
            if isinstance(event, Received):
                self._judged[event.delivery_id] = event
            elif isinstance(event, Answered):
                self._seen.append(_seen(self._judged.pop(event.delivery_id), event))
            elif isinstance(event, Ran):
                self._ran.append(event)
            self._changed.notify_all()

    def all(self) -> tuple[Seen, ...]:
        """What was answered so far, in the order of the answers."""
        with self._changed:
            return tuple(self._seen)

    def wait_for(self, number: int, match: Callable[[Seen], bool], timeout: float) -> list[Seen]:
        """Wait until that many match; all that match.

        Raises:
            TimeoutError: they did not come in time; the sentence says what came.
        """
        return self._wait(self._seen, number, match, timeout, _request)

    def wait_for_runs(self, number: int, match: Callable[[Ran], bool], timeout: float) -> list[Ran]:
        """The same for what the receiver ran by itself."""
        return self._wait(self._ran, number, match, timeout, _run)

    def _wait(
        self,
        things: list[_T],
        number: int,
        match: Callable[[_T], bool],
        timeout: float,
        say: Callable[[_T], str],
    ) -> list[_T]:
        with self._changed:
            if self._changed.wait_for(lambda: sum(map(match, things)) >= number, timeout):
                return [one for one in things if match(one)]
            came = ", ".join(map(say, things))
        raise TimeoutError(f"{number} did not come within {timeout:g} s; it got: {came or 'nothing'}")


def _request(one: Seen) -> str:
    return f"{one.method} {one.path} {one.status}"


def _run(one: Ran) -> str:
    return f"run {one.attempt} of {one.endpoint}, {one.status}"


def _seen(judged: Received, answered: Answered) -> Seen:
    return Seen(
        id=judged.delivery_id,
        method=judged.method,
        path=judged.path,
        guid=judged.guid,
        delivery=judged.delivery,
        code=answered.answer.code,
        status=answered.answer.status,
        message_id=answered.answer.message_id,
        duplicate=answered.answer.duplicate,
    )
