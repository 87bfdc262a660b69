"""What the package offers by name."""

import pytest

import hookproof_sender


@pytest.mark.parametrize("name",
    [
        "Allowed", "Attempt", "ConnectTo", "Forbidden", "HttpTask", "Plan", "PlanRun", "PlanRunner",
        "Policy", "Run", "Sender", "load_plan", "load_task",
    ],
)  # fmt: skip
def test_a_name_is_there_when_it_is_asked_for(name):
    assert name == getattr(hookproof_sender, name).__name__


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Receiver'"):
        _ = hookproof_sender.Receiver
