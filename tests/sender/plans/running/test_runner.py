"""Running plans of HTTP tasks: P-RUN of the contract, over real sockets and a real database."""

import json
import threading
from itertools import pairwise
from typing import Any

import pytest
from tests.sender.plans.running.running import SECRET, drawn, quick, states, with_body
from tests.sender.plans.running.shop import Answer

from hookproof import BadConfiguration, Verifier
from hookproof_sender import HttpTask
from hookproof_sender.plans import Node, Plan
from hookproof_sender.plans.overrides import Override
from hookproof_sender.plans.running import AttemptBegun, AttemptOver, NodeChanged, RunHeld, Warned

FAILS = Answer(500)


def run_of(plan, sender=None, **options):
    runner = (sender or quick()).plan_runner(**options)
    return runner.run(runner.start(plan))


@pytest.mark.rule("P-RUN-1", "P-RUN-2")
def test_a_node_sends_as_any_task_is_sent_and_stands_in_the_outbox(shop, url):
    shop.write("/aa", FAILS, Answer(201, b'{"id": 4}'))
    sender = quick()
    run = run_of(drawn(url, "aa"), sender)
    (node,) = run.nodes
    kept = sender.outbox.show(node.message_id)
    first, second = shop.asked

    assert ("complete", "succeeded", 2, 201) == (run.state, node.state, node.attempts, node.status)
    assert ("delivered", [500, 201]) == (kept.state, [one.status for one in kept.history])
    assert (None, kept.guid) == (first.guid, second.guid)
    assert b"{}" == Verifier(secrets=SECRET).verify(second.body, second.headers).body
    assert (run.id, "aa") == sender.plan_runner().node_of(kept.id)


@pytest.mark.rule("P-RUN-1")
def test_branches_run_beside_each_other_and_no_more_at_once_than_was_said(shop, url):
    handles = [f"n{number}" for number in range(8)]
    shop.held = {f"/{one}": threading.Event() for one in handles}
    sender = quick()
    runner = sender.plan_runner(at_once=3)
    thread = threading.Thread(target=runner.run, args=[runner.start(drawn(url, " ".join(handles)))])
    thread.start()
    shop.wait_for(3)
    assert (3, 3) == (len(shop.asked), shop.most)
    for held in shop.held.values():
        held.set()
    thread.join(20)

    assert (8, 3) == (len(shop.asked), shop.most)
    assert "complete" == runner.runs()[0].state


@pytest.mark.parametrize(
    ("rule", "status", "follows"),
    [
        pytest.param("success", 200, True, id="success after a success"),
        pytest.param("success", 500, False, id="success after a failure"),
        pytest.param("failure", 200, False, id="failure after a success"),
        pytest.param("failure", 500, True, id="failure after a failure"),
        pytest.param("always", 200, True, id="always after a success"),
        pytest.param("always", 500, True, id="always after a failure"),
    ],
)
@pytest.mark.rule("P-RUN-3")
def test_an_edge_leads_on_where_its_source_ended_so(shop, url, rule, status, follows):
    shop.write("/aa", Answer(status))
    run = run_of(drawn(url, f"aa {rule} bb, bb success cc", maxRetries=0))
    (first, second) = run.edges

    assert (follows, follows) == (first.leads, second.leads)
    assert ("succeeded" if follows else "skipped") == states(run)["bb"] == states(run)["cc"]
    assert (["/aa", "/bb", "/cc"] if follows else ["/aa"]) == shop.paths()
    assert ("complete" if status == 200 else "failed") == run.state
    assert (("aa",) if follows and status == 500 else ()) == run.dealt_with
    if not follows:
        assert f"the edge from it is for {rule}" in run.nodes[1].sentence


def test_a_node_with_several_edges_waits_for_all_of_them(shop, url):
    shop.held = {"/bb": threading.Event()}
    runner = quick().plan_runner()
    run_id = runner.start(drawn(url, "aa success cc, bb success cc"))
    thread = threading.Thread(target=runner.run, args=[run_id])
    thread.start()
    shop.wait_for(2)
    assert "waiting" == states(runner.record(run_id))["cc"]
    shop.held["/bb"].set()
    thread.join(20)

    assert "/cc" == shop.paths()[-1]
    assert "complete" == runner.record(run_id).state


def test_one_that_joins_any_runs_as_soon_as_one_edge_leads_to_it(shop, url):
    shop.held = {"/bb": threading.Event()}
    runner = quick().plan_runner()
    run_id = runner.start(drawn(url, "aa success cc, bb success cc", joins={"cc": "any"}))
    thread = threading.Thread(target=runner.run, args=[run_id])
    thread.start()
    shop.wait_for(3)
    assert "/cc" == shop.paths()[-1]
    shop.held["/bb"].set()
    thread.join(20)
    assert 3 == len(shop.asked)


def test_fifty_tasks_in_five_ranks_are_each_sent_once_and_in_order(shop, url):
    ranks = [[f"{rank}{number}" for number in range(10)] for rank in "abcde"]
    edges = [
        f"{one} success {other}" for before, rank in pairwise(ranks) for one in before for other in rank
    ]
    run = run_of(drawn(url, ", ".join(edges)))

    assert {"succeeded"} == set(states(run).values())
    assert [rank for rank in "abcde" for _ in range(10)] == [path[1] for path in shop.paths()]
    assert 50 == len(set(shop.paths())) == len({one.message_id for one in run.nodes})


@pytest.mark.rule("P-RUN-1")
def test_everything_that_happens_is_told_in_its_order(shop, url):
    shop.write("/aa", FAILS, Answer())
    seen: list[Any] = []
    run_of(drawn(url, "aa failure bb"), on_event=seen.append)
    told = [
        (type(one), getattr(one, "state", None)) for one in seen if not isinstance(one, AttemptBegun)
    ]
    assert [
        (NodeChanged, "running"),
        (AttemptOver, None),
        (AttemptOver, None),
        (NodeChanged, "succeeded"),
        (NodeChanged, "skipped"),
    ] == told
    assert [(1, 3), (2, 3)] == [
        (one.start.number, one.allowed) for one in seen if isinstance(one, AttemptBegun)
    ]


def test_a_task_that_cannot_be_sent_fails_its_node_and_not_the_run(shop, url, monkeypatch):
    monkeypatch.setenv("A_SECRET", SECRET)
    record = {"method": "post", "url": f"{url}/bb", "secretKeyEnv": "A_SECRET"}
    plan = drawn(url, "aa success bb, bb failure cc")
    node = Node("bb", "Signs", HttpTask.model_validate(record))
    plan = Plan("p", None, (plan.nodes[0], node, plan.nodes[2]), plan.edges)
    runner = quick().plan_runner()
    run_id = runner.start(plan)
    monkeypatch.delenv("A_SECRET")
    run = runner.run(run_id)

    assert ["/aa", "/cc"] == shop.paths()
    assert ("failed", None, 0) == (run.nodes[1].state, run.nodes[1].message_id, run.nodes[1].attempts)
    assert "the variable A_SECRET is not set" in run.nodes[1].sentence
    assert "failed" == run.state


def test_a_plan_whose_secret_is_missing_is_not_recorded(url):
    record = {"method": "post", "url": url, "secretKeyEnv": "NO_SUCH_SECRET"}
    runner = quick().plan_runner()
    with pytest.raises(BadConfiguration, match="NO_SUCH_SECRET is not set"):
        runner.start(Plan("p", None, (Node("aa", "A", HttpTask.model_validate(record)),), ()))
    assert [] == runner.runs()


@pytest.mark.rule("P-RUN-9")
def test_a_run_keeps_its_plan_until_it_is_finished_and_its_secrets_no_longer(shop, url, tmp_path):
    sender = quick()
    runner = sender.plan_runner()
    run_id = runner.start(drawn(url, "aa", headers={"Authorization": "Bearer a-token"}))
    assert SECRET not in repr(runner.record(run_id))
    assert 0o600 == (tmp_path / ".hookproof/outbox.db").stat().st_mode & 0o777
    runner.run(run_id)
    sender.outbox.engine.dispose()

    files = b"".join(path.read_bytes() for path in (tmp_path / ".hookproof").glob("outbox.db*"))
    with_log = [SECRET.encode() in files, b"a-token" in files]
    assert [False, False] == with_log


def test_a_run_that_is_recorded_twice_under_one_id_is_one(url):
    runner = quick().plan_runner()
    run_id = runner.start(drawn(url, "aa"))
    assert run_id == runner.start(drawn(url, "aa bb"), run_id=run_id)
    assert 1 == len(runner.record(run_id).nodes)


def test_an_override_is_what_is_sent(shop, url):
    runner = quick().plan_runner()
    run_id = runner.start(drawn(url, "aa"), overrides=[Override("aa", "url", f"{url}/elsewhere")])
    runner.run(run_id)
    assert ["/elsewhere"] == shop.paths()


def test_a_finished_run_is_not_run_again(shop, url):
    runner = quick().plan_runner()
    run_id = runner.start(drawn(url, "aa"))
    assert runner.run(run_id) == runner.run(run_id)
    assert 1 == len(shop.asked)


def test_a_run_that_is_not_there_is_said_to_be_none():
    with pytest.raises(BadConfiguration, match="no run run_06C is on record here"):
        quick().plan_runner().run("run_06C")


@pytest.mark.rule("P-RUN-7")
def test_a_run_belongs_to_one_at_a_time(shop, url):
    shop.held = {"/aa": threading.Event()}
    runner, other = quick().plan_runner(), quick().plan_runner()
    run_id = runner.start(drawn(url, "aa"))
    thread = threading.Thread(target=runner.run, args=[run_id])
    thread.start()
    shop.wait_for(1)
    assert other.is_held(run_id)
    with pytest.raises(RunHeld, match="is being run by another process"):
        other.run(run_id)
    shop.held["/aa"].set()
    thread.join(20)

    assert not other.is_held(run_id)
    assert "complete" == other.run(run_id).state
    assert 1 == len(shop.asked)


@pytest.mark.rule("P-RUN-3")
def test_references_are_what_the_plan_and_the_nodes_before_on_its_branch_came_to(shop, url):
    shop.write("/aa", Answer(201, b'{"order": {"id": 4}}', (("X-Shop", "north"),)))
    body = (
        '{"run": "{{$plan.runId}}", "who": "{{$plan.user}}", "count": {{$plan.taskCount}},'
        ' "order": {{$http_aa.response.json.order.id}}, "code": {{$http_aa.statusCode}},'
        ' "how": "{{$http_aa.status}}", "shop": "{{$http_aa.response.headers[\'x-shop\']}}",'
        ' "other": "{{$http_cc.status}}"}'
    )
    plan = drawn(url, "aa success bb, cc")
    plan = Plan(
        plan.name,
        7,
        (plan.nodes[0], with_body(plan.nodes[1], body), plan.nodes[2]),
        plan.edges,
        user="ann",
    )
    run = run_of(plan)
    sent = next(json.loads(one.body) for one in shop.asked if one.path == "/bb")

    expected = {"run": run.id, "who": "ann", "count": 3, "order": 4, "code": 201, "how": "success"}
    assert {**expected, "shop": "north", "other": ""} == sent
    (warning,) = run.nodes[1].warnings
    assert "http_cc" in warning


@pytest.mark.rule("P-RUN-3")
def test_what_was_answered_before_a_stop_can_be_read_after_it(shop, url):
    shop.write("/aa", Answer(200, b'{"id": 4}'))
    shop.held = {"/bb": threading.Event()}
    plan = drawn(url, "aa success bb, bb success cc, aa success cc")
    last = with_body(plan.nodes[2], '{"id": {{$http_aa.response.json.id}}}')
    plan = Plan("p", None, (*plan.nodes[:2], last), plan.edges)
    sender = quick()
    runner = sender.plan_runner()
    run_id = runner.start(plan)
    thread = threading.Thread(target=runner.run, args=[run_id])
    thread.start()
    shop.wait_for(2)
    sender.stop()
    thread.join(20)
    shop.held["/bb"].set()
    quick().plan_runner().run(run_id)

    assert b'{"id": 4}' == shop.asked[-1].body


@pytest.mark.rule("P-RUN-3")
def test_what_is_skipped_by_the_same_end_that_starts_a_node_is_read_as_skipped(shop, url):
    shop.write("/aa", Answer(500))
    drawing = "aa success bb, aa failure cc, bb failure cc"
    plan = drawn(url, drawing, joins={"cc": "any"}, maxRetries=0)
    last = with_body(plan.nodes[2], '{"bb": "{{$http_bb.name}}: {{$http_bb.status}}"}')
    run = run_of(Plan("p", None, (*plan.nodes[:2], last), plan.edges))
    assert (b'{"bb": "Task bb: skipped"}', ()) == (shop.asked[-1].body, run.nodes[2].warnings)


@pytest.mark.rule("P-RUN-3")
def test_strict_refuses_what_names_nothing_before_anything_of_its_node_is_sent(shop, url):
    run = run_of(drawn(url, "aa", body='{"x": "{{$plan.nmae}}"}'), strict=True)
    assert ([], "failed", None) == (shop.asked, run.nodes[0].state, run.nodes[0].message_id)
    assert "nmae" in run.nodes[0].sentence


@pytest.mark.rule("P-RUN-10")
@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (
            b'{"ok": false, "error": "not_in_channel"}',
            " The app is not in the channel: invite it there.",
        ),
        (b'{"ok": false, "error": "unheard"}', ""),
    ],
)
def test_what_was_answered_200_and_not_done_is_a_success_with_a_warning(shop, url, answer, meaning):
    shop.write("/aa", Answer(200, answer))
    seen: list[Any] = []
    run = run_of(drawn(url, "aa"), on_event=seen.append)
    (warning,) = run.nodes[0].warnings
    assert ("complete", "succeeded") == (run.state, run.nodes[0].state)
    assert f"The status is good, and the answer says ok: false: it was not done.{meaning}" == warning
    assert [warning] == [one.sentence for one in seen if isinstance(one, Warned)]
