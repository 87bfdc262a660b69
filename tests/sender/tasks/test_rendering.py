"""A task with a plan's metadata in it."""

from __future__ import annotations

import json

import pytest

from hookproof.errors import BadConfiguration
from hookproof_runtime.settings import FileProblems
from hookproof_sender.tasks import HttpTask, render_task, task_from, task_references

CANARY = "canary-4711"
METADATA = {
    "plan": {"name": 'Nightly "x"', "runId": "run-1", "duration": 120_000, "odd": "a\r\nb", "t": '"'},
    "http_zj": {"response": {"json": {"id": 4}, "body": "{}"}},
}


def task(body="{}", **keys):
    record = {"name": "Tell", "method": "post", "url": "http://host/", "body": body, **keys}
    return HttpTask.model_validate(record)


def sent(one, metadata=METADATA, **how):
    return render_task(one, metadata, **how).task.outgoing()


@pytest.mark.rule("P-REF-1", "P-BODY-1")
def test_body_and_headers_get_their_values():
    one = task('{"run": "{{$plan.runId}}/tell"}', headers={"X-Run": "id {{$plan.runId}}"})
    out = sent(one)
    assert (b'{"run": "run-1/tell"}', (("X-Run", "id run-1"),)) == (out.body, out.headers)


@pytest.mark.rule("P-REF-5", "P-REF-6")
@pytest.mark.parametrize(
    ("body", "keys", "out"),
    [
        ('{"a": "{{$plan.name}}"}', {}, b'{"a": "Nightly \\"x\\""}'),
        ('{"a": "{{$plan.name}}"}', {"escape": "json"}, b'{"a": "Nightly \\"x\\""}'),
        ('{"a": "{{$plan.name}}"}', {"escape": "none"}, b'{"a": "Nightly "x""}'),
        ('{"a": {{$plan.name|dump}}}', {"escape": "none"}, b'{"a": "Nightly \\"x\\""}'),
        ('{"a": "{{$plan.t}}"}', {"headers": {"content-type": "text/plain"}}, b'{"a": """}'),
        (
            "<{{$plan.name}}>",
            {"headers": {"Content-Type": "application/vnd.a+json; charset=utf-8"}},
            b'<"Nightly \\"x\\"">',
        ),
        ("a={{$plan.name}}", {}, b'a=Nightly "x"'),
        ("{{$plan.name}} is over", {}, b'Nightly "x" is over'),
        ("[{{$plan.name}}]", {}, b'["Nightly \\"x\\""]'),
        ("{{$http_zj.response.json|dump}}", {}, b'{"id":4}'),
        ("{{$http_zj.response.json}}", {"headers": {"Content-Type": "application/json"}}, b'{"id":4}'),
    ],
)  # fmt: skip
def test_values_are_escaped_where_the_body_is_json(body, keys, out):
    assert out == sent(task(body, **keys)).body


def test_whoever_renders_may_say_how_values_are_escaped():
    one = task('{"a": "{{$plan.name}}"}')
    assert b'{"a": "Nightly "x""}' == sent(one, escape="none").body


@pytest.mark.rule("P-REF-4")
def test_a_rendered_task_is_not_rendered_again():
    metadata = {"plan": {"name": "{{$plan.name}} {{'x'}} {%"}}
    one = render_task(task("{{$plan.name}}", headers={"A": "{{$plan.name}}"}), metadata).task
    again = render_task(one, {"plan": {"name": "other"}})
    assert (one, ()) == (again.task, again.warnings)
    assert one.alone(0) is one
    assert (True, False, ()) == (one.is_rendered, one.has_references, task_references(one))
    out = one.model_copy(update={"maxRetries": 0}).outgoing()
    assert (b"{{$plan.name}} {{'x'}} {%", "{{$plan.name}} {{'x'}} {%") == (out.body, out.headers[0][1])


@pytest.mark.rule("P-REF-4")
def test_a_task_that_was_not_rendered_makes_no_request():
    for one in task("{{$plan.name}}"), task(headers={"A": "{{'{{'}}"}):
        with pytest.raises(BadConfiguration, match="references that were not rendered"):
            one.outgoing()


def test_a_task_without_references_is_left_as_it_is():
    one = task('{"a": "}}"}')
    assert (one, ()) == ((done := render_task(one, METADATA)).task, done.warnings)


@pytest.mark.rule("P-REF-7")
def test_what_is_unknown_is_empty_and_warned_about_with_its_place_or_refused():
    one = task('{"a": "{{$plan.nmae}}",\n "b": {{$plan.b}}}', headers={"X-A": "a {{$http_zz.name}}"})
    done = render_task(one, METADATA)
    assert ({"a": "", "b": None}, "a") == (json.loads(done.task.body), done.task.headers["X-A"])
    warnings = (
        "headers.X-A: line 1, column 3: there is no $http_zz.name; did you mean $http_zj?",
        "body: line 1, column 8: there is no $plan.nmae; did you mean $plan.name?",
        "body: line 2, column 7: there is no $plan.b",
    )
    assert warnings == done.warnings
    with pytest.raises(BadConfiguration) as refused:
        render_task(one, METADATA, strict=True)
    assert f"the task 'Tell': {'; '.join(warnings)}" == str(refused.value)


@pytest.mark.rule("P-REF-8")
@pytest.mark.parametrize(
    ("template", "value", "word"),
    [
        ("{{$plan.v}}", f"{CANARY}\r\nX: y", "visible ASCII"),
        ("Bearer {{$plan.v}}", f"{CANARY}é", "visible ASCII"),
        ("{{$plan.v}}{{$plan.v}}", CANARY + "x" * 4200, "at most 8192 characters, this one 8422"),
    ],
)
def test_a_value_that_cannot_stand_in_a_head_is_refused_and_not_repeated(template, value, word):
    with pytest.raises(BadConfiguration) as refused:
        render_task(task(headers={"X-A": template}), {"plan": {"v": value}})
    assert "the task 'Tell': headers.X-A, with $plan.v in it: " in str(refused.value)
    assert word in str(refused.value)
    assert CANARY not in str(refused.value)


@pytest.mark.rule("P-REF-8")
def test_headers_are_bounded_together_once_they_are_rendered():
    one = task(headers={"A": "{{$plan.v}}", "B": "{{$plan.v}}"})
    with pytest.raises(BadConfiguration, match="at most 12288 bytes together"):
        render_task(one, {"plan": {"v": "x" * 8000}})


@pytest.mark.rule("P-REF-8")
def test_blanks_that_an_empty_value_leaves_at_the_ends_are_taken_away():
    assert (("A", "Bearer"), ("B", "")) == sent(
        task(headers={"A": "Bearer {{$plan.no}}", "B": " {{$plan.no}}".strip()})
    ).headers


@pytest.mark.rule("P-REF-13")
@pytest.mark.parametrize(
    ("body", "word"),
    [
        (
            '{"run": "{{$plan.runId}}",\n "a": "{{$plan.name}}", "c": 1}',
            "body: line 2, column 8: it is no JSON once rendered, because of $plan.name: ",
        ),
        ('{"a": "{{$plan.runId}} {{$plan.odd}}"}', "because of $plan.odd: "),
        ('{"a": {{$http_zj.response.json}}}', "because of $http_zj.response.json: "),
        ('{"a": {{$plan.runId}},}', "body: it is no JSON, whatever its references give: "),
    ],
)
def test_a_body_that_is_no_json_once_rendered_names_the_reference(body, word):
    done = render_task(task(body, escape="none"), METADATA)
    (warning,) = done.warnings
    assert word in warning
    assert "Nightly" not in warning
    assert done.task.outgoing().body


@pytest.mark.rule("P-REF-13")
@pytest.mark.parametrize(
    "body", ['{"a": {{$plan.name|dump}}}', '{"a": "{{$plan.runId}}"}', '{"a": {{$plan.duration}}}']
)
def test_a_body_that_stays_json_is_not_warned_about(body):
    assert () == render_task(task(body, escape="none"), METADATA).warnings


def test_where_a_task_holds_its_references():
    one = task("{{$plan.name}}\n{{$http_zj.name}}", headers={"A": "x", "B": "{{$plan.id}}"})
    assert [("headers.B", "$plan.id", 1), ("body", "$plan.name", 1), ("body", "$http_zj.name", 2)] == [
        (one.where, one.reference.name, one.reference.line) for one in task_references(one)
    ]


@pytest.mark.rule("P-REF-1", "P-REF-3")
@pytest.mark.parametrize(
    ("keys", "key", "word"),
    [
        ({"name": "{{$plan.name}}"}, "name", "a task's name holds no reference"),
        ({"name": "\ud800"}, "name", "half a surrogate pair"),
        ({"url": "http://host/{{$plan.id}}"}, "url", "a URL holds no reference"),
        ({"headers": {"X-{{$plan.id}}": "a"}}, "headers.X-{{$plan.id}}", "name holds no reference"),
        ({"headers": {"X-A": f"{CANARY} {{{{$plan.id"}}, "headers.X-A", "line 1, column 23: the ref"),
        ({"headers": {"X-A": "{{$plan.id}} é"}}, "headers.X-A", "visible ASCII"),
        ({"headers": {"X-A": "{{$plan.id}} "}}, "headers.X-A", "visible ASCII"),
        ({"headers": {"X-A": "{{'é'}}"}}, "headers.X-A", "visible ASCII"),
        ({"headers": {"X-A": "{{$plan." + "a" * 8192 + "}}"}}, "headers.X-A", "at most 8192"),
        ({"body": f'{{"{CANARY}": {{{{name}}}}}}'}, "body", "line 1, column 19: a ref"),
        ({"method": "get", "body": "{{$plan.id}}"}, "body", "GET sends no body"),
        ({"escape": "html"}, "escape", "'json' or 'none'"),
    ],
)  # fmt: skip
def test_what_can_never_be_rendered_is_refused_when_it_is_loaded(keys, key, word):
    with pytest.raises(FileProblems) as refused:
        task_from({"method": "post", "url": "http://host/", **keys}, source="task.json")
    (problem,) = refused.value.problems
    assert key == problem.key.removesuffix(".[key]")
    assert word in problem.sentence
    assert CANARY not in str(refused.value)


@pytest.mark.rule("P-REF-1")
def test_the_name_of_a_plans_node_holds_none_either():
    record = {"name": "{{$plan.name}}", "httpTask": {"method": "post", "url": "http://host/"}}
    with pytest.raises(FileProblems, match="a task's name holds no reference"):
        task_from(record, source="task.json")
