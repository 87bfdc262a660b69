"""What counts as a node's end."""

import pytest

from hookproof_sender.outbox.state import STATES
from hookproof_sender.plans.ending import of_jobs, of_message


@pytest.mark.rule("P-PLAN-8")
def test_a_message_gives_its_node_a_state_whatever_its_own():
    assert {
        "pending": "running",
        "in_flight": "running",
        "delivered": "succeeded",
        "failed": "failed",
        "cancelled": "cancelled",
        "unknown": "unknown",
    } == {state: of_message(state) for state in STATES}


@pytest.mark.rule("P-PLAN-8")
@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        (["Created"], "running"),
        (["InProgress"], "running"),
        (["Complete"], "succeeded"),
        (["Failed"], "failed"),
        (["Canceled"], "failed"),
        (["Complete", "Complete"], "succeeded"),
        (["Complete", "Failed"], "failed"),
        (["Failed", "InProgress"], "running"),
        (["SomethingNew"], "running"),
    ],
)
def test_job_groups_give_it_one_once_all_have_ended(statuses, state):
    assert state == of_jobs(statuses)
