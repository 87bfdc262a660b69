"""Which ends call a webhook, and what is filled into its body: pure."""

from __future__ import annotations

import json

import pytest

from hookproof_receiver.platform.job_shapes import Status
from hookproof_receiver.platform.webhooks.placeholders import filled
from hookproof_receiver.platform.webhooks.webhook import Trigger


@pytest.mark.rule("P-HOOK-4")
@pytest.mark.parametrize(
    ("event", "called_by"),
    [
        pytest.param("onJobSuccess", {"Complete"}, id="success"),
        pytest.param("onJobFailure", {"Failed"}, id="failure"),
        pytest.param("onJobDone", {"Complete", "Failed", "Canceled"}, id="done"),
    ],
)
def test_an_end_calls_what_waits_for_it(event, called_by) -> None:
    ends: tuple[Status, ...] = ("Created", "InProgress", "Complete", "Failed", "Canceled")
    assert called_by == {end for end in ends if Trigger(event).is_for(end, 4)}


@pytest.mark.rule("P-HOOK-4")
def test_some_recipes_call_and_the_others_do_not() -> None:
    trigger = Trigger("onJobDone", "some", (4, 6))
    assert [4, 6] == [recipe for recipe in range(10) if trigger.is_for("Complete", recipe)]


@pytest.mark.rule("P-HOOK-5")
@pytest.mark.parametrize(
    ("body", "sent"),
    [
        pytest.param('{"id": $jobId}', '{"id": 9}', id="a number"),
        pytest.param('{"text": "Job $jobId: $jobStatus."}', '{"text": "Job 9: Failed."}', id="in text"),
        pytest.param("$jobStatus$jobId", "Failed9", id="side by side"),
        pytest.param("$$jobId", "$9", id="after another dollar"),
        pytest.param("$jobIds $jobId_ $jobidx", "$jobIds $jobId_ $jobidx", id="names that go on"),
        pytest.param("$JOBID {{$plan.name}} $other", "$JOBID {{$plan.name}} $other", id="other names"),
        pytest.param("{{$jobId}}", "{{9}}", id="braces are text"),
        pytest.param("", "", id="empty"),
    ],
)
def test_placeholders_are_filled_in_one_pass(body: str, sent: str) -> None:
    assert sent == filled(body, 9, "Failed")


@pytest.mark.rule("P-HOOK-5")
@pytest.mark.parametrize("status", ["Complete", "Failed", "Canceled"])
def test_what_is_filled_in_leaves_json_json(status: Status) -> None:
    body = '{"id": $jobId, "text": "$jobStatus \\" of $jobId"}'
    assert {"id": 2**53 - 1, "text": f'{status} " of {2**53 - 1}'} == json.loads(
        filled(body, 2**53 - 1, status)
    )
