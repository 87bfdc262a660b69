"""The platform's own record of a plan, verbatim: what is read of it, and what is left alone."""

from typing import Any

import pytest

from hookproof_runtime.settings import FileProblems
from hookproof_sender.plans import Edge, FlowTask, plan_from


def kept(number, handle, **keys):
    """A node as the platform keeps it."""
    return {
        "coordinates": {"x": 150, "y": 240},
        "createdAt": "2026-11-15T09:37:56.000Z",
        "creator": {"id": 1},
        "handle": handle,
        "id": number,
        "plan": {"id": 13},
        "updatedAt": "2026-11-15T14:14:41.000Z",
        "updater": {"id": 1},
    } | keys


def http(number, handle, **keys):
    task = {
        "type": "basic",
        "id": number,
        "method": "post",
        "url": "https://example.com/endpoint",
        "headers": {},
        "body": "",
        "secretKey": "",
        "sslVerification": True,
        "maxRetries": 3,
        "planNode": {"id": number},
        "sampleResponseBody": "",
        "sampleResponseHeaders": {},
        "shouldUpdateSampleResponse": True,
        "createdAt": "2026-11-15T09:37:56.000Z",
        "updatedAt": "2026-11-15T09:37:56.000Z",
    }
    return kept(number, handle, name="Send HTTP request", taskType="http", httpTask=task | keys)


def flow(number, handle, *flow_nodes):
    nodes = [{"id": one, "wrangled": True, "recipe": {"id": 90 + one}} for one in flow_nodes]
    task = {
        "id": number,
        "flow": {"id": 1, "runParameters": {"data": []}},
        "flowNodes": {"data": nodes},
    }
    return kept(number, handle, name="Run Untitled Flow", taskType="flow", task=task)


def edge(source, target, rule):
    return {
        "id": 75,
        "inPlanNodeId": source,
        "outPlanNodeId": target,
        "statusRule": rule,
        "plan": {"id": 13},
        "creator": {"id": 1},
    }


RECORD: dict[str, Any] = {
    "associatedPeople": [{"email": "admin@example.com", "id": 1}],
    "creator": {"email": "admin@example.com", "id": 1, "name": "Administrator"},
    "cpProject": None,
    "description": "",
    "id": 13,
    "name": "Orders",
    "notificationsEnabled": True,
    "planNodes": {"data": [http(54, "32"), flow(55, "o5", 4), flow(56, "2m", 4, 5)]},
    "planEdges": {"data": [edge(55, 54, "success"), edge(54, 56, "failure")]},
    "planSnapshotRunCount": 3,
    "snapshotted": False,
    "workspace": {"id": 1},
}


@pytest.mark.rule("P-PLAN-4")
def test_a_plan_is_read_as_the_platform_keeps_it():
    plan = plan_from(RECORD, source="plan.json")
    assert ("Orders", 13, "admin@example.com") == (plan.name, plan.id, plan.user)
    assert ["32", "o5", "2m"] == [node.handle for node in plan.nodes]
    assert (Edge("o5", "32", "success"), Edge("32", "2m", "failure")) == plan.edges
    assert plan.platform is None


@pytest.mark.rule("P-PLAN-4")
def test_one_flow_node_is_its_recipe_alone_and_several_are_the_flow():
    plan = plan_from(RECORD, source="plan.json")
    assert [FlowTask(None, 4), FlowTask(1, None)] == [node.task for node in plan.nodes[1:]]


@pytest.mark.rule("P-PLAN-4")
def test_the_lists_may_stand_bare_and_the_keys_that_are_ours_beside_them():
    ours = {"platform": {"url": "http://www.example.com:3005", "tokenEnv": "PLATFORM_TOKEN"}}
    bare = {
        "planNodes": RECORD["planNodes"]["data"],
        "planEdges": RECORD["planEdges"]["data"],
        "user": "ann@example.com",
    }
    plan = plan_from(RECORD | bare | ours, source="plan.json")
    assert ("ann@example.com", 2) == (plan.user, len(plan.edges))
    assert plan.platform is not None
    assert "PLATFORM_TOKEN" == plan.platform.token.env


@pytest.mark.rule("P-PLAN-4")
def test_edges_of_our_own_keys_may_name_nodes_by_their_id_too():
    nodes = [
        {
            "id": 54,
            "handle": "32",
            "taskType": "http",
            "httpTask": {"method": "get", "url": "http://h"},
        },
        {"id": 55, "handle": "o5", "taskType": "flow", "flow": {"id": 1}},
    ]
    plan = plan_from(
        {"name": "P", "nodes": nodes, "edges": [{"source": 55, "target": 54}]}, source="plan"
    )
    assert (Edge("o5", "32", "success"),) == plan.edges


def test_what_is_wrong_is_said_where_it_stands_in_the_platforms_record():
    nodes = [http(54, "32", url="ftp://h/"), flow(55, "32", 0), kept(56, "k9", taskType="http")]
    edges = [edge(54, 99, "success"), {"inPlanNodeId": 54}]
    record = RECORD | {"planNodes": {"data": nodes}, "planEdges": {"data": edges}}
    with pytest.raises(FileProblems) as refused:
        plan_from(record, source="plan.json")
    said = {problem.key: problem.sentence for problem in refused.value.problems}
    assert "there is no node with the id 99" == said["planEdges.data[0].outPlanNodeId"]
    assert "begins with http" in said["planNodes.data[0].httpTask.url"]
    assert "planNodes.data[0] too" in said["planNodes.data[1].handle"]
    assert "needs httpTask" in said["planNodes.data[2]"]
    assert "planNodes.data[1].task" in said
    assert "planEdges.data[1].outPlanNodeId" in said


@pytest.mark.rule("P-PLAN-3")
@pytest.mark.parametrize(
    ("held", "key"),
    [
        ({"planEdges": {"data": {}}}, "planEdges.data"),
        ({"planEdges": {"data": "x"}}, "planEdges.data"),
        ({"planEdges": 7}, "planEdges"),
    ],
)
def test_edges_that_are_no_list_are_refused_and_not_left_out(held, key):
    with pytest.raises(FileProblems) as refused:
        plan_from(RECORD | held, source="plan")
    assert f"plan: {key}: should be a list" == str(refused.value)


def test_nodes_that_are_no_list_are_a_problem_once():
    with pytest.raises(FileProblems) as refused:
        plan_from(RECORD | {"planNodes": {"data": {}}, "planEdges": None}, source="plan")
    assert "plan: planNodes.data: should be a list" == str(refused.value)
