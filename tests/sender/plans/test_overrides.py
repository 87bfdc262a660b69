"""What one run changes: which keys, which values, and what is left as it was."""

import contextlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sender.plans.made import plans

from hookproof import BadConfiguration
from hookproof_runtime.settings import FileProblems
from hookproof_sender import HttpTask
from hookproof_sender.plans import FlowTask, plan_from
from hookproof_sender.plans.overrides import (
    Override,
    apply,
    overrides_from,
    parse_override,
    refuse_carrying_off,
)

PLAN = plan_from(
    {
        "name": "Nightly",
        "nodes": [
            {"handle": "b7", "taskType": "flow", "flow": {"recipe": 4, "parameters": {"region": "EU"}}},
            {
                "handle": "zj",
                "name": "Tell the shop",
                "taskType": "http",
                "httpTask": {
                    "method": "post",
                    "url": "https://shop.example.com/",
                    "headers": {"X-Run": "1"},
                    "body": "{}",
                    "secretKey": "s3cret",
                },
            },
        ],
    },
    source="plan",
)


def changed(*texts):
    """The nodes of the plan with overrides as the command line has them."""
    return {node.handle: node for node in apply(PLAN, map(parse_override, texts)).nodes}


def refused(*texts):
    with pytest.raises(FileProblems) as wrong:
        changed(*texts)
    return {problem.key: problem.sentence for problem in wrong.value.problems}


@pytest.mark.rule("P-PLAN-9")
@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("zj.url=http://127.0.0.1:8080/?a=b", "url", "http://127.0.0.1:8080/?a=b"),
        ("zj.body=", "body", ""),
        ("zj.method=put", "method", "put"),
        ("zj.maxRetries=0", "maxRetries", 0),
        ("zj.sslVerification=false", "sslVerification", False),
        ("zj.retryOnFailure=null", "retryOnFailure", None),
        ("zj.headers.X-New=2", "headers", {"X-Run": "1", "X-New": "2"}),
        ("zj.headers.x-run=2", "headers", {"X-Run": "2"}),
        ("zj.name=Another", "name", "Another"),
        ("zj.secretKeyEnv=SHOP", "secretKeyEnv", "SHOP"),
    ],
)
def test_a_key_of_a_task_is_changed_and_the_rest_stays(text, key, value):
    task = changed(text)["zj"].task
    assert isinstance(task, HttpTask)
    assert value == getattr(task, key)
    before = PLAN.nodes[1].task
    assert isinstance(before, HttpTask)
    others = before.model_dump().keys() - {key, "secretKey"}
    assert [getattr(before, other) for other in others] == [getattr(task, other) for other in others]


@pytest.mark.rule("P-PLAN-9")
def test_a_flows_recipe_and_parameters_are_changed():
    nodes = changed("b7.parameters.day=2026-11-28", "b7.parameters.region=US", "b7.recipe=5")
    assert FlowTask(None, 5, (("region", "US"), ("day", "2026-11-28"))) == nodes["b7"].task
    assert FlowTask(1, None, (("region", "EU"),)) == changed("b7.id=1")["b7"].task


def test_a_node_is_called_by_the_name_that_it_is_given_and_the_last_one_counts():
    assert "B" == changed("b7.name=A", "b7.name=B")["b7"].name
    assert "B" == changed("zj.name=B")["zj"].name


def test_a_secrets_place_takes_the_place_of_the_secret():
    task = changed("zj.secretKeyFile=shop.secret")["zj"].task
    assert isinstance(task, HttpTask)
    assert "" == task.secretKey


@pytest.mark.rule("P-PLAN-9")
def test_what_is_not_there_is_refused_with_what_is_all_at_once():
    found = refused(
        "zz.url=x", "zj.urll=x", "zj.headers=x", "zj.headers.=x", "b7.url=x", "zj.secretKey=x"
    )
    assert found["zz"] == "there is no node with this handle; there are: b7, zj"
    assert "did you mean 'url'?" in found["zj.urll"]
    assert "headers.NAME" in found["zj.headers"]
    assert "there are: name, id, recipe, parameters.NAME" in found["b7.url"]
    assert "name where it is, with secretKeyEnv" in found["zj.secretKey"]
    assert 6 == len(found)


@pytest.mark.rule("P-PLAN-9")
@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("zj.maxRetries=many", "zj.maxRetries", "valid integer"),
        ("zj.maxRetries=-1", "zj.maxRetries", "greater than or equal to 0"),
        ("zj.maxRetries=1.5", "zj.maxRetries", "valid integer"),
        ("zj.method=head", "zj.method", "'get'"),
        ("zj.url=ftp://h/", "zj.url", "begins with http"),
        ("zj.headers.Host=h", "zj.headers.Host", "follows from the URL"),
        ("zj.name=", "zj.name", "not empty"),
        ("b7.name=", "b7.name", "not empty"),
        ("b7.recipe=x", "b7.recipe", "valid integer"),
        ("b7.recipe=0", "b7.recipe", "greater than or equal to 1"),
    ],
)
def test_a_value_is_read_as_the_tasks_file_would_be(text, key, words):
    assert words in refused(text)[key]


def test_values_must_fit_together():
    assert "GET sends no body" in refused("zj.method=get", "zj.body=[1]")["zj.body"]


@pytest.mark.parametrize("text", ["", "zj", "zj.url", "zj=1", ".url=1", "zj.=1", "=1"])
def test_what_is_no_override_is_said_to_be_none(text):
    with pytest.raises(BadConfiguration, match=r"write HANDLE\.KEY=VALUE"):
        parse_override(text)


def test_what_is_no_override_may_be_a_token_and_is_not_repeated():
    with pytest.raises(BadConfiguration) as refused:
        parse_override("Bearer s3cr3t")
    assert "s3cr3t" not in str(refused.value)


@pytest.mark.rule("P-PLAN-9")
@pytest.mark.parametrize(
    "text",
    [
        "zj.headers.Authorization=Bearer s3cr3t",
        "zj.headers.x-api-key=s3cr3t",
        "zj.headers.X-Next=https://ann:s3cr3t@shop.example/",
    ],
)
def test_a_header_that_may_hold_a_token_stands_among_no_command_s_words(text):
    with pytest.raises(BadConfiguration, match="others on this machine can read") as refused:
        parse_override(text)
    assert "s3cr3t" not in str(refused.value)


@pytest.mark.rule("P-PLAN-9")
def test_the_platforms_overrides_name_run_parameters_of_flows_and_keys_of_tasks():
    record = [
        {"handle": "b7", "overrideKey": "region", "value": "US"},
        {"handle": "b7", "overrideKey": "parameters.day", "value": 28},
        {"handle": "zj", "overrideKey": "maxRetries", "value": 0},
    ]
    flow, http = apply(PLAN, overrides_from(PLAN, record)).nodes
    assert FlowTask(None, 4, (("region", "US"), ("day", "28"))) == flow.task
    assert isinstance(http.task, HttpTask)
    assert 0 == http.task.maxRetries


@pytest.mark.parametrize(
    "record",
    [
        None,
        {},
        [7],
        [{}],
        [{"handle": "zj", "overrideKey": "url"}],
        [{"handle": 7, "overrideKey": "url", "value": ""}],
        [{"handle": "zj", "overrideKey": "", "value": ""}],
    ],
)
def test_what_is_no_list_of_overrides_is_refused(record):
    with pytest.raises(FileProblems, match="planNodeOverrides"):
        overrides_from(PLAN, record)


def test_a_value_is_in_no_repr_and_no_error():
    override = Override("zj", "headers.Authorization", "Bearer s3cr3t\n")
    assert "s3cr3t" not in repr(override)
    with pytest.raises(FileProblems) as wrong:
        apply(PLAN, [override])
    assert "s3cr3t" not in str(wrong.value)


_WORD = st.text(string.ascii_letters + string.digits, min_size=1, max_size=8)


@given(plan=plans(), data=st.data())
def test_what_no_override_names_stays_as_it_was(plan, data):
    node = data.draw(st.sampled_from(plan.nodes))
    name, value = data.draw(_WORD), data.draw(_WORD)
    after = apply(plan, [Override(node.handle, f"headers.{name}", value)])
    assert plan.edges == after.edges
    for one, other in zip(plan.nodes, after.nodes, strict=True):
        if one.handle != node.handle:
            assert one == other
        else:
            assert isinstance(other.task, HttpTask)
            assert {name: value} == other.task.headers
            assert (one.name, one.join) == (other.name, other.join)


@given(plan=plans(), texts=st.lists(st.text(max_size=20), max_size=4), value=st.none() | st.integers())
def test_any_override_is_applied_or_refused_in_one_family(plan, texts, value):
    with contextlib.suppress(BadConfiguration):
        apply(plan, [parse_override(text) for text in texts])
    with contextlib.suppress(BadConfiguration):
        apply(plan, [Override(plan.nodes[0].handle, text, value) for text in texts])


def with_a_token():
    task = {
        "method": "post",
        "url": "https://shop.example.com/hooks",
        "headers": {"Authorization": "Bearer s3cret", "X-Run": "1"},
    }
    node = {"handle": "zj", "taskType": "http", "httpTask": task}
    return plan_from({"name": "Nightly", "nodes": [node]}, source="plan")


@pytest.mark.rule("P-HOOK-9")
@pytest.mark.parametrize(
    "url",
    [
        "https://else.example.com/hooks",
        "http://shop.example.com/hooks",
        "https://shop.example.com:8443/hooks",
        "https://shop.example.com@else.example.com/hooks",
        "no URL",
    ],
)
def test_a_token_of_the_file_is_not_carried_off_to_another_place(url):
    overrides = [parse_override(f"zj.url={url}"), parse_override("zj.headers.x-run=2")]
    with pytest.raises(FileProblems, match="Authorization may hold a token") as wrong:
        refuse_carrying_off(with_a_token(), overrides)
    assert ["zj.url"] == [one.key for one in wrong.value.problems]
    assert "s3cret" not in str(wrong.value)


@pytest.mark.rule("P-HOOK-9")
@pytest.mark.parametrize(
    "overrides",
    [
        pytest.param({"url": "https://SHOP.example.com:443/other?a=b"}, id="the same place"),
        pytest.param({"body": "{}"}, id="no other URL"),
        pytest.param(
            {"headers.authorization": "Bearer own", "url": "https://else.example.com/"},
            id="a token of one's own",
        ),
    ],
)
def test_what_carries_nothing_off_may_be_changed(overrides):
    refuse_carrying_off(
        with_a_token(), [Override("zj", key, value) for key, value in overrides.items()]
    )


def test_a_task_without_a_token_may_be_sent_elsewhere():
    refuse_carrying_off(PLAN, [parse_override("zj.url=http://else/")])
