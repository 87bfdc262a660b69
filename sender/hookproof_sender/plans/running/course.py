"""One run, from where its record stands to its end: nodes in threads, decisions in one."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ...outbox.outbox import OUTCOME_WAITS
from ..deciding import Decider, NodeState, Skipped
from ..order import ancestors
from ..plan import Plan
from ..reach import root_of
from . import ends, metadata, store
from .events import Event, NodeChanged, Warned
from .nodes import Nodes, Open
from .parts import Parts
from .run import RunState
from .starting import Prepared, prepare
from .store import KeptRun, NodeEnd


class Course:
    """One run. `go` belongs to the thread that holds the run; nodes run in others.

    Args:
        parts: the sender's own.
        run_id: the run.
        plan: what is run.
        kept: where its record stands.
        started_ms: when it began, in Unix milliseconds.
        at_once: how many nodes run at once.
        strict: refuse references that name nothing.
        tell: told of what happens, in the thread that it happens in.
    """

    def __init__(
        self,
        parts: Parts,
        run_id: str,
        plan: Plan,
        kept: KeptRun,
        *,
        started_ms: int,
        at_once: int,
        strict: bool,
        tell: Callable[[Event], None],
    ) -> None:
        self._parts = parts
        self._run_id = run_id
        self._plan = plan
        self._at_once = at_once
        self._strict = strict
        self._tell = tell
        self._started_ms = started_ms
        self._by_handle = {node.handle: node for node in plan.nodes}
        self._states: dict[str, NodeState] = {handle: one.state for handle, one in kept.nodes.items()}
        self._metadata = {
            handle: metadata.parsed(one.metadata)
            for handle, one in kept.nodes.items()
            if one.metadata is not None
        }
        self._left = [
            Open(
                self._by_handle[handle],
                one.message_id,
                None,
                one.jobs,
                one.warnings,
                one.started_ms,
            )
            for handle, one in kept.nodes.items()
            if one.state in ("running", "unknown")
        ]
        self._decider = Decider(plan)
        self._nodes = Nodes(parts, run_id, plan.platform, tell)
        self._under_way: set[str] = set()
        self._over: queue.SimpleQueue[tuple[str, NodeEnd | BaseException | None]] = queue.SimpleQueue()

    def go(self) -> RunState:
        """Run what can run; where the run stands then.

        Raises:
            HookproofError: the database cannot be used. What is on record can be taken up.
        """
        failure: BaseException | None = None
        end: RunState | None = None
        with ThreadPoolExecutor(self._at_once, thread_name_prefix="hookproof-plan") as pool:
            try:
                self._submit(pool, self._left)
                while True:
                    end = None if failure else self._advance(pool)
                    if not self._under_way:
                        break
                    for handle, outcome in self._ended():
                        self._under_way.remove(handle)
                        if isinstance(outcome, BaseException):
                            failure = failure or outcome
                            self._nodes.give_up()
                        else:
                            self._note(handle, outcome)
            finally:
                self._nodes.give_up()  # what runs, after an error here, ends soon
        if failure is not None:
            raise failure
        return end or "interrupted"

    def _ended(self) -> Iterator[tuple[str, NodeEnd | BaseException | None]]:
        """Wait for a node to end; it, and what else has ended by then."""
        yield self._over.get()
        with contextlib.suppress(queue.Empty):
            while True:
                yield self._over.get_nowait()

    def _advance(self, pool: ThreadPoolExecutor) -> RunState | None:
        """Skip and start what is to be; how the run ended, where it did."""
        while True:
            decision = self._decider.decide(self._states)
            room = self._at_once - len(self._under_way)
            start = decision.start[: max(0, room)] if not self._parts.stopped.is_set() else ()
            if not start and not decision.skip:
                return decision.end
            skipped = self._skip(decision.skip)
            self._begin(pool, skipped, [self._prepare(handle) for handle in start])

    def _skip(self, skip: Collection[Skipped]) -> dict[str, NodeEnd]:
        """The ends of nodes that will not run. What starts beside them may read of them already."""
        now_ms = self._parts.outbox.now_ms()
        ended: dict[str, NodeEnd] = {}
        for one in skip:
            end = ended[one.handle] = ends.skipped(self._by_handle[one.handle], one.sentence, now_ms)
            self._metadata[one.handle] = dict(end.metadata)
        return ended

    def _prepare(self, handle: str) -> Prepared:
        return prepare(
            self._parts,
            self._plan,
            self._run_id,
            self._by_handle[handle],
            lambda: self._readable(handle),
            strict=self._strict,
        )

    def _readable(self, handle: str) -> Mapping[str, Any]:
        """What a node's references may read: the plan, and what ended before it on its own branch."""
        now_ms = self._parts.outbox.now_ms()
        said = metadata.of_plan(self._plan, self._run_id, started_ms=self._started_ms, now_ms=now_ms)
        before = ancestors(self._plan, handle)
        return {
            "plan": said,
            **{
                root_of(self._by_handle[one]): self._metadata[one]
                for one in self._by_handle
                if one in before and one in self._metadata
            },
        }

    def _begin(
        self, pool: ThreadPoolExecutor, skipped: dict[str, NodeEnd], prepared: Collection[Prepared]
    ) -> None:
        """Record what is skipped, and what starts with its messages, in one transaction."""
        now_ms = self._parts.outbox.now_ms()
        ended = dict(skipped)
        for one in prepared:
            if one.leased is None:
                node = self._by_handle[one.handle]
                ended[one.handle] = ends.refused(node, one.reason or "", one.warnings, now_ms)
        messages = [one.leased for one in prepared if one.leased is not None]
        with self._parts.outbox.storage.writing(OUTCOME_WAITS) as connection:
            if messages:
                self._parts.outbox.begin(*messages, connection=connection)
            for one in prepared:
                message_id = one.leased.id if one.leased else None
                store.start_node(connection, self._run_id, one.handle, message_id, one.warnings, now_ms)
            for handle, end in ended.items():
                store.end_node(connection, self._run_id, handle, end, now_ms)
        for one in prepared:
            for warning in one.warnings:
                self._tell(Warned(one.handle, warning))
        for handle, end in ended.items():
            self._note(handle, end)
        started = [
            Open(self._by_handle[one.handle], one.leased.id, one.leased, (), one.warnings, now_ms)
            for one in prepared
            if one.leased is not None
        ]
        self._submit(pool, started)

    def _submit(self, pool: ThreadPoolExecutor, nodes: Collection[Open]) -> None:
        for one in nodes:
            handle = one.node.handle
            self._states[handle] = "running"
            self._under_way.add(handle)
            self._tell(NodeChanged(handle, "running"))
            pool.submit(self._run, one)

    def _run(self, node: Open) -> None:
        """What each thread does."""
        outcome: NodeEnd | BaseException | None
        try:
            outcome = self._nodes.run(node)
        except BaseException as error:
            outcome = error
        self._over.put((node.node.handle, outcome))

    def _note(self, handle: str, end: NodeEnd | None) -> None:
        """A node's end is on record; None where it was cut short."""
        if end is None:
            return  # it is to be taken up
        self._states[handle] = end.state
        self._metadata[handle] = metadata.parsed(dict(end.metadata))
        self._tell(NodeChanged(handle, end.state, end.sentence))
