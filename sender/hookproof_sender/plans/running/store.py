"""Runs and their nodes in the outbox's database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hookproof_runtime.database import Connection

from ..deciding import NodeState, leads
from ..plan import Edge, Plan
from .run import EdgeRun, NodeRun, PlanRun, RunState
from .written import of_private, shown, to_private

_INSERT_RUN = """
INSERT INTO hookproof_plan_runs (id, state, plan, private, recorded_ms)
VALUES (:id, 'recorded', :plan, :private, :now_ms) ON CONFLICT (id) DO NOTHING
"""
_INSERT_NODE = """
INSERT INTO hookproof_plan_nodes (run_id, handle, place, state)
VALUES (:run_id, :handle, :place, 'waiting') ON CONFLICT (run_id, handle) DO NOTHING
"""
_RESUMED = "SELECT state, private, started_ms FROM hookproof_plan_runs WHERE id = :id"
_BEGIN_RUN = """
UPDATE hookproof_plan_runs
SET state = 'running', started_ms = coalesce(started_ms, :now_ms) WHERE id = :id
"""
_STOP_RUN = "UPDATE hookproof_plan_runs SET state = :state WHERE id = :id"
_END_RUN = """
UPDATE hookproof_plan_runs SET state = :state, ended_ms = :now_ms, private = NULL WHERE id = :id
"""
_START_NODE = """
UPDATE hookproof_plan_nodes
SET state = 'running', message_id = :message_id, warnings = :warnings, started_ms = :now_ms
WHERE run_id = :run_id AND handle = :handle
"""
_JOBS = "UPDATE hookproof_plan_nodes SET jobs = :jobs WHERE run_id = :run_id AND handle = :handle"
_END_NODE = """
UPDATE hookproof_plan_nodes
SET state = :state, sentence = :sentence, warnings = :warnings, attempts = :attempts,
    status = :status, metadata = :metadata, ended_ms = :ended_ms
WHERE run_id = :run_id AND handle = :handle
"""
_RUNS = """
SELECT id, state, plan, recorded_ms, started_ms, ended_ms FROM hookproof_plan_runs
WHERE {} ORDER BY id DESC LIMIT :most
"""
_NODES = """
SELECT n.handle, n.state, n.message_id, n.jobs, n.sentence, n.warnings, n.started_ms, n.ended_ms,
    coalesce(n.attempts, o.attempts, 0) AS attempts, coalesce(n.status, o.status) AS status
FROM hookproof_plan_nodes n LEFT JOIN hookproof_outbox o ON o.id = n.message_id
WHERE n.run_id = :run_id ORDER BY n.place
"""
_RESUMED_NODES = """
SELECT handle, state, message_id, jobs, warnings, metadata, started_ms
FROM hookproof_plan_nodes WHERE run_id = :run_id ORDER BY place
"""
_NODE_OF = "SELECT run_id, handle FROM hookproof_plan_nodes WHERE message_id = :message_id"


@dataclass(frozen=True, slots=True)
class KeptNode:
    """A node as it is on record."""

    state: NodeState
    message_id: str | None
    jobs: tuple[int, ...]
    warnings: tuple[str, ...]
    metadata: dict[str, Any] | None
    started_ms: int | None


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run as it is on record, with all that it needs to go on."""

    state: RunState
    plan: Plan | None
    """None where the run is finished: it needs nothing any more."""
    started_ms: int | None
    nodes: dict[str, KeptNode]


@dataclass(frozen=True, slots=True)
class NodeEnd:
    """How a node ended."""

    state: NodeState
    """`succeeded`, `failed`, `skipped`, `cancelled`; or `unknown`, which is no end."""
    sentence: str | None
    """In words."""
    metadata: Mapping[str, Any]
    """What references may read of it."""
    warnings: tuple[str, ...] = ()
    """All that was said of it."""
    attempts: int | None = None
    """Of its message."""
    status: int | None = None
    """Of the last answer."""


def insert(connection: Connection, run_id: str, plan: Plan, now_ms: int) -> None:
    """Record a run with its nodes; nothing changes where it is on record already."""
    run = {"id": run_id, "plan": shown(plan), "private": to_private(plan), "now_ms": now_ms}
    if connection.exec_driver_sql(_INSERT_RUN, run).rowcount:
        nodes = [
            {"run_id": run_id, "handle": node.handle, "place": place}
            for place, node in enumerate(plan.nodes)
        ]
        connection.exec_driver_sql(_INSERT_NODE, nodes)


def load(connection: Connection, run_id: str) -> KeptRun | None:
    """A run with all that it needs to go on; None where there is none of that id."""
    row = connection.exec_driver_sql(_RESUMED, {"id": run_id}).first()
    if row is None:
        return None
    nodes = {
        one.handle: KeptNode(
            one.state,
            one.message_id,
            tuple(json.loads(one.jobs or "[]")),
            tuple(json.loads(one.warnings or "[]")),
            json.loads(one.metadata) if one.metadata else None,
            one.started_ms,
        )
        for one in connection.exec_driver_sql(_RESUMED_NODES, {"run_id": run_id})
    }
    return KeptRun(
        row.state, of_private(row.private, run_id) if row.private else None, row.started_ms, nodes
    )


def begin_run(connection: Connection, run_id: str, now_ms: int) -> None:
    """A run goes on, or begins."""
    connection.exec_driver_sql(_BEGIN_RUN, {"id": run_id, "now_ms": now_ms})


def stop_run(connection: Connection, run_id: str, state: RunState) -> None:
    """A run goes on no more for now."""
    connection.exec_driver_sql(_STOP_RUN, {"id": run_id, "state": state})


def end_run(connection: Connection, run_id: str, state: RunState, now_ms: int) -> None:
    """A run is finished: what it needed to go on is removed, and its secrets with that."""
    connection.exec_driver_sql(_END_RUN, {"id": run_id, "state": state, "now_ms": now_ms})


def start_node(
    connection: Connection,
    run_id: str,
    handle: str,
    message_id: str | None,
    warnings: Sequence[str],
    now_ms: int,
) -> None:
    """A node runs; in the transaction that records its message."""
    place = {"run_id": run_id, "handle": handle, "message_id": message_id, "now_ms": now_ms}
    connection.exec_driver_sql(_START_NODE, {**place, "warnings": json.dumps(warnings)})


def keep_jobs(connection: Connection, run_id: str, handle: str, jobs: Sequence[int]) -> None:
    """A flow node's jobs are known."""
    place = {"run_id": run_id, "handle": handle, "jobs": json.dumps(jobs)}
    connection.exec_driver_sql(_JOBS, place)


def end_node(connection: Connection, run_id: str, handle: str, end: NodeEnd, now_ms: int) -> None:
    """A node ended; in the transaction that records its message's end, where it has one."""
    place = {
        "run_id": run_id,
        "handle": handle,
        "state": end.state,
        "sentence": end.sentence,
        "warnings": json.dumps(end.warnings),
        "attempts": end.attempts,
        "status": end.status,
        "metadata": json.dumps(end.metadata),
        "ended_ms": None if end.state == "unknown" else now_ms,
    }
    connection.exec_driver_sql(_END_NODE, place)


def show(connection: Connection, run_id: str) -> PlanRun | None:
    """A run, as it is shown; None where there is none of that id."""
    found = connection.exec_driver_sql(_RUNS.format("id = :id"), {"id": run_id, "most": 1}).first()
    return None if found is None else _run(connection, found)


def find(connection: Connection, *, limit: int, unfinished: bool = False) -> list[PlanRun]:
    """Runs, the newest first."""
    where = "ended_ms IS NULL" if unfinished else "1 = 1"
    rows = connection.exec_driver_sql(_RUNS.format(where), {"most": limit}).fetchall()
    return [_run(connection, row) for row in rows]


def node_of(connection: Connection, message_id: str) -> tuple[str, str] | None:
    """The run and the handle that sent a message; None where it is no node's."""
    row = connection.exec_driver_sql(_NODE_OF, {"message_id": message_id}).first()
    return None if row is None else (row.run_id, row.handle)


def _run(connection: Connection, row: Any) -> PlanRun:
    plan = json.loads(row.plan)
    rows = {one.handle: one for one in connection.exec_driver_sql(_NODES, {"run_id": row.id})}
    return PlanRun(
        id=row.id,
        name=plan["name"],
        plan_id=plan["id"],
        state=row.state,
        recorded_ms=row.recorded_ms,
        started_ms=row.started_ms,
        ended_ms=row.ended_ms,
        nodes=tuple(_node(one, rows[one["handle"]]) for one in plan["nodes"]),
        edges=tuple(_edges(plan["edges"], {handle: one.state for handle, one in rows.items()})),
    )


def _node(said: Mapping[str, Any], row: Any) -> NodeRun:
    return NodeRun(
        **said,
        state=row.state,
        message_id=row.message_id,
        jobs=tuple(json.loads(row.jobs or "[]")),
        sentence=row.sentence,
        warnings=tuple(json.loads(row.warnings or "[]")),
        attempts=row.attempts,
        status=row.status,
        started_ms=row.started_ms,
        ended_ms=row.ended_ms,
    )


def _edges(kept: Iterable[Mapping[str, Any]], states: Mapping[str, NodeState]) -> Iterable[EdgeRun]:
    for one in kept:
        yield EdgeRun(**one, leads=leads(Edge(**one), states))
