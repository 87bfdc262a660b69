"""Faults that a test plants, to see that the simulation finds them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from tests.simulation.claims import Claims
from tests.simulation.inbox import Inbox, Taken
from tests.simulation.ladder import REAL, Ladder, ask_of
from tests.simulation.network import Request
from tests.simulation.schedule import Case
from tests.simulation.settings import setting_of
from tests.simulation.store import Stored

from hookproof_receiver.identity import Asked, Decision, Found, Rules, decide, wants_link

# Wrong ladders


def _no_signature(rules: Rules, request: Request, stale: bool) -> Asked:
    return replace(ask_of(rules, request, stale), signature=None)


def _signature_of_the_header(rules: Rules, request: Request, stale: bool) -> Asked:
    asked = ask_of(rules, request, stale)
    text = f"{asked.signature} {request.macs}"  # a MAC says which bytes it is of, and which key
    return replace(asked, signature=hashlib.sha256(text.encode()).hexdigest())


def _whole_body(rules: Rules, request: Request, stale: bool) -> Asked:
    """What is rendered again is another message."""
    asked = ask_of(rules, request, stale)
    return replace(asked, field=asked.digest)


def _fresh_first(asked: Asked, found: Found, rules: Rules) -> Decision:
    if asked.stale:
        return Decision("stale", 4)
    return decide(asked, found, rules)


def _links_the_stale(asked: Asked, found: Found, rules: Rules) -> bool:
    return wants_link(replace(asked, stale=False), found, rules)


def _guid_before_key(asked: Asked, found: Found, rules: Rules) -> Decision:
    if found.by_guid is not None:
        return decide(replace(asked, field=None, id=None), replace(found, by_key=None), Rules())
    return decide(asked, found, rules)


def _guid_before_signature(asked: Asked, found: Found, rules: Rules) -> Decision:
    if found.by_guid is not None:
        decision = decide(asked, replace(found, by_signature=None), rules)
        return replace(decision, binds_signature=decision.binds_signature and not found.by_signature)
    return decide(asked, found, rules)


def _copies_bind_guids(asked: Asked, found: Found, rules: Rules) -> Decision:
    decision = decide(asked, found, rules)
    free = asked.guid is not None and found.by_guid is None and not asked.stale
    return replace(decision, binds_guid=free)


def _stale_are_new(asked: Asked, found: Found, rules: Rules) -> Decision:
    return decide(replace(asked, stale=False), found, rules)


def _verdict(was: str, becomes: Any) -> Ladder:
    def wrong(asked: Asked, found: Found, rules: Rules) -> Decision:
        decision = decide(asked, found, rules)
        return replace(decision, verdict=becomes) if decision.verdict == was else decision

    return Ladder(decide=wrong)


def _retry_is_not_bound(asked: Asked, found: Found, rules: Rules) -> Decision:
    return replace(decide(asked, found, rules), binds_guid=False)


# Wrong receivers


class _KeepsWhatWasRolledBack(Claims):
    def roll_back(self, stored: Stored) -> None:
        """The claim stays, though the effect is gone."""


class _MarksBeforeTheEffect(Inbox):
    def mark_failed(self, stored: Stored) -> None:
        stored.state, stored.owner = "done", None


class _ForgetsPromises(Inbox):
    def mark_failed(self, stored: Stored) -> None:
        promised, stored.promised = stored.promised, False
        super().mark_failed(stored)
        stored.promised = promised


class _ForgetsWhatItKept(Inbox):
    def take_on(self, stored: Stored, now_ms: int) -> None:
        self.store.take_on(stored, now_ms)


class _TakesTheDeadForAlive(Inbox):
    def is_alive(self, stored: Stored) -> bool:
        return stored.owner is not None


class _AnswersBeforeItCommits(Inbox):
    def keep(self, taken: Taken) -> None:
        self.reply(taken, 200)
        super().keep(taken)


class _RunsPromisesTwice(Inbox):
    def promise(self, taken: Taken) -> None:
        super().promise(taken)
        if taken.stored.promised and taken.stored.state == "running":
            self.counting.had_effect(taken.stored)


def _planted(
    name: str, setting: str, ladder: Ladder = REAL, receiver: type[Inbox] | type[Claims] | None = None
) -> Case:
    return Case(name, setting_of(setting), ladder, receiver)


PLANTS = (
    _planted("no rule for signed bytes", "link off", Ladder(ask=_no_signature)),
    _planted(
        "signed bytes known by the header's text", "link off", Ladder(ask=_signature_of_the_header)
    ),
    _planted("the whole body is the key", "signed key", Ladder(ask=_whole_body)),
    _planted("freshness before what is known", "signed key", Ladder(decide=_fresh_first)),
    _planted("freshness before signed bytes", "link off", Ladder(decide=_fresh_first)),
    _planted("stale requests are linked", "link any", Ladder(wants_link=_links_the_stale)),
    _planted("the GUID before the key", "signed key", Ladder(decide=_guid_before_key)),
    _planted("the GUID before signed bytes", "link off", Ladder(decide=_guid_before_signature)),
    _planted("copies bind GUIDs", "link off", Ladder(decide=_copies_bind_guids)),
    _planted("no freshness", "signed key", Ladder(decide=_stale_are_new)),
    _planted("a finished message runs again", "signed key", _verdict("answered", "again")),
    _planted("a failed message counts as finished", "signed key", _verdict("again", "answered")),
    _planted("a promised message runs for its retry", "signed key", _verdict("promised", "again")),
    _planted("a retry's GUID is not bound", "link any", Ladder(decide=_retry_is_not_bound)),
    _planted("a claim outlives its rollback", "claims, signed key", receiver=_KeepsWhatWasRolledBack),
    _planted("done though the effect was rolled back", "signed key", receiver=_MarksBeforeTheEffect),
    _planted("a promise that failed is forgotten", "signed key", receiver=_ForgetsPromises),
    _planted(
        "an acknowledged message runs nowhere", "signed key, inbox mode", receiver=_ForgetsWhatItKept
    ),
    _planted("the dead count as alive", "signed key", receiver=_TakesTheDeadForAlive),
    _planted("acknowledged before it is kept", "signed key", receiver=_AnswersBeforeItCommits),
    _planted("a promise runs twice", "signed key", receiver=_RunsPromisesTwice),
)
"""One thing wrong in each, in a setting in which it shows."""
