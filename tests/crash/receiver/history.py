"""What happened to every message at the receiver, and what in it breaks the promise.

A message is known by its *key*, which stands in its body, and so in the inbox and in the effect.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A message as the inbox has it."""

    key: str
    id: str
    state: str
    promised: bool
    is_due: bool
    """Whether the receiver is to run it again."""
    error: str | None
    answer: bytes
    """What is kept of its handler's answer."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A 2xx that came back."""

    key: str
    message_id: str
    body: bytes | None
    """The handler's answer; None where the message was acknowledged and not finished."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a handler did."""

    key: str
    message_id: str
    together: bool
    """In the transaction that also marks the message as done; else elsewhere."""


@dataclass(frozen=True, slots=True)
class History:
    """All that is known when nothing is under way any more."""

    sent: Set[str]
    """Keys of messages of which a request was sent."""
    acknowledged: tuple[Acknowledged, ...] = ()
    rows: tuple[Row, ...] = ()
    effects: tuple[Effect, ...] = ()


KINDS = ("lost", "doubled", "invented", "mixed up", "stuck")
"""How problems begin."""


def problems(history: History) -> list[str]:
    """Everything that must not be, a sentence each; none where the promise was kept."""
    return [
        *_lost(history),
        *_doubled(history),
        *_invented(history),
        *_mixed_up(history),
        *_stuck(history),
    ]


def _lost(history: History) -> Iterator[str]:
    rows = {row.id: row for row in history.rows}
    effects = {effect.message_id for effect in history.effects}
    for key, message_id in sorted({(one.key, one.message_id) for one in history.acknowledged}):
        row = rows.get(message_id)
        if row is None:
            yield f"lost: {key} was acknowledged, and is not in the inbox"
        elif row.state == "done":
            if message_id not in effects:
                yield f"lost: {key} was acknowledged, and had no effect"
        elif not row.promised:
            yield f"lost: {key} was acknowledged, and is {row.state} and nobody's"
    for row in history.rows:
        if row.promised and row.state == "failed" and not row.is_due and not row.error:
            yield f"lost: {row.key} was parked without a reason"


def _doubled(history: History) -> Iterator[str]:
    together = Counter(effect.key for effect in history.effects if effect.together)
    for key, count in together.items():
        if count > 1:
            yield f"doubled: {key} had {count} effects"
    for key, count in Counter(row.key for row in history.rows).items():
        if count > 1:
            yield f"doubled: {key} is {count} messages"
    names = defaultdict(set)
    for effect in history.effects:
        if not effect.together:
            names[effect.key].add(effect.message_id)
    for key, ids in names.items():
        if len(ids) > 1:
            yield f"doubled: {key} had effects elsewhere under {len(ids)} message ids"


def _invented(history: History) -> Iterator[str]:
    for key in sorted({effect.key for effect in history.effects} - history.sent):
        yield f"invented: {key} had an effect, and nobody sent it"
    for key in sorted({row.key for row in history.rows} - history.sent):
        yield f"invented: {key} is in the inbox, and nobody sent it"
    rows = {row.id: row for row in history.rows}
    for effect in history.effects:
        row = rows.get(effect.message_id)
        if row is None:
            yield f"invented: {effect.key} had an effect under an id that is not in the inbox"
        elif effect.together and row.state != "done":
            yield f"invented: {effect.key} had its effect, and is {row.state}"


def _mixed_up(history: History) -> Iterator[str]:
    """All who were told how a message ended were told the same, and it is what is kept."""
    rows = {row.id: row for row in history.rows}
    for one in history.acknowledged:
        row = rows.get(one.message_id)
        if row is not None and row.key != one.key:
            yield f"mixed up: {one.key} was answered as {row.key}"
        elif row is not None and one.body is not None and one.body != row.answer:
            yield f"mixed up: {one.key} was answered otherwise than is kept"


def _stuck(history: History) -> Iterator[str]:
    for row in history.rows:
        if row.state in ("running", "pending") or row.is_due:
            yield f"stuck: {row.key} is {row.state}, and nothing is under way"
