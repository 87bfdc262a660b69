"""What the receiver has on record, in memory: as finding, messages and leasing of inbox/store have it.

Whatever is called here happens at one moment, as a transaction does. What a crash takes is what was not
called.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.simulation.ladder import Ladder
from tests.simulation.network import Request
from tests.simulation.sender import Sent

from hookproof_receiver.identity import (
    Asked,
    Decision,
    Found,
    Known,
    Rules,
    State,
    guid_value,
    key_value,
    signature_value,
)

IsAlive = Callable[["Stored"], bool]


class Stored:
    """A message on record."""

    __slots__ = ("attempts", "begun_by", "body", "created_ms", "digest", "due_ms", "guid", "id", "link",
                 "of", "owner", "promised", "route", "signed_ms", "state", "tries")  # fmt: skip

    def __init__(self, number: int, route: str, created_ms: int, owner: int) -> None:
        self.id = f"msg_{number}"
        self.route = route
        self.created_ms = created_ms
        self.state: State = "running"
        self.owner: int | None = owner
        self.attempts = 1
        self.tries = 0
        self.promised = False
        self.due_ms: int | None = None
        self.guid: str | None = None
        self.link: str | None = None
        """The digest by which rule 3 finds it: none once it has a key or a GUID."""
        self.body = b""
        self.digest = ""
        self.signed_ms: int | None = None
        self.of: Sent
        """Whose body it holds, of those with the same body the one that asked for a run last."""
        self.begun_by: Request
        """The request that asked for a run last."""

    def hold(self, request: Request, asked: Asked) -> None:
        """Hold the body of this request from now on."""
        self.body = request.attempt.body
        self.digest = asked.digest
        self.signed_ms = asked.signed_ms
        self.of = request.attempt.sent

    def __repr__(self) -> str:
        return f"{self.id} ({self.state}{', promised' * self.promised})"


class Store:
    """One endpoint's messages, and what leads to them."""

    def __init__(self, rules: Rules, ladder: Ladder, is_alive: IsAlive) -> None:
        self.messages: list[Stored] = []
        self._count = 0
        self._by_id: dict[str, Stored] = {}
        self._identities: dict[str, Stored] = {}
        self._rules = rules
        self._wants_link = ladder.wants_link
        self._is_alive = is_alive

    def of(self, known: Known) -> Stored:
        """The message that was found."""
        return self._by_id[known.id]

    def find(self, asked: Asked, route: str, now_ms: int) -> Found:
        """What the parts of a request lead to."""
        found = Found(
            self._known(self._at(key_value(asked.key))),
            self._known(self._at(signature_value(asked.signature, asked.signed_ms))),
            self._known(self._at(guid_value(asked.guid))),
        )
        if not self._wants_link(asked, found, self._rules):
            return found
        since_ms = now_ms - round(self._rules.link_window_s * 1000)
        candidates = sorted(
            (
                one
                for one in self.messages
                if one.link == asked.digest and one.created_ms >= since_ms and one.route == route
            ),
            key=lambda one: (one.created_ms, one.id),
            reverse=True,
        )
        if self._rules.link == "any":
            return Found(link=self._known(candidates[0])) if candidates else found
        for one in candidates:
            known = self._known(one)
            if not one.promised and known is not None and known.state == "failed":
                return Found(link=known)
        return found

    def insert(self, request: Request, asked: Asked, now_ms: int, owner: int) -> Stored:
        """A new message, with its lease taken."""
        self._count += 1
        stored = Stored(self._count, request.route, now_ms, owner)
        stored.hold(request, asked)
        stored.link = asked.digest if asked.key is None and asked.guid is None else None
        stored.begun_by = request
        self.messages.append(stored)
        self._by_id[stored.id] = stored
        return stored

    def bind(self, stored: Stored, asked: Asked, decision: Decision) -> None:
        """Let the parts of a request lead to its message from now on."""
        for wanted, value in (
            (decision.binds_key, key_value(asked.key)),
            (decision.binds_signature, signature_value(asked.signature, asked.signed_ms)),
            (decision.binds_guid, guid_value(asked.guid)),
        ):
            if wanted and value is not None:
                assert value not in self._identities, "a primary key comes twice"
                self._identities[value] = stored
        if decision.binds_guid:
            stored.guid = stored.guid or asked.guid
            stored.link = None

    def take_on(self, stored: Stored, now_ms: int) -> None:
        """Have a message wait for the receiver to run it."""
        stored.state, stored.owner = "pending", None
        stored.promised = True
        stored.tries = -1  # the first start is no retry
        stored.due_ms = now_ms

    def remove(self, stored: Stored) -> None:
        """Have a message and all that leads to it away: its transaction was rolled back."""
        self.messages.remove(stored)
        del self._by_id[stored.id]
        for value in [value for value, one in self._identities.items() if one is stored]:
            del self._identities[value]

    def claim(self, stored: Stored, owner: int, *, own_try: bool = False) -> None:
        """Take the lease of a message that nobody runs."""
        assert not (stored.state == "running" and self._is_alive(stored)), "it runs"
        stored.state = "running"
        stored.owner = owner
        stored.attempts += 1
        stored.tries += own_try
        stored.due_ms = None

    def _at(self, value: str | None) -> Stored | None:
        return None if value is None else self._identities.get(value)

    def _known(self, stored: Stored | None) -> Known | None:
        if stored is None:
            return None
        state = stored.state
        if state == "running" and not self._is_alive(stored):
            state = "failed"
        return Known(stored.id, state, stored.promised, stored.digest, stored.signed_ms)
