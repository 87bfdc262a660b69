"""What the platform's side is to run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from hookproof import BadConfiguration
from hookproof_runtime.checks.finding import Finding, fine, wrong
from hookproof_runtime.task_runner import NotInstalled, find

from ..platform.plans.reading import read_plans
from .subject import Subject


def plans(subject: Subject) -> Iterator[Finding]:
    """Each can be read, and has an id of its own."""
    settings = subject.receiver.settings
    if not (settings.platform and settings.plans):
        return
    try:
        with closing(find(subject.receiver.sender)) as runner:
            by_id, problems = read_plans(runner, [Path(one) for one in settings.plans])
    except NotInstalled as error:
        yield wrong(f"they cannot be run: {error}", "", "pip install 'hookproof[sender]'")
        return
    except BadConfiguration as error:
        yield wrong(str(error), "", "change the table [sender] of the settings")
        return
    for problem in problems:
        yield wrong(problem, "", "change the plan, or receiver.plans of the settings")
    if by_id:
        yield fine(", ".join(f"{plan_id} {by_id[plan_id]}" for plan_id in sorted(by_id)))
