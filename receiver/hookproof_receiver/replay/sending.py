"""Sending what was kept over HTTP, in the place of running its handler: it changes no message here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

from hookproof import Signer
from hookproof.clock import Clock
from hookproof.errors import HookproofError
from hookproof_runtime.database import Engine, writing
from hookproof_runtime.ids import new_id

from ..inbox import Content, Ledger, MessageRecord
from ..inbox.leases import Lease, is_held
from ..refusals import RefusalStore
from . import store
from .planning import Planned, of_refusal
from .record import Before, Replay, result
from .replaying import Changes, refuse_what_runs

HEADER = "Hookproof-Replay"
"""Says that it is a replay, and which."""

_WAITS = 30.0  # seconds for the database's turn
_NOT_KEPT = "(not kept)"  # what a refusal holds of a credential


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request to be made."""

    method: str
    endpoint: str
    target: str
    """The path and the query as they came."""
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)
    message_id: str | None
    """The message that it is of, where there is one."""


Post: TypeAlias = Callable[[Outgoing], int]
"""Makes a request; the answer's status.

Raises:
    HookproofError: no whole answer came; the sentence says why.
"""
SignerAt: TypeAlias = Callable[[str], Signer | None]
"""What signs for the endpoint with a path, now; None where nothing does."""


class SendPlanner:
    """Finds what is asked for, as `Planner` does; no handler is needed.

    Args:
        ledger: the inbox's records.
        signer_at: signs anew; None sends with the signature that it came with.
        new_body: another body is sent than the one that is kept.
    """

    def __init__(self, ledger: Ledger, *, signer_at: SignerAt | None, new_body: bool) -> None:
        self._ledger = ledger
        self._signer_at = signer_at
        self._new_body = new_body

    def message(self, record: MessageRecord, of: str | None = None) -> Planned:
        """A message, by itself or as `of`: the request whose body it holds."""
        whole = self._ledger.show(record.id)
        content = None if whole is None else whole.content
        planned = Planned(of or record.id, "message", record.endpoint, message=record, content=content)
        return self._judged(planned, "its body was removed when it was old: give --body FILE")

    def request(self, one: str) -> Planned | None:
        """A request; None where there is none of that id."""
        delivery = self._ledger.delivery(one)
        if delivery is None:
            kept = RefusalStore(self._ledger.engine).find(one)
            if kept is None:
                return None
            content = None
            if kept.body is not None:
                known = tuple(pair for pair in kept.headers if pair[1] != _NOT_KEPT)
                content = Content(known, kept.body, kept.record.body_sha256)
            planned = Planned(
                one, "request", kept.record.endpoint, delivery=of_refusal(kept.record), content=content
            )
            return self._judged(planned, "its body was too long to be kept: give --body FILE")
        content = self._ledger.kept_apart(one)
        whole = None if delivery.message_id is None else self._ledger.show(delivery.message_id)
        if content is None and whole is not None:
            return replace(self.message(whole.record, one), delivery=delivery)
        planned = Planned(one, "request", delivery.endpoint, delivery=delivery, content=content)
        return self._judged(planned, "nothing of it is kept")

    def _judged(self, planned: Planned, without_content: str) -> Planned:
        if planned.content is None and not self._new_body:
            return replace(planned, reason=without_content)
        if self._signer_at is not None and self._signer_at(planned.endpoint) is None:
            reason = (
                f"nothing signs for {planned.endpoint} here: give --app or --config as `hookproof "
                "receive` has them, or --as-it-was"
            )
            return replace(planned, reason=reason)
        return planned


class Resender:
    """Sends requests, one after another. A context manager: it holds a lease meanwhile.

    Args:
        engine: a prepared engine whose schema is up to date.
        clock: the wall clock.
        lock_dir: where the leases are of all processes of this database.
        post: makes the requests.
        target: where they go, as it may be shown.
        signer_at: signs anew; None sends with the signature that it came with.
        changes: what is sent otherwise than it came. What is signed anew is signed as it is sent.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        lock_dir: Path,
        *,
        post: Post,
        target: str,
        signer_at: SignerAt | None,
        changes: Changes,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._lock_dir = lock_dir
        self._post = post
        self._target = target
        self._signer_at = signer_at
        self._changes = changes

    def __enter__(self) -> Resender:
        self._lease = Lease(self._lock_dir)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lease.release()

    def run(self, planned: Planned) -> Replay:
        """Send one.

        Returns:
            Its record.

        Raises:
            Refused: another replay of its message is at work.
            Busy, StorageError: it could not be written down.
        """
        replay_id = new_id("rpl", self._clock())
        outgoing = self._outgoing(planned, replay_id)
        message = planned.message
        before = Before(None, None, None)
        if message is not None:
            before = Before(message.standing, message.status, message.error)
        with writing(self._engine, wait=_WAITS) as connection:
            if message is not None:
                refuse_what_runs(connection, message.id, self._is_alive, self._now_ms())
            store.begin(
                connection,
                Replay(
                    id=replay_id,
                    of=planned.of,
                    message_id=None if message is None else message.id,
                    how="as_it_was" if self._signer_at is None else "resign",
                    target=self._target,
                    changes=self._changes.names,
                    attempt=None,
                    before=before,
                    after_state=None,
                    after_status=None,
                    after_error=None,
                    result=None,
                    owner=self._lease.owner,
                    started_ms=self._now_ms(),
                    ended_ms=None,
                ),
            )
        status, error = self._send(outgoing)
        succeeded = status is not None and 200 <= status <= 299
        with writing(self._engine, wait=_WAITS) as connection:
            store.end(
                connection,
                replay_id,
                state="done" if succeeded else "failed",
                status=status,
                error=error,
                result=result(before, succeeded=succeeded),
                now_ms=self._now_ms(),
            )
        replay = store.ReplayStore(self._engine).find(replay_id)
        assert replay is not None
        return replay

    def _send(self, outgoing: Outgoing) -> tuple[int | None, str | None]:
        try:
            return self._post(outgoing), None
        except HookproofError as failure:
            return None, str(failure)

    def _outgoing(self, planned: Planned, replay_id: str) -> Outgoing:
        request = planned.message or planned.delivery
        assert request is not None
        content = planned.content or Content((), b"", "")
        body = content.body if self._changes.body is None else self._changes.body
        headers = content.headers
        if self._signer_at is not None:
            headers = _signed(headers, self._signer_at(planned.endpoint), body)
        headers = self._changes.headers_of(headers)
        others = tuple(pair for pair in headers if pair[0].lower() != HEADER.lower())
        return Outgoing(
            method=request.method,
            endpoint=planned.endpoint,
            target=request.target,
            headers=(*others, (HEADER, replay_id)),
            body=body,
            message_id=None if planned.message is None else planned.message.id,
        )

    def _is_alive(self, owner: str, _message_id: str) -> bool:
        return is_held(self._lock_dir, owner)

    def _now_ms(self) -> int:
        return self._clock() // 1_000_000


def _signed(
    headers: tuple[tuple[str, str], ...], signer: Signer | None, body: bytes
) -> tuple[tuple[str, str], ...]:
    """With a signature of now, in the place of the one that it came with; its signed id stays."""
    assert signer is not None
    message_id = None
    if signer.scheme.identity == "id":
        ids = [value for name, value in headers if name.lower() == signer.scheme.headers[0].lower()]
        message_id = ids[0] if ids else None
    signed = signer.sign(body, message_id=message_id)
    names = {name.lower() for name in signed}
    return (*(pair for pair in headers if pair[0].lower() not in names), *signed.items())
