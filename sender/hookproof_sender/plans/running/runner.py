"""Runs of plans, as a program has them: start one, run it, take it up again, see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from hookproof.errors import BadConfiguration
from hookproof_runtime.database import folder_of

from ...outbox.outbox import OUTCOME_WAITS
from ...references import new_run_id
from ..overrides import Override, apply
from ..plan import Plan
from . import store
from .course import Course
from .events import Event
from .held import holding, is_held
from .parts import Parts
from .run import FINISHED, PlanRun
from .starting import preflight

AT_ONCE = 10
"""Nodes that run at once, unless somebody says otherwise."""


class PlanRunner:
    """Runs plans. It serves any number of threads; a run belongs to one of them, in one process.

    Made by `Sender.plan_runner`.

    Args:
        parts: the sender's own.
        at_once: how many nodes of a run there may be under way at once; 1 and more.
        strict: a reference that names nothing fails its node before anything of that is sent.
        on_event: told of what happens, in the thread that it happens in.
    """

    def __init__(
        self,
        parts: Parts,
        *,
        at_once: int = AT_ONCE,
        strict: bool = False,
        on_event: Callable[[Event], None] | None = None,
    ) -> None:
        if at_once < 1:
            raise ValueError(f"at_once is 1 or more, not {at_once!r}")
        self._parts = parts
        self._at_once = at_once
        self._strict = strict
        self._tell = on_event or _say_nothing

    def start(
        self, plan: Plan, *, overrides: Sequence[Override] = (), run_id: str | None = None
    ) -> str:
        """Record a run; nothing of it is sent before `run`.

        Args:
            plan: what is to run.
            overrides: what is different in this run.
            run_id: `run_…`; None draws one. Where it is on record already, nothing changes.

        Returns:
            The run's id.

        Raises:
            HookproofError: a secret is missing, an override names nothing, the database cannot be used.
                Then nothing is on record.
        """
        plan = apply(plan, overrides)
        preflight(plan)
        outbox = self._parts.outbox
        now_ms = outbox.now_ms()
        run_id = run_id or new_run_id(now_ms * 1_000_000)
        with outbox.storage.writing() as connection:
            store.insert(connection, run_id, plan, now_ms)
        return run_id

    def run(self, run_id: str) -> PlanRun:
        """Run a run that is on record, from where it stands; returns when it can go no further.

        What a process left behind that is gone is taken up: nothing is sent again but an attempt of
        which nobody knows whether it arrived, and that with its GUID. One that is finished stays so.

        Args:
            run_id: `run_…`.

        Raises:
            RunHeld: somebody runs it already.
            HookproofError: there is no such run; the database cannot be used.
        """
        outbox = self._parts.outbox.under_the_name(run_id)
        with holding(self._locks(), run_id):
            with outbox.storage.reading() as connection:
                kept = store.load(connection, run_id)
            if kept is None:
                raise _no_such(run_id)
            if kept.plan is not None and kept.state not in FINISHED:
                self._go_on(replace(self._parts, outbox=outbox), run_id, kept.plan, kept)
        found = self.record(run_id)
        assert found is not None
        return found

    def record(self, run_id: str) -> PlanRun | None:
        """A run as it stands; None where there is none of that id."""
        with self._parts.outbox.storage.reading() as connection:
            return store.show(connection, run_id)

    def runs(self, limit: int = 50) -> list[PlanRun]:
        """Runs, the newest first."""
        with self._parts.outbox.storage.reading() as connection:
            return store.find(connection, limit=limit)

    def unfinished(self) -> list[PlanRun]:
        """Runs that have not ended, the newest first; also those that somebody runs now."""
        with self._parts.outbox.storage.reading() as connection:
            return store.find(connection, limit=10_000, unfinished=True)

    def is_held(self, run_id: str) -> bool:
        """Whether a process that is there runs it now."""
        return is_held(self._locks(), run_id)

    def node_of(self, message_id: str) -> tuple[str, str] | None:
        """The run and the handle that sent a message; None where it is no node's."""
        with self._parts.outbox.storage.reading() as connection:
            return store.node_of(connection, message_id)

    def _go_on(self, parts: Parts, run_id: str, plan: Plan, kept: store.KeptRun) -> None:
        now_ms = parts.outbox.now_ms()
        with parts.outbox.storage.writing(OUTCOME_WAITS) as connection:
            store.begin_run(connection, run_id, now_ms)
        course = Course(
            parts,
            run_id,
            plan,
            kept,
            started_ms=kept.started_ms or now_ms,
            at_once=self._at_once,
            strict=self._strict,
            tell=self._tell,
        )
        state = course.go()
        with parts.outbox.storage.writing(OUTCOME_WAITS) as connection:
            if state in FINISHED:
                store.end_run(connection, run_id, state, parts.outbox.now_ms())
            else:
                store.stop_run(connection, run_id, state)

    def _locks(self) -> Path:
        return folder_of(self._parts.outbox.engine.url) / "plan-runs"


def _no_such(run_id: str) -> BadConfiguration:
    return BadConfiguration(
        f"no run {run_id} is on record here: hookproof plan show lists those that are"
    )


def _say_nothing(_event: Event) -> None:
    pass
