"""The outbox of one database: where messages are recorded, and whoever sends them takes them from."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import replace
from random import Random

from hookproof.clock import Clock, system_clock
from hookproof.errors import CannotRun
from hookproof.keys import Secrets
from hookproof.schemes import HttpTask, Scheme, by_name
from hookproof_runtime.database import Busy, Connection, Engine
from hookproof_runtime.ids import id_of
from hookproof_runtime.masking import masked_url

from ..wire import Attempt
from .drafting import Sendable, draft
from .leased import PLATFORM, Leased, TakenOver, Terms
from .ledger import Ledger
from .next_step import Step
from .signing import refuse_headers_of
from .storage import Storage
from .store import leasing, recording, taking_up
from .store.marking import Mark, mark, mark_of
from .store.taking_up import Standing

DEFAULT_DATABASE = "sqlite:///.hookproof/outbox.db"
"""Where messages are recorded unless a URL says otherwise."""

LEASE = 60.0
"""Seconds that a process holds a message without a sign of life: more than an attempt may take."""

OUTCOME_WAITS = 20.0
"""Seconds to wait for the turn in the middle of a message: an outcome that is not recorded means
another attempt, and a message that cannot go on ends the run that it is of."""

Beside = Callable[[Connection, Mark], None]
"""Writes something of its own in the transaction that records an attempt's end."""


class Outbox(Ledger):
    """Messages on record. Make one and keep it; it serves any number of threads.

    A URL is opened when it is needed first, an engine at once.

    Args:
        database: a URL or an SQLAlchemy engine; with an application's own, a message can be recorded
            in the transaction of what it tells about.
        terms: how what is recorded here is signed and retried.
        schemes: schemes of your own, which terms may name.
        lease: seconds that a process holds a message without a sign of life; longer than an attempt.
        clock: the wall clock.
    """

    def __init__(
        self,
        database: str | Engine = DEFAULT_DATABASE,
        *,
        terms: Terms = PLATFORM,
        schemes: Iterable[Scheme] = (),
        lease: float = LEASE,
        clock: Clock = system_clock,
    ) -> None:
        super().__init__(Storage(database), clock)
        self.terms = terms
        """How what is recorded here is signed and retried."""
        self.lease = lease
        """Seconds that a lease lasts."""
        self.owner = secrets.token_hex(8)
        """The name under which this object leases messages."""
        self._schemes = {scheme.name: scheme for scheme in schemes}
        if not isinstance(database, str):
            self.storage.open()

    @property
    def engine(self) -> Engine:
        """The database, with its tables: those that are not there yet are made.

        Raises:
            BadConfiguration: it is none that can be used.
            CannotRun: it cannot be opened, is broken, or was written by a newer hookproof.
        """
        return self.storage.open()

    def open(self) -> None:
        """Open the database, and see that it can be written.

        Whatever needs the tables makes them. Beside a transaction of the caller's they cannot be made:
        an outbox for that is opened before.

        Raises:
            HookproofError: as for `engine`; or it can only be read.
        """
        # Whoever has to wait for others could write.
        with suppress(Busy), self.storage.writing() as connection:
            recording.touch(connection)

    def enqueue(
        self,
        task: Sendable,
        *,
        secret: Secrets | None = None,
        connection: Connection | sqlite3.Connection | None = None,
    ) -> str:
        """Record a message for a worker to send.

        Args:
            task: what to send.
            secret: signs instead of the task's own; kept with the message until that is finished.
            connection: a transaction of the caller's, SQLAlchemy's or sqlite3's, on the outbox's own
                database: the message is on record if that commits, and never was if it does not. The
                tables must be there (`open`). None commits at once.

        Returns:
            The message's id, `msg_…`.

        Raises:
            HookproofError: the task writes a header of its scheme; the database cannot be used, or has
                no tables yet while the caller's transaction keeps others from making them.
        """
        try:
            message = self.draft(task, secret=secret, number=0)
        finally:
            del secret  # a traceback may show locals
        if connection is not None:
            try:
                self.storage.open(wait=0)
            except Busy as error:
                raise CannotRun(
                    "the outbox has no tables yet, and they cannot be made while this transaction is "
                    "open: call `outbox.open()` once before it"
                ) from error
            self._insert(connection, [message], owner=None)
        else:
            with self.storage.writing() as own:
                self._insert(own, [message], owner=None)
        return message.id

    def enqueue_all(self, tasks: Sequence[Sendable]) -> list[str]:
        """Record several messages in one transaction; their ids, in the same order.

        Raises:
            HookproofError: as for `enqueue`; then none is on record.
        """
        messages = [self.draft(task, number=0) for task in tasks]
        if messages:
            with self.storage.writing() as connection:
                self._insert(connection, messages, owner=None)
        return [one.id for one in messages]

    def enqueue_once(self, task: Sendable, *, key: str, at_ns: int) -> str:
        """As `enqueue`, unless a message of this key and time (of what it tells about) is on record.

        Its id is the same each time.
        """
        message = replace(self.draft(task, number=0), id=id_of("msg", at_ns, key))
        with self.storage.writing() as connection:
            self._insert(connection, [message], owner=None, once=True)
        return message.id

    def under_the_name(self, owner: str) -> Outbox:
        """The same outbox, which leases messages under another name."""
        other = copy(self)
        other.owner = owner
        return other

    def begin(self, *messages: Leased, connection: Connection | None = None) -> None:
        """Record drafted messages that this process sends itself, leased for their first attempts.

        Args:
            messages: what was drafted.
            connection: a transaction of the caller's on the outbox's database; None commits at once.

        Raises:
            HookproofError: the database cannot be used.
        """
        if connection is not None:
            self._insert(connection, messages, owner=self.owner)
            return
        with self.storage.writing() as own:
            self._insert(own, messages, owner=self.owner)

    def take_up(self, message_id: str, rng: Random) -> Standing:
        """Lease a message for its next attempt, where it is due and nobody else holds it.

        What this name holds counts as left behind, as after a process of that name has ended: its
        attempt is recorded as lost. Delays come from `rng`.
        """
        now_ms = self.now_ms()
        with self.storage.writing(OUTCOME_WAITS) as connection:
            return taking_up.take_up(
                connection,
                message_id,
                owner=self.owner,
                now_ms=now_ms,
                lease_ms=now_ms + round(self.lease * 1000),
                rng=rng,
            )

    def finish_attempt(
        self, leased: Leased, attempt: Attempt, rng: Random, beside: Beside | None = None
    ) -> tuple[Attempt, Step]:
        """Record how an attempt went, and hold the message through the pause that may follow.

        Args:
            leased: the message, as it was leased for this attempt.
            attempt: how it went.
            rng: where delays come from.
            beside: writes in the same transaction; not called where another process has the message.

        Returns:
            The attempt as it is on record, and what follows it.

        Raises:
            TakenOver: another process has it now. The attempt is on record all the same.
            CannotRun: the database cannot be used. The attempt is on no record, and counts as lost when
                the lease has run out.
        """
        done = mark_of(leased, attempt, rng)
        try:
            with self.storage.writing(OUTCOME_WAITS) as connection:
                lost = mark(
                    connection,
                    [done],
                    now_ms=self.now_ms(),
                    held_by=None if attempt.cause == "interrupted" else self.owner,
                )
                if beside and not lost:
                    beside(connection, done)
        except (Busy, CannotRun) as error:
            raise CannotRun(
                f"attempt {attempt.number} of {leased.id} was made, and how it went could not be "
                f"recorded: {error}; hookproof work goes on with it when the database can be used"
            ) from error
        if lost:
            raise TakenOver(leased.id)
        return done.attempt, done.step

    def hold(self, leased: Leased) -> None:
        """Renew a lease that ran out before its attempt was made.

        Raises:
            TakenOver: another process has the message.
        """
        lease_ms = self.now_ms() + round(self.lease * 1000)
        with self.storage.writing(OUTCOME_WAITS) as connection:
            if not leasing.renew(connection, [leased], lease_ms):
                raise TakenOver(leased.id)

    def go_on(self, leased: Leased) -> Leased:
        """Begin the next attempt of a message that is held through its pause.

        Raises:
            TakenOver: another process has it, or it was cancelled.
        """
        now_ms = self.now_ms()
        lease_ms = now_ms + round(self.lease * 1000)
        with self.storage.writing(OUTCOME_WAITS) as connection:
            if not leasing.go_on(connection, leased, now_ms=now_ms, lease_ms=lease_ms):
                raise TakenOver(leased.id)
        return replace(leased, number=leased.number + 1, fence=leased.fence + 1, lease_ms=lease_ms)

    def let_go(self, leased: Leased) -> None:
        """Hold a message in its pause no longer: a worker may take it when it is due."""
        with self.storage.writing() as connection:
            leasing.let_go(connection, leased)

    def scheme_of(self, terms: Terms) -> Scheme:
        """The scheme that terms name.

        Raises:
            BadConfiguration: there is none of that name.
        """
        if (own := self._schemes.get(terms.scheme)) is not None:
            return own
        return HttpTask(terms.time_unit) if terms.scheme == HttpTask.name else by_name(terms.scheme)

    def draft(self, task: Sendable, *, secret: Secrets | None = None, number: int = 1) -> Leased:
        """Make a message of a task, which is on record nowhere yet.

        Args:
            task: what to send.
            secret: signs instead of the task's own.
            number: the attempt that may be made; 0 where it is only to be recorded.

        Raises:
            BadConfiguration: the task writes a header that its scheme writes, or cannot be rendered.
        """
        terms, lease, now_ns = self.terms, self.lease, self._clock()
        try:
            message = draft(task, secret=secret, terms=terms, number=number, lease=lease, now_ns=now_ns)
        finally:
            del secret
        refuse_headers_of(self.scheme_of(message.terms), message.outgoing)
        return message

    def _insert(
        self,
        connection: Connection | sqlite3.Connection,
        messages: Sequence[Leased],
        *,
        owner: str | None,
        once: bool = False,
    ) -> None:
        recording.insert(
            connection,
            messages,
            targets=[masked_url(one.outgoing.url) for one in messages],
            owner=owner,
            now_ms=self.now_ms(),
            once=once,
        )
