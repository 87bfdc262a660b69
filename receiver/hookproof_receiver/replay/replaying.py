"""Carrying it out, under a lease, with a record of before and after."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType

from hookproof import Delivery
from hookproof.clock import Clock
from hookproof_runtime.database import Connection, Engine, writing
from hookproof_runtime.ids import new_id

from ..identity import FINISHED
from ..inbox import byhand
from ..inbox.leases import Lease, is_held
from ..inbox.outcome import Outcome
from ..inbox.writer import Writer
from . import store
from .planning import Planned, refusal
from .record import Before, Replay, result

_WAITS = 30.0  # seconds for the database's turn


class Refused(Exception):
    """It is not run after all: it changed since it was planned. The text says why."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is run otherwise than it came."""

    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """In the place of all of the same name."""
    body: bytes | None = field(default=None, repr=False)
    """In the place of the one that is kept."""

    @property
    def names(self) -> tuple[str, ...]:
        """What is changed, without its values."""
        body = () if self.body is None else ("body",)
        return (*body, *dict.fromkeys(f"header {name}" for name, _ in self.headers))

    def made_to(self, claimed: byhand.Claimed) -> byhand.Claimed:
        """The message as it is to be run."""
        body = claimed.body if self.body is None else self.body
        return replace(claimed, headers=self.headers_of(claimed.headers), body=body)

    def headers_of(self, headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        """The headers as they are to be."""
        named = {name.lower() for name, _ in self.headers}
        return tuple(pair for pair in headers if pair[0].lower() not in named) + self.headers


@dataclass(frozen=True, slots=True)
class _Taken:
    """A message that this process may run now."""

    message: byhand.Claimed
    before: Before
    finished: bool
    """It was finished before, and so is not leased."""
    proof: Delivery | None


class Replayer:
    """Runs handlers by hand, one after another. A context manager: it holds a lease meanwhile.

    Args:
        engine: a prepared engine whose schema is up to date.
        clock: the wall clock.
        lock_dir: where the leases are of all processes of this database.
        changes: what is run otherwise than it came.
        again: what had its effect is run all the same.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        lock_dir: Path,
        *,
        changes: Changes | None = None,
        again: bool = False,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._lock_dir = lock_dir
        self._changes = changes or Changes()
        self._again = again

    def __enter__(self) -> Replayer:
        self._lease = Lease(self._lock_dir)
        self._writer = Writer(self._engine)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer.close(_WAITS):
            self._lease.release()

    def run(self, planned: Planned) -> Replay:
        """Run one, to its end.

        Returns:
            Its record; one without a result where the outcome could not be written.

        Raises:
            Refused: it changed since it was planned.
            Busy: the database's turn did not come for 30 s.
            StorageError: it could not be written.
        """
        assert planned.handled_by is not None
        replay_id = new_id("rpl", self._clock())
        with writing(self._engine, wait=_WAITS) as connection:
            taken = self._take(connection, planned)
            self._begin(connection, replay_id, planned, taken)
        before = taken.before

        def note(connection: Connection, outcome: Outcome) -> None:
            store.end(
                connection,
                replay_id,
                state=outcome.state,
                status=outcome.status,
                error=outcome.error,
                result=result(before, succeeded=outcome.state == "done"),
                now_ms=self._now_ms(),
            )

        run = byhand.Rerun(
            planned.handled_by,
            self._changes.made_to(taken.message),
            taken.proof if self._changes.body is None else None,
            finished=taken.finished,
            note=note,
        )
        run.perform(self._engine, self._writer, self._lease.owner, self._clock)
        replay = store.ReplayStore(self._engine).find(replay_id)
        assert replay is not None
        return replay

    def _begin(self, connection: Connection, replay_id: str, planned: Planned, taken: _Taken) -> None:
        store.begin(
            connection,
            Replay(
                id=replay_id,
                of=planned.of,
                message_id=taken.message.id,
                how="handler",
                target=None,
                changes=self._changes.names,
                attempt=taken.message.attempt,
                before=taken.before,
                after_state=None,
                after_status=None,
                after_error=None,
                result=None,
                owner=self._lease.owner,
                started_ms=self._now_ms(),
                ended_ms=None,
            ),
        )

    def _take(self, connection: Connection, planned: Planned) -> _Taken:
        if planned.kind == "request":
            return self._take_request(connection, planned)
        if planned.kind == "linked":
            return self._make(connection, planned)
        assert planned.message is not None
        return self._take_message(connection, planned.message.id, has_body=False)

    def _take_message(self, connection: Connection, message_id: str, *, has_body: bool) -> _Taken:
        record = byhand.message(connection, message_id)
        if record is None:
            raise Refused("it was removed meanwhile")
        refuse_what_runs(connection, message_id, self._is_alive, self._now_ms())
        reason = refusal(
            record,
            again=self._again,
            has_body=has_body or self._changes.body is not None,
            runs=record.owner is not None and self._is_alive(record.owner, message_id),
        )
        if reason is not None:
            raise Refused(reason)
        owner, now_ms = self._lease.owner, self._now_ms()
        claimed = byhand.take(connection, message_id, record.state, owner, now_ms)
        before = Before(record.standing, record.status, record.error)
        return _Taken(claimed, before, record.state in FINISHED, None)

    def _take_request(self, connection: Connection, planned: Planned) -> _Taken:
        judged, delivery, endpoint = planned.judged, planned.delivery, planned.handled_by
        assert judged is not None
        assert delivery is not None
        assert endpoint is not None
        route, asked = (delivery.method, delivery.target), judged.asked
        decision = byhand.judge(
            connection, endpoint, asked, route, delivery.received_ms, self._is_alive
        )
        if decision.known is None:
            taken = self._make(connection, planned, decision.flags)
        else:
            known = decision.known
            if decision.adopts and known.state not in FINISHED:
                byhand.adopt(connection, known.id, judged.content, asked.signed_ms)
            taken = self._take_message(connection, known.id, has_body=True)
            own = replace(taken.message, headers=judged.content.headers, body=judged.content.body)
            taken = replace(taken, message=own)
        byhand.bind(
            connection,
            taken.message.id,
            endpoint.path,
            asked,
            key=decision.binds_key,
            signature=decision.binds_signature,
            now_ms=self._now_ms(),
        )
        byhand.belongs(connection, replace(delivery, rule=decision.rule), taken.message.id)
        return replace(taken, proof=judged.proof)

    def _make(self, connection: Connection, planned: Planned, flags: tuple[str, ...] = ()) -> _Taken:
        delivery, content = planned.delivery, planned.content
        assert delivery is not None
        assert content is not None
        if planned.kind == "linked":
            other = store.ran_as(connection, delivery.id, delivery.message_id)
            if other is not None:
                raise Refused(f"it was run as {other}: that is its message")
        new = byhand.NewMessage(
            id=new_id("msg", self._clock()),
            endpoint=planned.endpoint,
            method=delivery.method,
            target=delivery.target,
            content=content,
            signed_ms=delivery.signed_ms,
            guid=delivery.guid if planned.kind == "linked" else None,
            # A retry of the run that this one was taken for is none of it; a retry of a request that
            # was refused is, and is to have no second effect.
            links=planned.judged is not None and planned.judged.asked.key is None,
            flags=byhand.names_of(flags),
        )
        claimed = byhand.make(connection, new, self._lease.owner, self._now_ms())
        return _Taken(claimed, Before(None, None, None), finished=False, proof=None)

    def _is_alive(self, owner: str, _message_id: str) -> bool:
        return owner == self._lease.owner or is_held(self._lock_dir, owner)

    def _now_ms(self) -> int:
        return self._clock() // 1_000_000


def refuse_what_runs(
    connection: Connection, message_id: str, is_alive: byhand.IsAlive, now_ms: int
) -> None:
    """Refuse a message that another replay is at; one whose process is gone has ended.

    Raises:
        Refused: it is at it.
    """
    other = store.running(connection, message_id)
    if other is None:
        return
    if is_alive(other.owner, message_id):
        raise Refused(f"the replay {other.id} of it runs, and its process lives: wait for it")
    store.end(connection, other.id, state=None, status=None, error=None, result=None, now_ms=now_ms)
