"""What is looked at in an outbox, beyond what is looked at in any store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from hookproof.clock import to_text
from hookproof_runtime.checks.finding import Finding, fine, note, wrong
from hookproof_runtime.checks.store import Contents
from hookproof_runtime.checks.table import Check

from . import store

LATE_MS = 60_000
"""A message that is due for longer is sent by nobody."""
OLD_MS = 7 * 86_400_000
"""What `hookproof outbox prune` takes for old where it is not told."""

_MOST = 5  # messages that are named; the others are counted
_WORK = "hookproof work"


def messages(contents: Contents) -> Iterator[Finding]:
    """How many there are, and which of them wait for a person."""
    states = store.states(contents.connection)
    parts = [f"{number} {state}" for state, number in sorted(states.items())]
    yield fine(", ".join([f"messages: {states.total()}", *parts]))
    for state in ("failed", "unknown"):
        if number := states[state]:
            yield note(
                f"{number} {'is' if number == 1 else 'are'} {state}, which no worker sends any more",
                cure=f"hookproof outbox list --state {state}; hookproof outbox retry --state {state}",
            )


def leases(contents: Contents) -> Iterator[Finding]:
    """What is in flight is in the hands of a process that lives."""
    abandoned = store.abandoned(contents.connection, contents.now_ms)
    for message_id in abandoned[:_MOST]:
        yield wrong("it is in flight under a lease that ran out: its sender is gone", message_id, _WORK)
    if len(abandoned) > _MOST:
        yield wrong(f"{len(abandoned) - _MOST} more are left so", str(contents.path), _WORK)
    if not abandoned:
        yield fine("no lease has run out")


def due(contents: Contents) -> Iterator[Finding]:
    """What is due is sent."""
    late, first_ms = store.due(contents.connection, contents.now_ms - LATE_MS)
    if first_ms is None:
        yield fine("nothing is late")
        return
    yield wrong(
        f"{late} {'message is' if late == 1 else 'messages are'} due, the first since "
        f"{to_text(first_ms * 1_000_000)}, and nobody sends them",
        str(contents.path),
        _WORK,
    )


def prunable(contents: Contents) -> Iterator[Finding]:
    """What the next prune would remove."""
    number = store.removable(contents.connection, contents.now_ms - OLD_MS)
    yield fine(f"hookproof outbox prune would remove {number}")


CHECKS: Mapping[str, Check[Contents]] = MappingProxyType(
    {"messages": messages, "leases": leases, "due": due, "prune": prunable}
)
"""By name."""
