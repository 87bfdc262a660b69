"""What references may read of a run: the plan's metadata, and that of each node that ended. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hookproof.clock import to_text

from ...wire import Attempt
from ..deciding import NodeState
from ..ending import of_jobs
from ..plan import Node, Plan

Metadata = dict[str, Any]
"""By name without its `$`."""

_STATUS = {"succeeded": "success", "skipped": "skipped"}


def of_plan(plan: Plan, run_id: str, *, started_ms: int, now_ms: int) -> Metadata:
    """What `$plan` is for a node that starts now. What the plan does not say is left out."""
    said = {
        "name": plan.name,
        "duration": now_ms - started_ms,
        "startTime": _time(started_ms),
        "runId": run_id,
        "user": plan.user or None,
        "taskCount": len(plan.nodes),
        "id": plan.id,
        "url": plan.url or None,
    }
    return {name: value for name, value in said.items() if value is not None}


def of_end(node: Node, state: NodeState, started_ms: int | None, ended_ms: int) -> Metadata:
    """What is known of any node that ended; of one that never started no times."""
    said: Metadata = {"name": node.name, "status": _STATUS.get(state, "failure")}
    if started_ms is not None:
        said["duration"] = ended_ms - started_ms
        said["startTime"] = _time(started_ms)
        said["endTime"] = _time(ended_ms)
    return said


def of_answer(attempt: Attempt) -> Metadata:
    """What is known of a node's answer, its headers masked; nothing where no answer came."""
    if attempt.status is None:
        return {}
    headers: dict[str, str] = {}
    for name, value in attempt.answer_headers:
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return {
        "statusCode": attempt.status,
        "response": {"body": attempt.answer.decode("utf-8", "replace"), "headers": headers},
    }


def of_job(record: Mapping[str, Any], outputs: Any) -> Metadata:
    """What is known of one job group, as an output of a flow node.

    Args:
        record: the job group, as the platform says it.
        outputs: what it wrote, as the platform says that; of anything else nothing is read.
    """
    files = _files(outputs)
    status = record.get("status")
    rows = _number(record.get("rowCount"))
    if rows is None:
        rows = next((_number(one.get("rowCount")) for one in files if one.get("isPrimaryOutput")), None)
    said: Metadata = {
        "name": _recipe(record),
        "status": _STATUS.get(of_jobs([status]), "failure") if isinstance(status, str) else None,
        "jobId": _number(record.get("id")),
        "duration": _duration(record),
        "rowCount": rows,
        "files": [one["uri"] for one in files if isinstance(one.get("uri"), str)],
    }
    return {name: value for name, value in said.items() if value is not None}


def parsed(kept: Metadata) -> Metadata:
    """Kept metadata with `response.json`, where the answer's body is JSON."""
    response = kept.get("response")
    if not isinstance(response, dict):
        return kept
    try:
        return {**kept, "response": {**response, "json": json.loads(response["body"])}}
    except (ValueError, RecursionError):
        return kept


def _recipe(record: Mapping[str, Any]) -> str | None:
    recipe = record.get("wrangledDataset")
    name = recipe.get("name") if isinstance(recipe, Mapping) else None
    return name if isinstance(name, str) else None


def _files(outputs: Any) -> list[Mapping[str, Any]]:
    files = outputs.get("files") if isinstance(outputs, Mapping) else None
    return [one for one in files if isinstance(one, Mapping)] if isinstance(files, list) else []


def _number(value: Any) -> int | None:
    """A number that the platform says; None for anything else, which may be nested beyond writing."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _duration(record: Mapping[str, Any]) -> int | None:
    """Milliseconds from a job's start to its end; by when its record changed, where it does not say."""
    spans = ("startedAt", "endedAt"), ("createdAt", "updatedAt")
    for begin, end in spans:
        try:
            span = datetime.fromisoformat(record[end]) - datetime.fromisoformat(record[begin])
            return round(span.total_seconds() * 1000)
        except (KeyError, TypeError, ValueError):
            continue
    return None


def _time(time_ms: int) -> str:
    return to_text(time_ms * 1_000_000)
