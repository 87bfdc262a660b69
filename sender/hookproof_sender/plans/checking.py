"""What is worth mending in a plan before it is run: all of it at once. Nothing is sent. Pure but for
reading a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hookproof.errors import BadConfiguration
from hookproof_runtime.settings import FileProblems

from ..tasks import HttpTask, task_references
from ..tasks.file import read_record
from ..tasks.lint import lint_record
from ..tasks.lint.linting import JudgeUrl
from .file import plan_from
from .findings import Finding
from .order import ancestors
from .plan import FlowTask, Node, Plan
from .reach import out_of_reach


def check_file(
    path: Path | str, judge_url: JudgeUrl | None = None
) -> tuple[Plan | None, list[Finding]]:
    """Read the plan of a file and check it, as `check` does.

    Returns:
        The plan, None where it could not be read, and then the findings are why; and the findings.
    """
    path = Path(path)
    try:
        record = read_record(path, of="plan")
    except FileProblems as wrong:
        return None, [Finding("unreadable", one.key, one.sentence) for one in wrong.problems]
    except BadConfiguration as wrong:
        return None, [Finding("unreadable", "", str(wrong))]
    try:
        plan = plan_from(record, source=str(path), folder=path.parent)
    except FileProblems as wrong:
        return None, [Finding("refused", one.key, one.sentence) for one in wrong.problems]
    return plan, check(plan, judge_url)


def check(plan: Plan, judge_url: JudgeUrl | None = None) -> list[Finding]:
    """Find what is worth mending in a plan.

    Args:
        plan: as it was read, so that its handles and edges are sound.
        judge_url: where a request may go, without resolving a name; None leaves that out.
    """
    found = list(_platform(plan, judge_url))
    for node in plan.nodes:
        if isinstance(node.task, HttpTask):
            found += _references(plan, node, node.task)
            found += _task(node, node.task, judge_url)
    return found


def _platform(plan: Plan, judge_url: JudgeUrl | None) -> Iterator[Finding]:
    flows = [node.handle for node in plan.nodes if isinstance(node.task, FlowTask)]
    if not flows:
        return
    if plan.platform is None:
        yield Finding(
            "no_platform",
            "platform",
            f"nothing says where flows are run, and with which token: {', '.join(flows)}",
            'write platform = { url = "http://www.example.com:3005", tokenEnv = "PLATFORM_TOKEN" }',
        )
    elif judge_url is not None and (reason := judge_url(f"{plan.platform.url}/v4/jobGroups")):
        yield Finding("forbidden_target", "platform.url", reason)


def _references(plan: Plan, node: Node, task: HttpTask) -> Iterator[Finding]:
    before = ancestors(plan, node.handle)
    for located in task_references(task):
        one = located.reference
        if (reason := out_of_reach(plan, node.handle, one, before)) is not None:
            code, sentence = reason
            place = f"line {one.line}, column {one.column}"
            yield Finding(code, f"{node.handle}.{located.where}", f"{place}: {sentence}")


def _task(node: Node, task: HttpTask, judge_url: JudgeUrl | None) -> Iterator[Finding]:
    record = {"name": node.name, **task.model_dump(exclude_unset=True)}
    for one in lint_record(record, judge_url):
        yield Finding(one.code, f"{node.handle}.{one.key}", one.sentence, one.cure)
