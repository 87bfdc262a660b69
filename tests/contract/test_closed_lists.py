"""The contract's closed lists are those of the code; test_answers.py gets each code over the wire."""

from __future__ import annotations

from typing import get_args

import pytest
from tests.contract.rules import table

from hookproof.errors import RefusalCode
from hookproof_sender.plans.findings import LEVELS as PLAN_LEVELS
from hookproof_sender.plans.findings import PLAN_CODES
from hookproof_sender.tasks.lint import LEVELS
from hookproof_sender.wire.attempt import CAUSES


def test_the_codes_of_a_refusal() -> None:
    assert [(code,) for code in get_args(RefusalCode)] == table("## Codes of a refusal")


def test_the_causes_of_a_failed_attempt() -> None:
    assert [(cause,) for cause in CAUSES] == table("## Causes of a failed attempt")


@pytest.mark.rule("P-TASK-4")
def test_the_findings_in_a_tasks_file() -> None:
    assert list(LEVELS.items()) == table("## Findings in a task's file", columns=2)


@pytest.mark.rule("P-PLAN-12")
def test_the_findings_about_a_plan_itself() -> None:
    assert [(code, PLAN_LEVELS[code]) for code in PLAN_CODES] == table(
        "Findings about a plan itself", columns=2
    )
