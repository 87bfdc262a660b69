"""What references may name, before anything has run and then: P-REF-2 and P-REF-10."""

from __future__ import annotations

import pytest

from hookproof.errors import BadConfiguration
from hookproof_sender.references import alone, doubt, known_names, new_run_id, parse

NOW = 1_795_894_525_432_000_000


def test_known_names_can_be_written_as_references_and_are_known():
    metadata = {
        "plan": {"name": "x", "a b": None},
        "http_zj": {"response": {"json": {"items": [{"id": 4}]}, "headers": {"content-type": "a"}}},
    }
    names = known_names(metadata)
    assert {
        "$plan", "$plan.name", "$plan['a b']", "$http_zj.response.json.items[0].id",
        "$http_zj.response.headers['content-type']",
    } <= set(names)  # fmt: skip
    assert () == parse(" ".join(f"{{{{{name}}}}}" for name in names)).render(metadata).unknown
    assert names == sorted(names, key=lambda name: name.count(".") + name.count("["))


def test_known_names_are_bounded_however_much_there_is():
    wide = {"plan": {f"n{n}": list(range(1000)) for n in range(1000)}}
    assert 400 == len(known_names(wide))


@pytest.mark.rule("P-REF-10")
def test_a_task_sent_alone_is_a_plan_of_one():
    one = alone("Tell", NOW)
    run, other = (
        parse("{{$plan.runId}}").render(metadata, escape="none").text
        for metadata in (one, alone("Tell", NOW))
    )
    assert run.startswith("run_")
    assert run != other
    assert {
        "plan": {
            "name": "Tell", "duration": 0, "startTime": "2026-11-28T19:35:25.432Z", "runId": run,
            "taskCount": 1,
        }
    } == one  # fmt: skip
    assert new_run_id(NOW) < new_run_id(NOW + 10**6)


def test_a_clock_that_is_far_off_ends_with_a_sentence():
    with pytest.raises(BadConfiguration, match="beyond the year 9999"):
        alone("Tell", 10**21)


@pytest.mark.rule("P-REF-2")
@pytest.mark.parametrize(
    "reference",
    [
        "$plan", "$plan.name", "$plan.duration", "$plan.startTime", "$plan.runId", "$plan.user",
        "$plan.taskCount", "$plan.id", "$plan.url", "$plan.name.x", "$http_zj.name", "$http_zj.status",
        "$http_zj.duration", "$http_zj.startTime", "$http_zj.endTime", "$http_zj.statusCode",
        "$http_zj", "$http_zj.response", "$http_zj.response.body", "$http_zj.response.json.items[0].id",
        "$http_zj.response.headers['content-type']", "$flow_b7.name", "$flow_b7['My output'].rowCount",
        "$flow_b7.anything", "$flow_b7.nmae.rowCount",
    ],
)  # fmt: skip
def test_what_a_plan_has_is_not_doubted(reference):
    assert doubt(parse(f"{{{{{reference}}}}}").references[0]) is None


@pytest.mark.rule("P-REF-2", "P-TASK-3")
@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("$pln.name", "there is no $pln; did you mean $plan?"),
        ("$http.name", "there is no $http; did you mean $http_zj?"),
        ("$http_zjx.name", "there is no $http_zjx; did you mean $http_zj?"),
        ("$env.HOME", "there is no $env: there are $plan, $http_zj, $flow_b7"),
        ("$plan.nmae", "there is no $plan.nmae; did you mean $plan.name?"),
        ("$plan.runID", "there is no $plan.runID; did you mean $plan.runId?"),
        ("$plan['x y z']", "there is no $plan['x y z']: there are $plan.name, $plan.duration"),
        ("$flow_b7.nmae", "there is no $flow_b7.nmae but as an output that is called so; did you"),
        ("$http_zj.json.items", "there is no $http_zj.json: there are $http_zj.name"),
        ("$http_zj.response.header.x", "there is no $http_zj.response.header; did you mean $http_zj.r"),
    ],
)  # fmt: skip
def test_what_no_plan_has_is_doubted_with_the_nearest(reference, sentence):
    assert (doubt(parse(f"{{{{{reference}}}}}").references[0]) or "").startswith(sentence)
