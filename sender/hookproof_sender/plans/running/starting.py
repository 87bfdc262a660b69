"""What a node sends first: its own task, or the request that starts its jobs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hookproof.errors import BadConfiguration, HookproofError

from ...outbox import Leased
from ...tasks import HttpTask, task_from
from ...tasks.rendering import render_task
from ..plan import FlowTask, Node, Plan, Platform
from .jobs import bearer
from .parts import Parts

EXECUTION_ID = "x-execution-id"
"""The header under which the platform starts a job once."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A node that may start."""

    handle: str
    """Which one."""
    leased: Leased | None
    """Its message, which is on record nowhere yet; None where it cannot be sent."""
    warnings: tuple[str, ...] = ()
    """What is to be said of it."""
    reason: str | None = None
    """Why it cannot be sent."""


def prepare(
    parts: Parts,
    plan: Plan,
    run_id: str,
    node: Node,
    readable: Callable[[], Mapping[str, Any]],
    *,
    strict: bool,
) -> Prepared:
    """Make the message of a node. What is wrong with it is its own end, not the run's.

    Args:
        parts: the sender's own.
        plan: what is run.
        run_id: its run.
        node: the node.
        readable: what its references may read; asked for where it has any.
        strict: refuse those that name nothing.
    """
    warnings: tuple[str, ...] = ()
    try:
        task = node.task
        if isinstance(task, FlowTask):
            task = request_of(node, task, plan.platform, f"{run_id}/{node.handle}")
        rendered = render_task(task, readable() if task.has_references else {}, strict=strict)
        warnings = rendered.warnings
        leased = parts.draft(rendered.task)
        if isinstance(node.task, FlowTask):
            # What needs a person to mend it is not tried again; how long to wait, the platform says.
            leased = replace(leased, terms=replace(leased.terms, profile="considerate"))
    except HookproofError as error:
        return Prepared(node.handle, None, warnings, str(error))
    return Prepared(node.handle, leased, warnings)


def request_of(node: Node, flow: FlowTask, platform: Platform | None, execution_id: str) -> HttpTask:
    """The request that starts the jobs of a flow node, once however often it is made.

    Raises:
        BadConfiguration: there is no platform, or its token is not where it should be.
    """
    if platform is None:
        raise BadConfiguration("the plan says no platform to run flows on: give it [platform]")
    path = "/v4/jobGroups" if flow.recipe_id is not None else f"/v4/flows/{flow.flow_id}/run"
    body: dict[str, Any] = {}
    if flow.recipe_id is not None:
        body["wrangledDataset"] = {"id": flow.recipe_id}
    if flow.parameters:
        pairs = [{"key": key, "value": value} for key, value in flow.parameters]
        body["runParameters"] = {"overrides": {"data": pairs}}
    record = {
        "name": node.name,
        "method": "post",
        "url": platform.url.rstrip("/") + path,
        "headers": {
            "Content-Type": "application/json",
            EXECUTION_ID: execution_id,
            "Authorization": bearer(platform.token),
        },
        "body": json.dumps(body),
    }
    try:
        return task_from(record, source=f"the flow task {node.handle}")
    finally:
        del record  # a traceback may show locals


def preflight(plan: Plan) -> None:
    """See that every secret is where it should be, before anything is sent.

    Raises:
        BadConfiguration: one is not, or no platform is named to run a flow on.
    """
    if plan.platform is not None and plan.platform.token.held is not None:
        raise BadConfiguration("the platform's token is kept in a variable or a file, not in the plan")
    for node in plan.nodes:
        if isinstance(node.task, FlowTask):
            request_of(node, node.task, plan.platform, f"-/{node.handle}")
        else:
            for place in node.task.secret_places():
                place.fetch()
