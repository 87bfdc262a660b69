"""The rules P-ID told once more, plainly: which message a request is, and what is done with it.

Nothing here is taken from the receiver. It is told what was sent and how handlers ended, and says what
must come of the next request.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hookproof_receiver.inbox import Endpoint

State = Literal["running", "failed", "done", "rejected"]
Verdict = Literal["new", "again", "wait", "answered", "promised", "stale", "body_changed"]
Kept = tuple[int, bytes]


@dataclass(frozen=True)
class Asked:
    """A request, as the rules see it."""

    run: str
    body: bytes
    signed_ms: int
    guid: str | None
    route: tuple[str, str]
    stale: bool
    now_ms: int

    @property
    def signed(self) -> tuple[int, bytes]:
        """What stands for the signed bytes."""
        return self.signed_ms, self.body


@dataclass(eq=False)
class Message:
    """A message that the receiver should have."""

    id: str
    body: bytes
    signed_ms: int
    route: tuple[str, str]
    created_ms: int
    state: State = "running"
    promised: bool = False
    guid: str | None = None
    kept: Kept | None = None
    """The answer that it has once it is finished."""


@dataclass(frozen=True)
class Said:
    """What the rules say of a request."""

    rule: int
    verdict: Verdict
    message: Message | None = None

    @property
    def runs(self) -> bool:
        """Whether a handler is started for it."""
        return self.verdict in ("new", "again")


class Told:
    """What was told of one endpoint's messages."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self.messages: list[Message] = []
        self._by_run: dict[str, Message] = {}
        self._by_signed: dict[tuple[int, bytes], Message] = {}
        self._by_guid: dict[str, Message] = {}

    def judge(self, asked: Asked) -> Said:
        """What must come of a request."""
        rule, message = self._identify(asked)
        if message is None:
            return Said(rule, "stale" if asked.stale else "new")
        return Said(rule, self._treat(rule, message, asked), message)

    def _identify(self, asked: Asked) -> tuple[int, Message | None]:
        if self._endpoint.identity is not None:
            return 0, self._by_run.get(asked.run)
        if asked.signed in self._by_signed:
            return 1, self._by_signed[asked.signed]
        if asked.guid in self._by_guid:
            return 2, self._by_guid[asked.guid]
        if asked.guid is not None and not asked.stale:
            linked = self._linked(asked)
            return (4, None) if linked is None else (3, linked)
        return 4, None

    def _linked(self, asked: Asked) -> Message | None:
        link = self._endpoint.link
        since_ms = asked.now_ms - self._endpoint.link_window_s * 1000
        fit = [
            one
            for one in self.messages
            if (one.body, one.route, one.guid) == (asked.body, asked.route, None)
            and one.created_ms >= since_ms
            and (link == "any" or (link == "failed" and one.state == "failed" and not one.promised))
        ]
        return max(reversed(fit), key=lambda one: one.created_ms, default=None)

    def _treat(self, rule: int, message: Message, asked: Asked) -> Verdict:
        changed = asked.body != message.body and rule in (0, 2)
        if changed and self._endpoint.on_body_change == "refuse":
            return "body_changed"
        if message.kept is not None:
            return "answered"
        if message.promised:
            return "promised"
        if message.state == "running":
            return "wait"
        return "stale" if asked.stale else "again"

    def take(self, asked: Asked, said: Said, message_id: str) -> Message | None:
        """Have a request on record, where it is one of a message."""
        if said.verdict in ("stale", "body_changed"):
            return said.message
        message = said.message
        if message is None:
            message = Message(message_id, asked.body, asked.signed_ms, asked.route, asked.now_ms)
            self.messages.append(message)
        if asked.stale:
            return message
        idle = message.state != "running" and message.kept is None
        if idle and asked.body != message.body and asked.signed_ms >= message.signed_ms:
            message.body, message.signed_ms = asked.body, asked.signed_ms
        self._by_run.setdefault(asked.run, message)
        if asked.signed not in self._by_signed:
            self._by_signed[asked.signed] = message
            if asked.guid is not None and asked.guid not in self._by_guid:
                self._by_guid[asked.guid] = message
                message.guid = message.guid or asked.guid
        return message
