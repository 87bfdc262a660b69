"""What is worth mending in a plan: its references, its platform, its tasks, where they go."""

import json

import pytest
from hypothesis import given
from tests.sender.plans.made import plans
from tests.sender.plans.test_platform_record import RECORD

from hookproof_sender.plans import ancestors, plan_from
from hookproof_sender.plans.checking import check, check_file
from hookproof_sender.plans.findings import LEVELS, PLAN_CODES
from hookproof_sender.plans.reach import flows_in_reach, names_in_reach

URL = "https://shop.example.com/"


def http(handle, body, **keys):
    task = {"method": "post", "url": URL, "body": body, "maxRetries": 0} | keys
    return {"handle": handle, "name": f"Node {handle}", "taskType": "http", "httpTask": task}


def made(*nodes, edges=(), **keys):
    record = {
        "name": "P",
        "nodes": [{"handle": "b7", "taskType": "flow", "flow": {"recipe": 4}}, *nodes],
        "edges": [{"source": one, "target": other} for one, other in edges],
        "platform": {"url": "http://www.example.com:3005", "tokenEnv": "TOKEN"},
    }
    return plan_from(record | keys, source="plan")


def found(plan, judge_url=None):
    return [(one.code, one.key, one.sentence) for one in check(plan, judge_url)]


def test_a_good_plan_has_no_finding():
    names = "$plan.runId", "$flow_b7.jobId", "$flow_b7['A b'].rowCount"
    body = json.dumps([f"{{{{{name}}}}}" for name in names])
    assert [] == found(made(http("zj", body), edges=[("b7", "zj")]))


@pytest.mark.rule("P-PLAN-12")
@pytest.mark.parametrize(
    ("reference", "code", "words"),
    [
        ("$http_s1.status", "not_upstream", "no edges lead from s1 to zj"),
        ("$http_k9.status", "not_upstream", "no edges lead from k9 to zj"),
        ("$http_zj.status", "not_upstream", "this node itself"),
        ("$http_zk.status", "no_such_node", "there is no node for $http_zk; did you mean $http_zj?"),
        ("$flow_00.status", "no_such_node", "there is no node for $flow_00"),
        ("$http_b7.status", "no_such_node", "the node b7 runs a flow: write $flow_b7"),
        ("$flow_s1.status", "no_such_node", "the node s1 sends an HTTP task: write $http_s1"),
        ("$plan.user", "not_said", "the plan says no user"),
        ("$plan.id", "not_said", "the plan says no id"),
        ("$plan.nmae", "unknown_reference", "did you mean $plan.name?"),
        ("$http_aa.respons", "unknown_reference", "did you mean $http_aa.response?"),
    ],
)
def test_a_reference_that_will_name_nothing_is_said_with_its_place(reference, code, words):
    plan = made(
        http("aa", "{}"),
        http("zj", f'{{"a": 1,\n "b": "{{{{{reference}}}}}"}}'),
        http("s1", "{}"),
        http("k9", "{}"),
        edges=[("b7", "zj"), ("aa", "zj"), ("zj", "s1")],
    )
    ((said, key, sentence),) = found(plan)
    assert (code, "zj.body") == (said, key)
    assert sentence.startswith("line 2, column 8: ")
    assert words in sentence


@pytest.mark.rule("P-PLAN-12")
def test_a_header_is_looked_at_too_and_every_reference():
    plan = made(http("zj", '"{{$http_00.name}}{{$http_b7.name}}"', headers={"X-A": "{{$plan.url}}"}))
    assert [
        ("not_said", "zj.headers.X-A"),
        ("no_such_node", "zj.body"),
        ("no_such_node", "zj.body"),
    ] == [one[:2] for one in found(plan)]


@pytest.mark.rule("P-PLAN-12")
def test_a_flow_without_a_platform_is_an_error_and_a_plan_without_flows_needs_none():
    (finding,) = check(made(platform=None))
    assert ("no_platform", "platform", "error") == (finding.code, finding.key, finding.level)
    assert [] == check(made(platform=None, nodes=[http("zj", "{}")]))


@pytest.mark.rule("P-PLAN-12")
def test_every_task_is_examined_as_task_lint_does_and_called_by_its_nodes_name():
    plan = made(
        http("zj", ""),
        http("s1", '{"blocks": []}', url="https://hooks.slack.com/services/T0/B0/X", type="slack"),
        http("k9", "{}", maxRetries=3),
    )
    assert [
        ("empty_body", "zj.body"),
        ("slack_without_text", "s1.body"),
        ("no_run_key", "k9.body"),
    ] == [one[:2] for one in found(plan)]
    cure = check(plan)[-1].cure
    assert '"{{$plan.runId}}/node-k9"' in cure


@pytest.mark.rule("P-PLAN-12")
def test_where_tasks_and_flows_go_is_judged():
    plan = made(http("zj", "{}", url="http://10.0.0.1/"))
    asked = []

    def judge(url):
        asked.append(url)
        return "no" if "10.0.0.1" in url else None

    assert [("forbidden_target", "zj.url", "no")] == found(plan, judge)
    assert "http://www.example.com:3005/v4/jobGroups" in asked
    assert [("forbidden_target", "platform.url", "never")] == found(made(), lambda _: "never")


@pytest.mark.rule("P-PLAN-12")
def test_what_cannot_be_read_is_found_too(tmp_path):
    plan, (finding,) = check_file(tmp_path / "none.toml")
    assert (None, "unreadable", "error") == (plan, finding.code, finding.level)
    (tmp_path / "bad.toml").write_text("name =")
    plan, (finding,) = check_file(tmp_path / "bad.toml")
    assert (None, "unreadable", "error") == (plan, finding.code, finding.level)
    (tmp_path / "bad.json").write_text('{"name": "P", "nodes": [{"handle": "zjk"}]}')
    plan, findings = check_file(tmp_path / "bad.json")
    assert plan is None
    assert {("refused", "nodes[0].handle"), ("refused", "nodes[0].taskType")} == {
        (one.code, one.key) for one in findings
    }


def test_the_platforms_own_record_is_checked_as_it_is():
    findings = check(plan_from(RECORD, source="plan.json"))
    assert "no_platform" in {one.code for one in findings}


def test_every_code_has_a_level():
    assert set(PLAN_CODES) < set(LEVELS)


@pytest.mark.rule("P-PLAN-13")
def test_in_reach_are_the_plan_and_the_nodes_before():
    plan = made(http("zj", "{}"), http("s1", "{}"), edges=[("b7", "zj"), ("zj", "s1")], id=7)
    names = names_in_reach(plan, "zj")
    assert {"$plan.name", "$plan.id", "$flow_b7.jobId"} <= set(names)
    assert not {"$plan.user", "$http_zj.status", "$http_s1.status"} & set(names)
    assert "$http_zj.response.json" in names_in_reach(plan, "s1")
    assert ([], ["b7"], ["b7"]) == tuple(flows_in_reach(plan, one) for one in ("b7", "zj", "s1"))


@pytest.mark.rule("P-PLAN-13")
@given(plans())
def test_a_reference_to_any_name_in_reach_is_no_finding(plan):
    for node in plan.nodes:
        names = names_in_reach(plan, node.handle)
        assert len(names) == 5 + 9 * len(ancestors(plan, node.handle))
        body = " ".join(f"{{{{{name}}}}}" for name in names)
        record = {
            "name": plan.name,
            "nodes": [
                http(one.handle, body if one is node else "{}") | {"join": one.join}
                for one in plan.nodes
            ],
            "edges": [{"source": one.source, "target": one.target} for one in plan.edges],
        }
        assert [] == check(plan_from(record, source="plan"))
