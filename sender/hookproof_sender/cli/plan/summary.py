"""A run in lines: how it stands, each task, each edge, and how to go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hookproof_runtime.command_line import clock_time, printable

from ...plans.running import EdgeRun, NodeRun, PlanRun
from ..lines import duration

_GAP = "  "


def run_line(run: PlanRun) -> str:
    """`2026-11-24 14:51:37  run_…  failed       Nightly orders  3 succeeded, 1 failed`."""
    return _GAP.join(
        [clock_time(run.recorded_ms), run.id, f"{run.state:<11}", printable(run.name), counts(run)]
    )


def summary(run: PlanRun) -> Iterator[str]:
    """A run, whole."""
    took = ""
    if run.started_ms is not None and run.ended_ms is not None:
        took = f"in {duration((run.ended_ms - run.started_ms) / 1000)}: "
    yield f"{run.state}  {run.id}  {printable(run.name)}  {took}{counts(run)}"
    width = max(len(printable(one.name)) for one in run.nodes)
    for node in run.nodes:
        yield from _node(node, width)
    if run.edges:
        yield "edges"
    for edge in run.edges:
        yield _edge(edge)
    if run.dealt_with:
        yield f"failed although dealt with: {', '.join(run.dealt_with)} (an edge led on from there)"
    if run.state in ("recorded", "interrupted"):
        yield f"go on with it: hookproof plan run --resume {run.id}"
    elif run.state == "unknown":
        yield f"when that is found out: hookproof plan run --resume {run.id}"


def counts(run: PlanRun) -> str:
    """`3 succeeded, 1 failed`."""
    states = Counter(node.state for node in run.nodes)
    return ", ".join(f"{number} {state}" for state, number in states.items())


def gone_note(run: PlanRun, *, held: bool) -> str:
    """Who has a run that is under way by its record."""
    if held:
        return f"a process runs {run.id} now"
    return f"the process that ran it is gone: hookproof plan run --resume {run.id} goes on with it"


def _node(node: NodeRun, width: int) -> Iterator[str]:
    parts = [f"  {node.handle}", f"{printable(node.name):<{width}}", f"{node.state:<9}"]
    if node.attempts:
        parts.append(f"{node.attempts} attempt{'' if node.attempts == 1 else 's'}")
    if node.duration_s is not None:
        parts.append(duration(node.duration_s))
    if node.sentence:
        parts.append(printable(node.sentence))
    if node.message_id and node.state not in ("succeeded", "skipped"):
        parts.append(node.message_id)
    yield _GAP.join(parts).rstrip()
    for warning in node.warnings:
        yield f"      warning: {printable(warning)}"


def _edge(edge: EdgeRun) -> str:
    decided = {None: "not decided", True: "leads on", False: "does not lead on"}[edge.leads]
    return f"  {edge.source} -> {edge.target}  {edge.rule:<7}  {decided}"
