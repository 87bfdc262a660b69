"""The JSON Schema of task files says in an editor what loading would say."""

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.in_process import run_here
from tests.sender.tasks.test_scorecard_tpl import CASES

from hookproof_runtime.settings import FileProblems
from hookproof_sender.tasks import task_from
from hookproof_sender.tasks.schema import task_schema

EXAMPLES = Path(__file__).parents[3] / "examples" / "tasks"
TASKS = [path for path in sorted(EXAMPLES.iterdir()) if not path.name.endswith(".schema.json")]
SCHEMA = task_schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)

MINIMAL = {"method": "post", "url": "http://host/"}

REFUSED = {
    "nothing": {},
    "no method": {"url": "http://host/"},
    "no url": {"method": "post"},
    "method in upper case": MINIMAL | {"method": "POST"},
    "head": MINIMAL | {"method": "head"},
    "unknown key": MINIMAL | {"maxRetry": 1},
    "null for method": MINIMAL | {"method": None},
    "name of another type": MINIMAL | {"name": 3},
    "unknown type": MINIMAL | {"type": "soap"},
    "body of another type": MINIMAL | {"body": {"a": 1}},
    "headers as a list": MINIMAL | {"headers": []},
    "a number as a header": MINIMAL | {"headers": {"A": 1}},
    "many headers": MINIMAL | {"headers": {f"X-{n}": "" for n in range(65)}},
    "negative retries": MINIMAL | {"maxRetries": -1},
    "retries without end": MINIMAL | {"maxRetries": 101},
    "retries as text": MINIMAL | {"maxRetries": "3"},
    "retries as a boolean": MINIMAL | {"maxRetries": True},
    "verification as text": MINIMAL | {"sslVerification": "no"},
    "unknown scheme": MINIMAL | {"scheme": "strip"},
    "secret in two places": MINIMAL | {"secretKey": "a", "secretKeyEnv": "B"},
    "secret in two others": MINIMAL | {"secretKeyEnv": "B", "secretKeyFile": "c"},
    "body with get": MINIMAL | {"method": "get", "body": "x"},
    "body with delete": MINIMAL | {"method": "delete", "body": "[]"},
    "node without a task": {"taskType": "http"},
    "node of another type": {"taskType": "flow", "httpTask": MINIMAL},
    "node with an unknown key": {"httpTask": MINIMAL, "x": 1},
    "node with a wrong task": {"httpTask": MINIMAL | {"method": "x"}},
    **{
        f"url {url!r}": MINIMAL | {"url": url}
        for url in [
            "", "host/path", "ftp://host/", "http:host/path", "http:///path", "http://:80/",
            "http://user:pass@host/", "http://host@/", "http://a.example\\@b.example/",
            "http://host/a b", " http://host/", "http://host/\n", "http://ho\tst/", "http://host/é",
            "http://a..b/", "http://-a/", f"http://{'a' * 64}/", "http://a,b/", "http://[::g]/",
            "http://[::1]x:80/", "http://host:/", "http://host:0/", "http://host:65536/",
            "http://host:8o/", "http://host/{{$plan.name}}",
        ]
    },
}  # fmt: skip

TAKEN = {
    "minimal": MINIMAL,
    "null": MINIMAL | dict.fromkeys(
        (
            "name", "type", "headers", "body", "secretKey", "secretKeyEnv", "secretKeyFile", "scheme",
            "sslVerification", "retryOnFailure", "maxRetries", "sampleResponseBody",
            "sampleResponseHeaders", "shouldUpdateSampleResponse",
        )
    ),
    "lone {} with get": MINIMAL | {"method": "get", "body": " {}\n"},
    "a body": MINIMAL | {"body": "\n"},
    "empty secrets": MINIMAL | {"secretKey": "", "secretKeyEnv": "", "secretKeyFile": "c"},
    "headers": MINIMAL | {"headers": {"Authorization": "Bearer x", "X_1.2~": "", "Hosts": "a  b"}},
    "long header": MINIMAL | {"headers": {"X": "x" * 8192}},
    "node": {"id": 7, "handle": "zj", "name": None, "taskType": "http", "httpTask": MINIMAL},
    **{
        f"url {url!r}": MINIMAL | {"url": url}
        for url in [
            "http://host", "HTTP://Host:8080/a/b?c=d&e=%20#f", "http://[::1]:8080/x", "http://h?a",
            "http://under_score.example./", "http://host:00080/", "https://host:65535", "http://h#a@b",
        ]
    },
}  # fmt: skip


def loads(record):
    try:
        task_from(record, source="task.json")
    except FileProblems:
        return False
    return True


def table(cases):
    return [pytest.param(record, id=case) for case, record in cases.items()]


@pytest.mark.rule("P-TASK-6")
def test_the_copy_among_the_examples_is_what_the_command_prints():
    done = run_here("task", "schema")
    assert (EXAMPLES / "task.schema.json").read_bytes() == done.stdout
    jsonschema.Draft7Validator.check_schema(json.loads(done.stdout))


def test_every_key_is_described():
    properties = SCHEMA["definitions"]["HttpTask"]["properties"]
    assert {} == {key: said for key, said in properties.items() if not said.get("description")}


@pytest.mark.parametrize("path", TASKS, ids=lambda path: path.name)
def test_every_example_is_good_and_those_in_toml_name_the_schema(path):
    text = path.read_text(encoding="utf-8")
    VALIDATOR.validate(json.loads(text) if path.suffix == ".json" else tomllib.loads(text))
    if path.suffix == ".toml":
        assert text.startswith("#:schema ./task.schema.json\n")


@pytest.mark.rule("P-TASK-6")
@pytest.mark.parametrize("record", table(REFUSED))
def test_what_is_refused_when_it_is_loaded_is_refused_here(record):
    assert not loads(record)
    assert not VALIDATOR.is_valid(record)


@pytest.mark.parametrize("record", table(TAKEN))
def test_what_is_loaded_is_good_here(record):
    assert loads(record)
    VALIDATOR.validate(record)


@pytest.mark.rule("P-TASK-6")
@given(
    st.fixed_dictionaries(
        {
            "method": st.sampled_from(["post", "get", "delete"]),
            "url": st.text("abAB019.-_:/?#[]@%&=!é \n", max_size=20).map("http://{}".format),
        },
        optional={
            "headers": st.dictionaries(st.text("Xx-_~ é\n", max_size=5), st.text("a é\n", max_size=4)),
            "body": st.sampled_from(["", "{}", " ", "x", "\n{}\n", "{}{}"]),
            "maxRetries": st.integers(-2, 102) | st.none() | st.booleans(),
            "secretKey": st.sampled_from(["", "a"]),
            "secretKeyFile": st.sampled_from(["", "a"]),
        },
    )
)
def test_whatever_is_loaded_is_good_here(record):
    if loads(record):
        VALIDATOR.validate(record)


@pytest.mark.parametrize(("name", "value", "_word"), CASES)
def test_every_header_that_would_smuggle_is_refused(name, value, _word):
    record = MINIMAL | {"headers": {name: value}}
    assert not VALIDATOR.is_valid(record)


def test_references_are_good_as_they_are_to_the_linter():
    record = MINIMAL | {"body": "{{$plan.name}}", "headers": {"A": "{{ $plan.runId }}"}}
    VALIDATOR.validate(record)
