"""Flow nodes: jobs are started once through the run-job API, and asked about until they end."""

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.sender.plans.running.running import drawn, quick, states, with_flow
from tests.sender.plans.running.shop import Answer, in_json

from hookproof import BadConfiguration
from hookproof.keys import Secret
from hookproof_runtime.secret_places import SecretPlace
from hookproof_sender.cli.outbox.words import standing
from hookproof_sender.plans import Edge, FlowTask, Plan, Platform
from hookproof_sender.plans.running import AttemptBegun, JobSeen

RECIPE = FlowTask(None, 4, (("region", "EU"),))


def run_of(plan, sender=None, **options):
    runner = (sender or quick()).plan_runner(**options)
    return runner.run(runner.start(plan))


@pytest.mark.rule("P-RUN-4", "P-RUN-5")
def test_a_recipe_is_run_and_what_follows_waits_for_its_job(platform, platform_url, shop, url):
    seen: list[Any] = []
    sender = quick()
    run = run_of(with_flow(platform_url, RECIPE, drawn(url, "aa")), sender, on_event=seen.append)
    start = platform.asked[0]

    assert ("POST", "/v4/jobGroups") == (start.method, start.path)
    assert f"{run.id}/b7" == start.headers["x-execution-id"]
    assert {
        "wrangledDataset": {"id": 4},
        "runParameters": {"overrides": {"data": [{"key": "region", "value": "EU"}]}},
    } == json.loads(start.body)
    assert (9,) == run.nodes[0].jobs
    assert "job 9 Complete" == run.nodes[0].sentence
    assert {"b7": "succeeded", "aa": "succeeded"} == states(run)
    assert ["Created", "InProgress", "Complete"] == [
        one.status for one in seen if isinstance(one, JobSeen)
    ]
    assert 3 == platform.paths().count("/v4/jobGroups/9/status")
    kept = sender.outbox.show(run.nodes[0].message_id)
    assert ("Authorization", "Bearer …") in kept.history[0].request.headers


@pytest.mark.rule("P-RUN-4")
def test_a_whole_flow_is_done_when_all_its_jobs_are(platform, platform_url):
    platform.statuses = ["Complete"]
    run = run_of(with_flow(platform_url, FlowTask(1, None)))
    assert "/v4/flows/1/run" == platform.asked[0].path
    assert ((9, 10), "succeeded") == (run.nodes[0].jobs, run.nodes[0].state)


@pytest.mark.parametrize("status", ["Failed", "Canceled"])
@pytest.mark.rule("P-RUN-5")
def test_a_job_that_does_not_complete_fails_its_node(platform, platform_url, status):
    platform.statuses = ["InProgress", status]
    run = run_of(with_flow(platform_url, RECIPE))
    assert ("failed", f"job 9 {status}") == (run.nodes[0].state, run.nodes[0].sentence)
    assert "failed" == run.state


@pytest.mark.rule("P-RUN-5")
def test_why_a_job_failed_is_said_on_one_line_and_not_without_end(platform, platform_url):
    platform.statuses = ["Failed"]
    platform.error = "ValueError: there is no\nregion 'Mars'" + "x" * 1000
    run = run_of(with_flow(platform_url, RECIPE))
    why, xs, rest = run.nodes[0].sentence.partition("x")
    assert ("job 9 Failed: ValueError: there is no region 'Mars'", "x") == (why, xs)
    assert len(xs + rest) < 200


@pytest.mark.rule("P-RUN-4")
def test_a_job_whose_start_was_answered_too_late_is_started_once_and_found(platform, platform_url):
    platform.statuses = ["Complete"]
    platform.lost_answers = 1
    sender = quick()
    run = run_of(with_flow(platform_url, RECIPE), sender)
    kept = sender.outbox.show(run.nodes[0].message_id)

    assert ([503, 304], "delivered") == ([one.status for one in kept.history], kept.state)
    assert "delivered, as was found out later, though attempt 2 of 4 ended as 304" == standing(kept, 0)
    assert f"/v4/jobGroups?executionId={run.id}%2Fb7&limit=25&offset=0" in platform.paths()
    assert ({9: f"{run.id}/b7"}, (9,)) == (platform.jobs, run.nodes[0].jobs)
    assert "complete" == run.state


@pytest.mark.rule("P-RUN-4")
def test_a_job_of_which_no_answer_told_is_followed_and_nothing_that_is_for_its_failure_runs(
    platform, platform_url, shop, url
):
    platform.statuses = ["Complete"]
    platform.lost_answers = 4  # all attempts
    sender = quick()
    plan = with_flow(platform_url, RECIPE, drawn(url, "aa"))
    run = run_of(replace(plan, edges=(Edge("b7", "aa", "failure"),)), sender)
    assert "delivered" == sender.outbox.show(run.nodes[0].message_id).state
    assert ({"b7": "succeeded", "aa": "skipped"}, (9,)) == (states(run), run.nodes[0].jobs)
    assert ([9], []) == (list(platform.jobs), shop.asked)


@pytest.mark.rule("P-RUN-4")
def test_a_start_that_was_taken_before_is_delivered_though_its_jobs_are_not_to_be_found(
    platform, platform_url
):
    platform.write("/v4/jobGroups", Answer(304), in_json({"data": []}))
    sender = quick()
    run = run_of(with_flow(platform_url, RECIPE), sender)
    assert "unknown" == run.state
    assert run.nodes[0].sentence.endswith("took the request, and names no job that it started")
    assert "delivered" == sender.outbox.show(run.nodes[0].message_id).state

    platform.statuses = ["Complete"]
    platform.jobs = {9: f"{run.id}/b7"}
    platform.write("/v4/jobGroups", in_json({"data": [{"id": 9, "executionId": f"{run.id}/b7"}]}))
    assert "complete" == sender.plan_runner().run(run.id).state


@pytest.mark.rule("P-RUN-4")
@pytest.mark.parametrize("listed", [in_json({"data": []}), Answer(503)], ids=["none", "no answer"])
def test_a_job_that_never_came_about_fails_its_node_when_no_retry_is_left(
    platform, platform_url, listed
):
    platform.write("/v4/jobGroups", *[Answer(503)] * 4, listed)
    run = run_of(with_flow(platform_url, RECIPE))
    assert ("failed", 4, 503) == (run.nodes[0].state, run.nodes[0].attempts, run.nodes[0].status)
    assert 5 == len(platform.asked)


@pytest.mark.rule("P-RUN-4")
def test_jobs_of_others_are_not_taken_for_its_own_where_the_platform_lists_all(platform, platform_url):
    platform.statuses = ["Complete"]
    platform.jobs = {4: "somebody-elses", 5: "run_06C/b7"}
    platform.lost_answers, platform.lists_all = 1, True
    assert (11,) == run_of(with_flow(platform_url, RECIPE)).nodes[0].jobs


@pytest.mark.rule("P-RUN-4")
@pytest.mark.parametrize("others", [0, 60])
@pytest.mark.parametrize("recipes", [24, 25, 51])
def test_all_jobs_of_a_whole_flow_are_found_however_many_are_listed_at_once(
    platform, platform_url, recipes, others
):
    platform.statuses = ["Complete"]
    platform.jobs = {1000 + one: "somebody-elses" for one in range(others)}
    platform.lists_all = True
    platform.recipes, platform.lost_answers = recipes, 1
    run = run_of(with_flow(platform_url, FlowTask(1, None)))
    assert ("complete", recipes) == (run.state, len(run.nodes[0].jobs))


@pytest.mark.rule("P-RUN-4")
def test_a_platform_that_says_the_same_list_again_is_not_asked_for_ever(platform, platform_url):
    same = in_json({"data": [{"id": one, "executionId": "others"} for one in range(25)]})
    platform.write("/v4/jobGroups", Answer(304), same)
    run = run_of(with_flow(platform_url, RECIPE))
    assert ("unknown", 3) == (run.state, len(platform.asked))


@pytest.mark.rule("P-RUN-5")
def test_what_passes_is_borne_while_a_job_is_asked_about(platform, platform_url):
    path = "/v4/jobGroups/9/status"
    busy = Answer(429, b"", (("x-retry-after", "1"),))
    platform.write(path, busy, Answer(503), in_json("Complete"))
    run = run_of(with_flow(platform_url, RECIPE))

    assert ("complete", 3) == (run.state, platform.paths().count(path))
    assert run.nodes[0].duration_s >= 1.0


@pytest.mark.rule("P-RUN-5", "P-RUN-6")
def test_a_job_that_the_platform_says_nothing_of_is_unknown_and_asked_about_again(
    platform, platform_url
):
    path = "/v4/jobGroups/9/status"
    platform.write(path, Answer(401, b"Unauthorized"))
    runner = quick().plan_runner()
    run = runner.run(runner.start(with_flow(platform_url, RECIPE)))
    assert ("unknown", "unknown", None) == (run.state, run.nodes[0].state, run.ended_ms)
    assert "the platform does not say: answered 401" in run.nodes[0].sentence
    assert [run] == runner.unfinished()

    platform.write(path, in_json("Complete"))
    assert "complete" == runner.run(run.id).state
    assert [9] == list(platform.jobs)


@pytest.mark.rule("P-RUN-4")
def test_a_request_that_needs_a_person_to_mend_it_is_not_made_again(platform, platform_url):
    said = {"exception": {"name": "ValidationFailed", "message": "no", "details": ""}}
    platform.write("/v4/jobGroups", in_json(said, 400))
    run = run_of(with_flow(platform_url, RECIPE))
    assert ("failed", 1, 400) == (run.nodes[0].state, run.nodes[0].attempts, run.nodes[0].status)


SAID = {
    "exception": {"name": "AccessControlException", "message": "Not yours:\na-token", "details": ""}
}
REQUEST = ("x-trifacta-request-id", "5af7d2e7-\x1b[31m")


@pytest.mark.rule("P-RUN-4")
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(
            in_json(SAID, 403, REQUEST),
            "answered 403 Forbidden: AccessControlException: Not yours: … "
            "(request id 5af7d2e7-\x1b[31m)",
            id="name and message",
        ),
        pytest.param(
            in_json({"exception": {"message": "x" * 1000, "details": "see http://u:p@h/?t=1"}}, 400),
            f"answered 400 Bad Request: {'x' * 200}; see http://…@h/?t=…",
            id="message and details",
        ),
        pytest.param(
            Answer(401, b"Unauthorized", (REQUEST,)),
            "answered 401 Unauthorized (request id 5af7d2e7-\x1b[31m)",
            id="no JSON",
        ),
        pytest.param(in_json({"exception": {"name": 4}}, 404), "answered 404 Not Found", id="no text"),
        pytest.param(in_json([SAID], 404), "answered 404 Not Found", id="no error of the API"),
    ],
)
def test_what_the_api_says_of_a_refusal_stands_with_the_node(platform, platform_url, answer, words):
    platform.write("/v4/jobGroups", answer)
    run = run_of(with_flow(platform_url, RECIPE))
    assert ("failed", words) == (run.nodes[0].state, run.nodes[0].sentence)


def test_nothing_of_an_answer_is_repeated_where_the_token_in_it_could_not_be_told(
    platform, platform_url, monkeypatch
):
    """A token's file may be gone by the time that the answer comes."""
    platform.write("/v4/jobGroups", in_json(SAID, 403, REQUEST))
    gone = lambda event: isinstance(event, AttemptBegun) and monkeypatch.delenv("PLATFORM_TOKEN")  # noqa: E731
    run = run_of(with_flow(platform_url, RECIPE), on_event=gone)
    assert "answered 403 Forbidden" == run.nodes[0].sentence


@pytest.mark.rule("P-RUN-5")
def test_what_the_api_says_stands_with_a_node_whose_job_it_says_nothing_of(platform, platform_url):
    platform.write("/v4/jobGroups/9/status", in_json(SAID, 403))
    run = run_of(with_flow(platform_url, RECIPE))
    assert run.nodes[0].sentence == (
        "the platform does not say: answered 403 Forbidden: AccessControlException: Not yours: …"
    )


def test_a_flow_without_a_platform_is_refused_before_anything_is_recorded(platform, platform_url):
    plan = with_flow(platform_url, RECIPE)
    runner = quick().plan_runner()
    with pytest.raises(BadConfiguration, match=r"\[platform\]"):
        runner.start(Plan(plan.name, None, plan.nodes, ()))
    held = Platform(platform_url, SecretPlace(held=Secret("a-token")))
    with pytest.raises(BadConfiguration, match="in a variable or a file"):
        runner.start(Plan(plan.name, None, plan.nodes, (), held))
    assert [] == runner.runs()


@pytest.mark.parametrize("lost", [0, 1, 4])
@pytest.mark.rule("P-RUN-9")
def test_a_token_is_in_no_file_when_its_run_is_over(platform, platform_url, tmp_path, lost):
    platform.lost_answers = lost
    sender = quick()
    run_of(with_flow(platform_url, RECIPE), sender)
    sender.outbox.engine.dispose()
    files = b"".join(path.read_bytes() for path in (tmp_path / ".hookproof").glob("outbox.db*"))
    assert b"a-token" not in files


@pytest.mark.rule("P-RUN-3")
def test_what_a_job_wrote_can_be_read_by_what_follows_it(platform, platform_url, shop, url):
    body = (
        '{"job": {{$flow_b7.jobId}}, "how": "{{$flow_b7.status}}", '
        "\"rows\": {{$flow_b7['Recipe 9'].rowCount}}, \"took\": {{$flow_b7['Recipe 9'].duration}}, "
        '"did": "{{$flow_b7[\'Recipe 9\'].status}}", "files": {{$flow_b7[\'Recipe 9\'].files|dump}}}'
    )
    run = run_of(with_flow(platform_url, RECIPE, drawn(url, "aa", body=body)))

    assert () == run.nodes[1].warnings
    assert {
        "job": 9, "how": "success", "rows": 12, "took": 2500, "did": "success",
        "files": ["file:///out.csv"],
    } == json.loads(shop.asked[0].body)  # fmt: skip


def test_what_the_platform_says_of_a_job_is_read_as_far_as_it_is_what_it_should_be(
    platform, platform_url, shop, url
):
    deep = b"[" * 960 + b"]" * 960  # about as deep as can be read, and hardly to be written
    platform.write("/v4/jobGroups/9", Answer(200, b'{"status": "Complete", "id": %b}' % deep))
    files = b'{"files": [{"uri": %b}, {"uri": "file:///a.csv", "rowCount": true}]}' % deep
    platform.write("/v4/jobGroups/9/outputs", Answer(200, files))
    body = "{{$flow_b7['job 9']|dump}}"
    run = run_of(with_flow(platform_url, RECIPE, drawn(url, "aa", body=body)))

    assert "complete" == run.state
    assert {"status": "success", "files": ["file:///a.csv"]} == json.loads(shop.asked[0].body)
