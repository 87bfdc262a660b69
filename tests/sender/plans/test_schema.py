"""The JSON Schema of plan files says in an editor what loading would say."""

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.in_process import run_here
from tests.sender.plans.test_platform_record import RECORD

from hookproof_runtime.settings import FileProblems
from hookproof_sender.plans import plan_from
from hookproof_sender.plans.schema import plan_schema

COPY = Path(__file__).parents[3] / "examples" / "plans" / "plan.schema.json"
SAMPLES = Path(__file__).parent / "samples"
SCHEMA = plan_schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)

HTTP = {"handle": "zj", "taskType": "http", "httpTask": {"method": "post", "url": "http://host/"}}
FLOW = {"handle": "b7", "taskType": "flow", "flow": {"recipe": 4}}
EDGE = {"source": "b7", "target": "zj"}
PLATFORM = {"url": "http://host", "tokenEnv": "TOKEN"}
PLAN = {"name": "P", "nodes": [HTTP, FLOW], "edges": [EDGE], "platform": PLATFORM}


def with_node(**keys):
    return PLAN | {"nodes": [FLOW, HTTP | keys]}


def with_flow(**keys):
    return PLAN | {"nodes": [HTTP, FLOW | {"flow": keys}]}


def with_edge(**keys):
    return PLAN | {"edges": [EDGE | keys]}


def with_platform(**keys):
    return PLAN | {"platform": PLATFORM | keys}


REFUSED = {
    "nothing": {},
    "no name": {"nodes": [HTTP]},
    "an empty name": PLAN | {"name": ""},
    "no nodes": {"name": "P"},
    "empty nodes": PLAN | {"nodes": []},
    "null for nodes": PLAN | {"nodes": None},
    "nodes by name": PLAN | {"nodes": {"zj": HTTP}},
    "unknown key": PLAN | {"jobs": []},
    "id as text": PLAN | {"id": "7"},
    "user as a record": PLAN | {"user": {"name": "ann"}},
    "unknown key of a node": with_node(jion="any"),
    "unknown join": with_node(join="some"),
    "another task": with_node(taskType="delete"),
    "no task type": PLAN | {"nodes": [FLOW, {"handle": "zj", "httpTask": HTTP["httpTask"]}]},
    "a handle of three": with_node(handle="zjk"),
    "a handle in upper case": with_node(handle="ZJ"),
    "a handle with a line break": with_node(handle="zj\n"),
    "a handle of other digits": with_node(handle="z\u0664"),
    "no handle": PLAN | {"nodes": [FLOW, {"taskType": "http", "httpTask": HTTP["httpTask"]}]},
    "no HTTP task": with_node(httpTask=None),
    "a wrong HTTP task": with_node(httpTask={"method": "post"}),
    "both tasks": with_node(flow={"recipe": 4}),
    "an HTTP task for a flow": PLAN | {"nodes": [HTTP, FLOW | {"httpTask": HTTP["httpTask"]}]},
    "no flow": with_flow(),
    "flow and recipe": with_flow(recipe=4, id=1),
    "recipe as text": with_flow(recipe="4"),
    "recipe 0": with_flow(recipe=0),
    "a number as a parameter": with_flow(recipe=4, parameters={"day": 28}),
    "a parameter without a name": with_flow(recipe=4, parameters={"": "x"}),
    "unknown rule": with_edge(statusRule="sometimes"),
    "unknown key of an edge": with_edge(rule="success"),
    "an edge from nowhere": PLAN | {"edges": [{"target": "zj"}]},
    "null for a source": with_edge(source=None),
    "no token": with_platform(tokenEnv=None),
    "an empty token": with_platform(tokenEnv=""),
    "two tokens": with_platform(tokenFile="token"),
    "the token itself": with_platform(token="x"),
    "no URL": PLAN | {"platform": {"tokenEnv": "TOKEN"}},
    "another scheme": with_platform(url="ftp://host"),
    "a query": with_platform(url="http://host/?a"),
    "platform's record without nodes": {"name": "P", "planEdges": []},
    "platform's record with a node that is none": RECORD | {"planNodes": {"data": [7]}},
    "platform's record without a name": {"planNodes": RECORD["planNodes"]},
    "platform's record with edges that are no list": RECORD | {"planEdges": {"data": {}}},
}

TAKEN = {
    "all": PLAN,
    "minimal": {"name": "P", "nodes": [HTTP]},
    "null": PLAN | dict.fromkeys(("id", "user", "url", "platform", "edges")),
    "null in a node": with_node(id=None, name=None, flow=None, join=None),
    "null in a flow": with_flow(id=None, recipe=4, parameters=None),
    "a whole flow": with_flow(id=1),
    "null in an edge": with_edge(statusRule=None),
    "edges by id": {
        "name": "P",
        "nodes": [HTTP | {"id": 54}, FLOW | {"id": 55}],
        "edges": [{"source": 55, "target": 54}],
    },
    "a token in a file": with_platform(tokenEnv=None, tokenFile="token"),
    "a URL with a path": with_platform(url="https://host:8443/below/"),
    "the platform's own": RECORD,
    "the platform's own, null for its edges": RECORD | {"planEdges": None},
    "the platform's own, null inside its edges": RECORD | {"planEdges": {"data": None}},
    "the platform's own, nothing inside its edges": RECORD | {"planEdges": {}},
}


def loads(record):
    try:
        plan_from(record, source="plan.json")
    except FileProblems:
        return False
    return True


def table(cases):
    return [pytest.param(record, id=case) for case, record in cases.items()]


@pytest.mark.rule("P-PLAN-11")
def test_the_copy_among_the_examples_is_what_the_command_prints():
    done = run_here("plan", "schema")
    assert COPY.read_bytes() == done.stdout
    jsonschema.Draft7Validator.check_schema(json.loads(done.stdout))


def test_every_key_is_described():
    tables = SCHEMA["definitions"].items()
    described = [(name, table) for name, table in tables if name != "PlatformsOwnRecord"]
    keys = [(name, key, said) for name, table in described for key, said in table["properties"].items()]
    assert [] == [(name, key) for name, key, said in keys if not said.get("description")]


def test_the_sample_is_good():
    VALIDATOR.validate(tomllib.loads((SAMPLES / "nightly.toml").read_text(encoding="utf-8")))


@pytest.mark.rule("P-PLAN-11")
@pytest.mark.parametrize("record", table(REFUSED))
def test_what_is_refused_when_it_is_loaded_is_refused_here(record):
    assert not loads(record)
    assert not VALIDATOR.is_valid(record)


@pytest.mark.parametrize("record", table(TAKEN))
def test_what_is_loaded_is_good_here(record):
    assert loads(record)
    VALIDATOR.validate(record)


SMALL = st.none() | st.booleans() | st.integers(-1, 60) | st.sampled_from(["", "zj", "b7", "all"])
NODES = st.fixed_dictionaries(
    {"handle": st.sampled_from(["zj", "b7", "Z", "é1"]), "taskType": st.sampled_from(["http", "flow"])},
    optional={
        "id": st.integers(54, 55) | SMALL,
        "name": SMALL,
        "join": st.sampled_from(["all", "any", None, "some"]),
        "httpTask": st.sampled_from([HTTP["httpTask"], {}, None]),
        "flow": st.fixed_dictionaries(
            {}, optional={"id": SMALL, "recipe": SMALL, "parameters": st.sampled_from([{}, {"a": "b"}])}
        )
        | st.none(),
    },
)
EDGES = st.fixed_dictionaries(
    {"source": st.sampled_from(["zj", "b7", 54]), "target": st.sampled_from(["zj", "b7", 55])},
    optional={"statusRule": st.sampled_from(["success", "failure", "always", None, "x"])},
)


@pytest.mark.rule("P-PLAN-11")
@given(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["P", ""]), "nodes": st.lists(NODES, max_size=3)},
        optional={
            "id": SMALL,
            "user": SMALL,
            "edges": st.lists(EDGES, max_size=2) | st.none(),
            "platform": st.fixed_dictionaries(
                {"url": st.sampled_from(["http://h", "h"])},
                optional={"tokenEnv": SMALL, "tokenFile": SMALL},
            )
            | st.none(),
        },
    )
)
def test_whatever_is_loaded_is_good_here(record):
    if loads(record):
        VALIDATOR.validate(record)
