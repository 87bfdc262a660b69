"""A plan as text: one form that may be shown, and one that a run needs to go on."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from hookproof_runtime.masking import masked_url

from ...outbox.private import Private
from ...tasks import HttpTask
from ..file import plan_from
from ..plan import Node, Plan
from ..record import record_of


def shown(plan: Plan) -> str:
    """What is shown of a plan as long as its run is on record: no secret, header or body."""
    return json.dumps(
        {
            "name": plan.name,
            "id": plan.id,
            "nodes": [
                {
                    "handle": node.handle,
                    "name": node.name,
                    "kind": "http" if isinstance(node.task, HttpTask) else "flow",
                    "join": node.join,
                    "target": target_of(node),
                }
                for node in plan.nodes
            ],
            "edges": [asdict(edge) for edge in plan.edges],
        }
    )


def target_of(node: Node) -> str:
    """`POST https://…` with its tokens masked, `recipe 4` or `flow 1`."""
    task = node.task
    if isinstance(task, HttpTask):
        return f"{task.method.upper()} {masked_url(task.url)}"
    return f"flow {task.flow_id}" if task.recipe_id is None else f"recipe {task.recipe_id}"


def to_private(plan: Plan) -> Private:
    """All of a plan. A secret that is kept in a variable or a file stays there."""
    record = record_of(plan)
    for node in record["nodes"]:
        if file := node.get("httpTask", {}).get("secretKeyFile"):
            # Whoever takes the run up may stand in another folder.
            node["httpTask"]["secretKeyFile"] = str(Path(file).absolute())
    return Private(json.dumps(record))


def of_private(text: str, run_id: str) -> Plan:
    """The plan, as `to_private` wrote it."""
    return plan_from(json.loads(text), source=run_id)
