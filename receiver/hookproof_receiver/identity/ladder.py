"""The ladder: which message a request is, and what is to be done with it.

Nothing outside the signed bytes can be trusted, and most schemes sign no id; so five rules are tried in
turn, and the first that finds a message decides. Each endpoint's identities are its own.

====  ==========================================================================================
rule  the request is
====  ==========================================================================================
0     the message with the same signed key: a field of the body that the endpoint names, else the id
      that the scheme signs
1     the message whose signed bytes these are, whatever GUID, method or target they now carry
2     a retry of the message that its GUID is bound to
3     a retry of the newest message with this method, target and body that has no GUID yet
4     a new message
====  ==========================================================================================

At an endpoint without signatures, and in a scheme that signs the body alone, rule 1 finds nothing; the
others hold. Without signatures they are worth as much as whoever can reach the endpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from .rules import Rules

State: TypeAlias = Literal["pending", "running", "failed", "done", "rejected", "kept"]
"""Of a message: acknowledged, and no handler has begun (it is promised, too); a handler is at work; the
last run failed; done (2xx); rejected for good (3xx, 4xx); kept where there is no handler. The last
three are finished."""

Verdict: TypeAlias = Literal[
    "new", "again", "wait", "answered", "promised", "stale", "body_changed", "no_identity"
]
"""What is done with a request: it is a new message; runs its message again; waits for the run under
way; gets the kept answer; gets 200 "kept" again; is refused with 401, or with 422, and kept apart."""

FINISHED: frozenset[State] = frozenset({"done", "rejected", "kept"})
"""States in which nothing runs any more."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the ladder has to know of a message on record."""

    id: str
    state: State
    """`running` only while whoever runs it is alive: a run that died counts as `failed`."""
    promised: bool
    """Answered 200 "kept" before it was finished: the receiver's alone."""
    digest: str
    """SHA-256 of the body it holds."""
    signed_ms: int | None
    """When that body was signed; None where the scheme has no time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says of itself."""

    field: str | None
    """The field that the endpoint names, as `read_key` has it; None where none can be used."""
    id: str | None
    """The id that the scheme signs, as `key_of_id` has it; None where it signs none."""
    signature: str | None
    """The id of the signed bytes; None where they identify nothing."""
    guid: str | None
    """The GUID in canonical form."""
    digest: str
    """SHA-256 of the body."""
    signed_ms: int | None
    """When it was signed, in Unix milliseconds."""
    stale: bool
    """Outside the tolerance."""
    flags: tuple[str, ...] = ()
    """What the reading of the request found odd."""

    @property
    def key(self) -> str | None:
        """The signed key of rule 0: what the endpoint names goes before what the scheme signs."""
        return self.id if self.field is None else self.field


@dataclass(frozen=True, slots=True)
class Found:
    """Which messages of the endpoint the parts of a request lead to."""

    by_key: Known | None = None
    by_signature: Known | None = None
    by_guid: Known | None = None
    link: Known | None = None
    """The candidate of rule 3; looked for where `wants_link` says so."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a request is, and what is to be done."""

    verdict: Verdict
    rule: int | None
    """The rule that decided, 0 to 4; None where the request was refused before."""
    known: Known | None = None
    """The message that it is; None where there is none yet."""
    flags: tuple[str, ...] = ()
    """What is odd about the request; for the message too, but where it was refused."""
    adopts: bool = False
    """The message is to hold, and run, the body of this request from now on."""
    binds_key: bool = False
    binds_signature: bool = False
    binds_guid: bool = False
    """Which parts of the request are to lead to the message from now on."""


def wants_link(asked: Asked, found: Found, rules: Rules) -> bool:
    """Whether rule 3 is reached: a fresh request with a GUID that nothing knows."""
    known = asked.key or found.by_signature or found.by_guid
    return not (known or asked.stale) and asked.guid is not None and rules.link != "off"


def decide(asked: Asked, found: Found, rules: Rules) -> Decision:
    """Apply the ladder, then what the state of the message asks for."""
    flags = asked.flags
    if rules.identity is not None and asked.field is None:
        flags += ("no_identity",)
        if rules.identity_required:
            return Decision("no_identity", None, flags=flags)
    rule, known = _identify(asked, found)
    if rule == 3:
        flags += ("linked",)
    if known is not None:
        return _bind(_treat(rule, known, asked, flags, rules), asked, found)
    if asked.stale:
        return Decision("stale", rule, flags=flags)
    return _bind(Decision("new", rule, flags=flags, adopts=True), asked, found)


def _identify(asked: Asked, found: Found) -> tuple[int, Known | None]:
    if asked.key is not None:
        if found.by_key is not None:
            return 0, found.by_key
        if found.by_signature is None and not _is_same_body(asked, found.by_guid):
            return 0, None
        # The key was not read when the message came first: the endpoint's `identity` is newer.
    if found.by_signature is not None:
        return 1, found.by_signature
    if found.by_guid is not None:
        return 2, found.by_guid
    if found.link is not None:
        return 3, found.link
    return 4, None


def _is_same_body(asked: Asked, known: Known | None) -> bool:
    """Whether it holds this very body, and with it this field: so it is no other message's GUID."""
    return asked.field is not None and known is not None and known.digest == asked.digest


def _treat(rule: int, known: Known, asked: Asked, flags: tuple[str, ...], rules: Rules) -> Decision:
    differs = asked.digest != known.digest
    if differs and rule in (0, 2):
        flags += ("body_changed",)
        if rules.on_body_change == "refuse":
            return Decision("body_changed", rule, known, flags)
    newer = differs and not asked.stale and (asked.signed_ms or 0) >= (known.signed_ms or 0)
    if known.state in FINISHED:
        return Decision("answered", rule, known, flags)
    if known.promised:
        return Decision("promised", rule, known, flags, adopts=newer and known.state != "running")
    if known.state == "running":
        return Decision("wait", rule, known, flags)
    if asked.stale:
        return Decision("stale", rule, known, flags)
    return Decision("again", rule, known, flags, adopts=newer)


def _bind(decision: Decision, asked: Asked, found: Found) -> Decision:
    if asked.stale or decision.verdict == "body_changed":
        return decision
    seen = found.by_signature is not None
    return Decision(
        decision.verdict,
        decision.rule,
        decision.known,
        decision.flags,
        decision.adopts,
        binds_key=asked.key is not None and found.by_key is None,
        binds_signature=asked.signature is not None and not seen,
        # Bytes that were seen before may be somebody else's copy, under a GUID of their choosing.
        binds_guid=asked.guid is not None and found.by_guid is None and not seen,
    )
