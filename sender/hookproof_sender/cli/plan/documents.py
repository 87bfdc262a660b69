"""Runs of plans as JSON: the same fields wherever one is shown."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hookproof.clock import to_text

from ...plans.running import (
    AttemptBegun,
    AttemptOver,
    Event,
    JobSeen,
    NodeChanged,
    NodeRun,
    PlanRun,
    Waits,
    Warned,
)
from ..attempt_document import attempt_document


def run_document(run: PlanRun) -> dict[str, Any]:
    """A run with its nodes and edges."""
    return {
        "run": run.id,
        "plan": run.name,
        "plan_id": run.plan_id,
        "state": run.state,
        "recorded_at": _time(run.recorded_ms),
        "started_at": _time(run.started_ms),
        "ended_at": _time(run.ended_ms),
        "duration_s": _span(run.started_ms, run.ended_ms),
        "dealt_with": run.dealt_with,
        "nodes": [_node(node) for node in run.nodes],
        "edges": [asdict(edge) for edge in run.edges],
    }


def event_document(event: Event) -> dict[str, Any]:
    """One thing that happened."""
    match event:
        case NodeChanged(handle, state, sentence):
            return {"event": "node", "handle": handle, "state": state, "sentence": sentence}
        case AttemptBegun(handle, start, allowed, target):
            return {
                "event": "attempt_begun",
                "handle": handle,
                "number": start.number,
                "attempts_allowed": allowed,
                "started_at": to_text(start.started_ns),
                "guid": start.guid,
                "target": target,
            }
        case AttemptOver(handle, attempt):
            return {"event": "attempt", "handle": handle, "attempt": attempt_document(attempt)}
        case JobSeen(handle, job, status):
            return {"event": "job", "handle": handle, "job": job, "status": status}
        case Waits(handle, seconds, elsewhere):
            wait_s = round(seconds, 3)
            return {"event": "wait", "handle": handle, "wait_s": wait_s, "elsewhere": elsewhere}
        case Warned(handle, sentence):
            return {"event": "warning", "handle": handle, "sentence": sentence}


def _node(node: NodeRun) -> dict[str, Any]:
    return {
        "handle": node.handle,
        "name": node.name,
        "kind": node.kind,
        "join": node.join,
        "state": node.state,
        "target": node.target,
        "message_id": node.message_id,
        "jobs": node.jobs,
        "sentence": node.sentence,
        "warnings": node.warnings,
        "attempts_made": node.attempts,
        "status": node.status,
        "started_at": _time(node.started_ms),
        "ended_at": _time(node.ended_ms),
        "duration_s": node.duration_s,
    }


def _span(begin_ms: int | None, end_ms: int | None) -> float | None:
    return None if begin_ms is None or end_ms is None else (end_ms - begin_ms) / 1000


def _time(time_ms: int | None) -> str | None:
    return None if time_ms is None else to_text(time_ms * 1_000_000)
