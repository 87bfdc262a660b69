"""Reading plans: TOML, JSON, the platform's own record, and all that is wrong with one at once."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookproof import BadConfiguration
from hookproof_runtime.settings import FileProblems
from hookproof_sender import HttpTask
from hookproof_sender.plans import Edge, FlowTask, load_plan, plan_from, record_of

TASK = 'name = "Tell the shop"\nmethod = "post"\nurl = "https://shop.example.com/orders"\nbody = "{}"\n'

PLAN = """
name = "Nightly orders"
id = 7
user = "ann@example.com"
url = "http://www.example.com:3005/plans/7"
[platform]
url = "http://www.example.com:3005/"
tokenFile = "token"
[[nodes]]
handle = "b7"
taskType = "flow"
flow = { recipe = 4, parameters = { region = "EU" } }
[[nodes]]
handle = "zj"
taskType = "http"
httpTask = "tasks/tell-the-shop.toml"
[[nodes]]
handle = "s1"
name = "Tell Slack"
taskType = "http"
join = "any"
[nodes.httpTask]
method = "post"
url = "https://hooks.slack.com/services/T0/B0/X"
body = '{"text": "Your job has completed."}'
[[edges]]
source = "b7"
target = "zj"
[[edges]]
source = "zj"
target = "s1"
statusRule = "always"
"""


@pytest.fixture
def write(tmp_path):
    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks" / "tell-the-shop.toml").write_text(TASK + 'secretKeyFile = "shop.secret"\n')

    def write(name, content):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def problems(record, folder=None):
    with pytest.raises(FileProblems) as refused:
        plan_from(record, source="plan", folder=folder)
    return {problem.key: problem.sentence for problem in refused.value.problems}


@pytest.mark.rule("P-PLAN-1")
def test_a_plan_is_read_with_the_tasks_that_lie_in_files_beside_it(write, tmp_path):
    plan = load_plan(write("plan.toml", PLAN))
    flow, http, slack = plan.nodes
    assert ("Nightly orders", 7, "ann@example.com") == (plan.name, plan.id, plan.user)
    assert ("Run recipe 4", FlowTask(None, 4, (("region", "EU"),))) == (flow.name, flow.task)
    assert isinstance(http.task, HttpTask)
    assert ("Tell the shop", "all", "post") == (http.name, http.join, http.task.method)
    assert str(tmp_path / "tasks" / "shop.secret") == http.task.secret_places()[0].file
    assert isinstance(slack.task, HttpTask)
    assert ("Tell Slack", "any", "Tell Slack") == (slack.name, slack.join, slack.task.name)
    assert (Edge("b7", "zj", "success"), Edge("zj", "s1", "always")) == plan.edges
    assert plan.platform is not None
    assert "http://www.example.com:3005" == plan.platform.url
    assert str(tmp_path / "token") == plan.platform.token.file


@pytest.mark.rule("P-PLAN-1")
def test_json_has_the_same_keys_and_null_is_as_good_as_absent(write):
    node = {"handle": "zj", "name": None, "taskType": "http", "httpTask": "tasks/tell-the-shop.toml"}
    plan = load_plan(write("plan.json", {"name": "P", "id": None, "nodes": [node], "edges": []}))
    assert (None, "Tell the shop") == (plan.id, plan.nodes[0].name)


def test_the_record_of_a_plan_reads_as_that_plan(write):
    plan = load_plan(write("plan.toml", PLAN))
    record = json.loads(json.dumps(record_of(plan)))
    assert plan == plan_from(record, source="kept")


def test_a_missing_file_is_named():
    with pytest.raises(BadConfiguration, match=r"the plan's file none\.toml cannot be read"):
        load_plan("none.toml")


ONE = {"handle": "zj", "taskType": "http", "httpTask": {"method": "get", "url": "http://h/"}}
FLOW = {"handle": "b7", "taskType": "flow", "flow": {"recipe": 4}}


@pytest.mark.rule("P-PLAN-1", "P-PLAN-3")
def test_all_that_is_wrong_comes_at_once_each_with_its_key_and_cure(write, tmp_path):
    write("tasks/bad.toml", 'method = "post"\nurll = "http://h/"')
    record = {
        "nmae": "Nightly",
        "platform": {"url": "http://h/?a", "token": "x"},
        "nodes": [
            ONE | {"jion": "any"},
            ONE | {"httpTask": {"method": "post", "url": "http://h/", "headers": {"Host": "x"}}},
            ONE | {"handle": "Z", "httpTask": "tasks/bad.toml"},
            ONE | {"handle": "k9", "httpTask": "tasks/none.toml"},
            FLOW | {"flow": {"recipe": 4, "id": 1}},
            {"handle": "f1", "taskType": "flow"},
            FLOW | {"handle": "f2", "httpTask": ONE["httpTask"]},
        ],
        "edges": [
            {"source": "zk", "target": "b7", "statusRule": "sometimes"},
            {"source": "b7", "target": "b7"},
            {"source": "b7", "target": "k9"},
            {"source": "b7", "target": "k9", "statusRule": "failure"},
            {"source": "k9", "target": "b7"},
        ],
    }
    found = problems(record, tmp_path)
    expected = {
        "name": "is missing",
        "nmae": "did you mean 'name'?",
        "platform.url": "leave ? and # and what follows out",
        "platform.token": "did you mean 'tokenEnv'?",
        "nodes[0].jion": "did you mean 'join'?",
        "nodes[1].handle": "'zj' is the handle of nodes[0] too",
        "nodes[1].httpTask.headers.Host": "it follows from the URL",
        "nodes[2].handle": "a handle is two characters of a-z and 0-9",
        "nodes[2].httpTask": "tasks/bad.toml: url",
        "nodes[3].httpTask": "tasks/none.toml cannot be read",
        "nodes[4].flow": "name one",
        "nodes[5]": "needs flow",
        "nodes[6]": "has no httpTask",
        "edges[0].source": "there is no node with the handle 'zk'; did you mean 'zj'?",
        "edges[0].statusRule": "'success', 'failure' or 'always'",
        "edges[1]": "to itself",
        "edges[3]": "edges[2] leads from 'b7' to 'k9' too",
        "edges": "they lead in a circle, k9 → b7 → k9",
    }
    assert expected.keys() == found.keys()
    assert [] == [key for key, words in expected.items() if words not in found[key]]


@pytest.mark.rule("P-PLAN-2")
@pytest.mark.parametrize("number", [50, 51])
def test_a_plan_has_at_most_50_http_tasks(number):
    nodes = [ONE | {"handle": f"{one // 36}{'0123456789abcdefghijklmnopqrstuvwxyz'[one % 36]}"}
             for one in range(number)]  # fmt: skip
    record = {"name": "P", "nodes": [*nodes, FLOW]}
    if number == 50:
        assert 51 == len(plan_from(record, source="plan").nodes)
    else:
        assert {"nodes": "a plan has at most 50 HTTP tasks, this one 51"} == problems(record)


@pytest.mark.parametrize("record", [None, [], "plan", 7, [ONE]])
def test_what_is_no_record_is_said_to_be_none(record):
    assert "a plan is one record" in problems(record)[""]


@pytest.mark.parametrize(
    ("record", "key"),
    [
        ({"name": "P"}, "nodes"),
        ({"name": "P", "nodes": []}, "nodes"),
        ({"name": "P", "nodes": {}}, "nodes"),
        ({"name": "P", "nodes": [7]}, "nodes[0]"),
        ({"name": "", "nodes": [ONE]}, "name"),
        ({"name": "P", "nodes": [ONE], "edges": [7]}, "edges[0]"),
        ({"name": "P", "nodes": [ONE], "edges": {}}, "edges"),
        ({"name": "P", "nodes": [ONE | {"handle": 7}]}, "nodes[0].handle"),
        ({"name": "P", "nodes": [ONE | {"name": "\ud800"}]}, "nodes[0].name"),
        ({"name": "P", "nodes": [ONE | {"name": "{{$plan.name}}"}]}, "nodes[0].name"),
        ({"name": "P", "nodes": [ONE | {"taskType": "delete"}]}, "nodes[0].taskType"),
        ({"name": "P", "nodes": [ONE], "platform": {"url": "http://h"}}, "platform"),
        ({"name": "P", "nodes": [FLOW | {"flow": {"recipe": 0}}]}, "nodes[0].flow.recipe"),
        ({"name": "P", "nodes": [FLOW | {"flow": {"recipe": True}}]}, "nodes[0].flow.recipe"),
        ({"name": "P", "nodes": [FLOW | {"flow": {"id": 1, "parameters": {"a": 1}}}]},
         "nodes[0].flow.parameters.a"),
        ({"planNodes": {"data": 7}, "name": "P"}, "planNodes.data"),
    ],
)  # fmt: skip
def test_one_thing_that_is_wrong_is_said_where_it_stands(record, key):
    assert key in problems(record)


def test_a_value_that_could_be_secret_is_in_no_problem():
    node = ONE | {"httpTask": {"method": "post", "url": "http://h/s3cret", "secretKey": 53, "body": 7}}
    said = str(problems({"name": "P", "nodes": [node], "edges": [{"source": "s3cret"}]}))
    assert "s3cret" not in said
    assert "53" not in said


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b", "x" * 300, "."])
def test_a_name_that_no_file_has_is_a_problem_like_any_other(name, tmp_path):
    assert "nodes[0].httpTask" in problems({"name": "P", "nodes": [ONE | {"httpTask": name}]}, tmp_path)


KEYS = [
    "name", "id", "nodes", "edges", "platform", "planNodes", "planEdges", "data", "handle", "taskType",
    "httpTask", "flow", "task", "flowNodes", "recipe", "source", "target", "inPlanNodeId", "creator",
]  # fmt: skip
ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 99) | st.sampled_from(["", "zj", "http", "flow", "\0"]),
    lambda below: (
        st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(KEYS), below, max_size=5)
    ),
    max_leaves=25,
)


@given(record=ANY)
def test_any_record_is_a_plan_or_is_refused_in_one_family(record):
    with contextlib.suppress(FileProblems):
        plan_from(record, source="plan")


@given(data=st.data())
def test_a_plan_with_one_thing_changed_is_a_plan_or_is_refused(data):
    record = {"name": "P", "nodes": [ONE, FLOW], "edges": [{"source": "b7", "target": "zj"}]}
    changed = json.loads(json.dumps(record))
    table = data.draw(st.sampled_from([changed, *changed["nodes"], *changed["edges"]]))
    table[data.draw(st.sampled_from(KEYS))] = data.draw(ANY)
    with contextlib.suppress(FileProblems):
        plan_from(changed, source="plan")


def test_of_many_edges_to_nothing_some_are_told_what_there_is_and_all_are_told():
    one_node = {"taskType": "flow", "flow": {"recipe": 4}}
    nodes = [{**one_node, "handle": f"{one:02}"} for one in range(100)]
    edges = [{"source": f"x{one}", "target": "00"} for one in range(1000)]
    with pytest.raises(FileProblems) as wrong:
        plan_from({"name": "a", "nodes": nodes, "edges": edges}, source="a.toml")
    sentences = [one.sentence for one in wrong.value.problems]
    assert "there is no node with the handle 'x999'" == sentences[-1]
    assert 1000 == len(sentences)
    assert 20 == sum("; " in one for one in sentences)
