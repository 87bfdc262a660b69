"""What `hookproof doctor` says of a receiver's store, beyond what it says of any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from hookproof.clock import to_text
from hookproof_runtime.checks.finding import Finding, fine, note, wrong
from hookproof_runtime.checks.store import Contents
from hookproof_runtime.checks.table import Check

from ..inbox.leases import is_held, leases_of, owners
from . import store

LATE_MS = 60_000
"""A promised message that is due for longer is run by nobody."""

_MOST = 5  # messages that are named; the others are counted
_RECEIVE = "hookproof receive, as it was started before"


def messages(contents: Contents) -> Iterator[Finding]:
    """How many there are."""
    states = store.states(contents.connection)
    parts = [f"{number} {state}" for state, number in sorted(states.items())]
    refused = store.refusals(contents.connection)
    yield fine(", ".join([f"messages: {states.total()}", *parts, f"{refused} refused requests kept"]))


def leases(contents: Contents) -> Iterator[Finding]:
    """What runs, runs in a process that lives."""
    folder = leases_of(contents.path)
    ids = owners(folder)
    gone = [owner for owner in ids if not is_held(folder, owner)]
    orphans = [
        message_id
        for message_id, owner in store.leased(contents.connection)
        if not is_held(folder, owner)
    ]
    for message_id in orphans[:_MOST]:
        yield wrong(
            "it is on record as running, and the process that ran it is gone: it runs again when its "
            "sender tries again, or, where it was promised, with the next start",
            message_id,
            _RECEIVE,
        )
    if len(orphans) > _MOST:
        yield wrong(f"{len(orphans) - _MOST} more messages are left so", str(contents.path), _RECEIVE)
    if gone:
        yield note(
            f"{len(gone)} {'process' if len(gone) == 1 else 'processes'} ended without giving up the "
            "lease: killed, or the machine stopped",
            str(folder),
            "the next start removes what they left",
        )
    if not (orphans or gone):
        yield fine(f"{len(ids)} receiver{'' if len(ids) == 1 else 's'} at work", str(folder))


def promises(contents: Contents) -> Iterator[Finding]:
    """What was answered 200 "kept" is handled, by and by."""
    parked = store.parked(contents.connection)
    late, first_ms = store.due(contents.connection, contents.now_ms - LATE_MS)
    for message_id in parked[:_MOST]:
        yield wrong(
            "it was promised, failed each time, and is given up: nobody runs it any more",
            message_id,
            "mend what fails, and run it by hand",
        )
    if len(parked) > _MOST:
        yield wrong(
            f"{len(parked) - _MOST} more messages are given up", str(contents.path), "run them by hand"
        )
    if first_ms is not None:
        since = to_text(first_ms * 1_000_000)
        yield wrong(
            f"{late} promised {'message is' if late == 1 else 'messages are'} due, the first since "
            f"{since}, and nobody runs them",
            str(contents.path),
            _RECEIVE,
        )
    if not (parked or late):
        yield fine("none is parked, and none is late")


def pointers(contents: Contents) -> Iterator[Finding]:
    """What leads from one table to another leads somewhere: no rule of the tables sees to that."""
    astray = store.astray(contents.connection)
    for (table, other), number in astray.items():
        yield wrong(
            f"{number} {'row points' if number == 1 else 'rows point'} to one of {other} that is not "
            "there",
            table,
            f"put back a copy of {contents.path}",
        )
    if not astray:
        yield fine("every row that is pointed to is there")


CHECKS: Mapping[str, Check[Contents]] = MappingProxyType(
    {"messages": messages, "leases": leases, "promises": promises, "pointers": pointers}
)
"""By name."""
