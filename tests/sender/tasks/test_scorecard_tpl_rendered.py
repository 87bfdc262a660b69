"""Hostile templates and hostile values: refused when loaded or rendered, and nothing is sent."""

from __future__ import annotations

import json
import time

import pytest
from tests.sender.peer import Peer

from hookproof.errors import BadConfiguration
from hookproof_sender import Sender
from hookproof_sender.tasks import render_task, task_from

SECRET = "canary-0815-not-a-secret"
METADATA = {
    "plan": {"name": "Nightly", "runId": "run-1"},
    "http_zj": {"response": {"json": {"id": 4}, "headers": {"content-type": "text/plain"}}},
}


class Target:
    """A peer, and tasks for it."""

    def __init__(self, peer):
        self.peer = peer

    def task(self, **keys):
        record = {"name": "Tell", "method": "post", "url": self.peer.url, "body": "{}", "maxRetries": 0}
        return task_from(record | {"secretKey": SECRET} | keys, source="task.json")

    def send(self, values, *, strict=False, **keys):
        """Render a task with these values and send it; what arrived."""
        plan = METADATA["plan"] | values
        rendered = render_task(self.task(**keys), METADATA | {"plan": plan}, strict=strict)
        assert Sender(allow_loopback=True).send(rendered.task).outcome == "delivered"
        return self.peer.received[-1]


@pytest.fixture
def target():
    with Peer() as peer:
        yield Target(peer)


BROKEN_VALUES = {
    "CR": "\r", "LF": "\n", "CRLF": "\r\nX-Evil: 1", "two CRLF": "\r\n\r\nGET / HTTP/1.1",
    "NUL": "\0", "TAB": "\t", "DEL": "\x7f", "ESC": "\x1b[31m",
}  # fmt: skip


@pytest.mark.rule("P-REF-8")
@pytest.mark.parametrize(
    ("value", "word"),
    [
        *(
            pytest.param(f"a{char}b", "visible ASCII", id=f"TPL-1/a value with {kind}")
            for kind, char in BROKEN_VALUES.items()
        ),
        *(
            pytest.param(f"{char}", "visible ASCII", id=f"TPL-1/a value that is {kind}")
            for kind, char in BROKEN_VALUES.items()
        ),
        pytest.param("🎉", "no other letters", id="TPL-5/a value with emoji"),
        pytest.param("Grüße", "no other letters", id="TPL-5/a value in latin-1"),
        pytest.param("x" * 8193, "at most 8192 characters", id="TPL-6/a value of 8193"),
        pytest.param("x" * 1024**2, "at most 8192 characters", id="TPL-6/a value of a MiB"),
    ],
)
def test_a_value_that_would_break_the_head_is_refused(target, value, word):
    with pytest.raises(BadConfiguration, match=word):
        target.send({"name": value}, headers={"X-A": "{{$plan.name}}"})
    assert 0 == target.peer.connections


@pytest.mark.rule("P-REF-4")
@pytest.mark.parametrize(
    "value",
    [
        pytest.param("{{$plan.runId}}", id="TPL-7/a reference"),
        pytest.param("{{$http_zj.response.json.id}}", id="TPL-7/of another task"),
        pytest.param("{{'x'}} {% raw %} {# c #}", id="TPL-7/all else that opens"),
        pytest.param("{{", id="TPL-7/unbalanced"),
    ],
)
def test_a_template_in_a_value_is_not_rendered(target, value):
    body = '{"a": "{{$plan.name}}{{$plan.name}}"}'
    received = target.send({"name": value}, body=body, headers={"X-A": "{{$plan.name}}"})
    assert ({"a": value * 2}, [value]) == (json.loads(received.body), received.values("X-A"))


REFUSED = [
    *(
        pytest.param(text, id=f"TPL-8/{text}")
        for text in ("{{", "{{$plan", "{{$plan.name}", "a {{ b", "{{ {{$plan.name}} }}", "{{$plan['a}}")
    ),
    *(
        pytest.param(text, id=f"TPL-10/{text}")
        for text in (
            "{{$plan|attr('__class__')}}", "{{$plan|format}}", "{{$plan|map}}", "{{cycler}}",
            "{{self}}", "{{ ''.__class__ }}", "{{$plan.__init__()}}", "{{ range(9) }}", "{{ joiner }}",
            "{{$plan.constructor('return process')()}}", "{{$plan|safe}}", "{% set x = 1 %}",
            "{% include '/etc/passwd' %}", "{% import 'os' as os %}",
        )
    ),
    *(
        pytest.param(text, id=f"TPL-11/{text}")
        for text in (
            "{% for a in b %}{% for a in b %}x{% endfor %}{% endfor %}", "{{'a'*100000000}}",
            "{{9**9**9}}", "{{$plan.id*9}}", "{{$plan.id + $plan.id}}", "{{$plan.id if 1 else 1}}",
            "{{ [1,2] }}", "{{$plan.name ~ 'x'}}", "{{$plan.id == 1}}",
            "{% macro a() %}{{a()}}{% endmacro %}{{a()}}",
        )
    ),
    pytest.param("{{$plan" + ".a" * 10**5 + "}}", id="TPL-12/names"),
    pytest.param("{{$plan" + "[0]" * 10**5 + "}}", id="TPL-12/indexes"),
    pytest.param("{{$plan" + "['a']" * 10**5 + "}}", id="TPL-12/quoted names"),
    pytest.param("{{$plan" + "|dump" * 10**5 + "}}", id="TPL-12/filters"),
]  # fmt: skip


@pytest.mark.rule("P-REF-3", "P-REF-11")
@pytest.mark.parametrize("text", REFUSED)
@pytest.mark.parametrize("where", ["body", "headers"])
def test_what_is_no_reference_is_refused_at_once(target, text, where):
    began = time.process_time()
    with pytest.raises(BadConfiguration, match="line 1, column"):
        target.task(**{where: text if where == "body" else {"X-A": text}})
    assert time.process_time() - began < 1.0
    assert 0 == target.peer.connections


UNKNOWN = [
    pytest.param("{{$plan.nmae}}", id="TPL-9/a slip"),
    pytest.param("{{$http_zz.name}}", id="TPL-9/no such task"),
    pytest.param("{{$http_zj.response.json.id.x}}", id="TPL-9/below a number"),
    *(
        pytest.param(f"{{{{{text}}}}}", id=f"TPL-10/{text}")
        for text in (
            "$plan.__class__", "$plan.__class__.__mro__", "$plan.name.__globals__", "$plan['__dict__']",
            "$plan.name.format", "$plan.name.upper", "$plan.constructor", "$plan.keys", "$self",
            "$cycler",
        )
    ),
]  # fmt: skip


@pytest.mark.rule("P-REF-2", "P-REF-7")
@pytest.mark.parametrize("text", UNKNOWN)
def test_a_path_that_leads_nowhere_is_refused_where_one_is_strict_and_else_empty(target, text):
    body = f'{{"a": "{text}"}}'
    with pytest.raises(BadConfiguration, match=r"there is no \$"):
        target.send({}, strict=True, body=body)
    assert 0 == target.peer.connections
    assert {"a": ""} == json.loads(target.send({}, body=body).body)


@pytest.mark.rule("P-REF-5")
@pytest.mark.parametrize(
    "value",
    [
        pytest.param('"', id="TPL-13/a quote"),
        pytest.param('", "admin": true, "x": "', id="TPL-13/a key of its own"),
        pytest.param("\\", id="TPL-13/a backslash"),
        pytest.param('\\", "admin": true, "x": "', id="TPL-13/a backslash before the quote"),
        pytest.param("\n\r\t\0", id="TPL-13/control characters"),
        pytest.param("\u2028\u2029\ud800", id="TPL-13/line separators and half a pair"),
    ],
)
def test_a_value_does_not_break_out_of_a_json_string(target, value):
    received = target.send(
        {"name": value}, body='{"a": "{{$plan.name}}", "{{$plan.name}}": {{$plan.name}}}'
    )
    assert {"a": value, value: value} == json.loads(received.body)


@pytest.mark.rule("P-REF-5")
@pytest.mark.parametrize(
    "text", [pytest.param('{"a": "\\{{$plan.name}}"}', id="TPL-13/an escape before it")]
)
def test_a_backslash_of_the_templates_own_does_not_help_a_value_out(target, text):
    with pytest.raises(BadConfiguration, match="a backslash before a reference"):
        target.send({"name": '", "admin": true, "x": "'}, body=text)
    assert 0 == target.peer.connections


@pytest.mark.rule("P-REF-1")
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param({"url": "http://{{$plan.name}}/"}, id="SSRFE-45/the host"),
        pytest.param({"url": "http://host{{$plan.name}}/"}, id="SSRFE-45/the end of the host"),
        pytest.param({"url": "http://{{$plan.name}}@host/"}, id="SSRFE-45/before the host"),
        pytest.param({"url": "{{$plan.name}}://host/"}, id="SSRFE-45/the scheme"),
        pytest.param({"url": "{{$plan.name}}"}, id="SSRFE-45/all of it"),
        pytest.param({"headers": {"Host": "{{$plan.name}}"}}, id="SSRFE-45/the header Host"),
        pytest.param({"url": "http://host/{{$plan.name}}"}, id="TPL-14/the path"),
        pytest.param({"url": "http://host/?a={{$plan.name}}"}, id="TPL-14/the query string"),
        pytest.param({"url": "http://host/{{'x'}}"}, id="TPL-14/a text in quotes"),
        pytest.param({"method": "{{$plan.name}}"}, id="TPL-14/the method"),
        pytest.param({"method": "p{{'os'}}t"}, id="TPL-14/part of the method"),
        pytest.param({"headers": {"{{$plan.name}}": "a"}}, id="TPL-2/the name of a header"),
    ],
)
def test_where_and_how_a_task_is_sent_comes_of_no_template(target, keys):
    with pytest.raises(BadConfiguration):
        target.task(**keys)
    assert 0 == target.peer.connections


@pytest.mark.rule("P-REF-1")
@pytest.mark.parametrize(
    "value", [pytest.param("http://169.254.169.254/", id="SSRFE-45/a value that is a URL")]
)
def test_a_value_changes_neither_target_nor_host(target, value):
    received = target.send(
        {"name": value}, headers={"X-A": "{{$plan.name}}"}, body='{"a": "{{$plan.name}}"}'
    )
    host = target.peer.url.partition("://")[2].partition("/")[0]
    assert ([host], [value]) == (received.values("Host"), received.values("X-A"))


SECRETIVE = [
    "$secretKey", "$plan.secretKey", "$plan.secret", "$env", "$env.ORDERS_SECRET", "$process.env",
    "$task.secretKey", "$http_zj.secretKey", "$http_zj.httpTask.secretKey", "$http_zj.request.headers",
    "$plan.httpTask", "$plan._secrets", "$http_zj.response.headers.authorization", "$settings",
    "$plan.token", "$global",
]  # fmt: skip


@pytest.mark.rule("P-REF-2")
@pytest.mark.parametrize("text", [pytest.param(text, id=f"TPL-15/{text}") for text in SECRETIVE])
def test_no_reference_reaches_a_secret(target, monkeypatch, text):
    monkeypatch.setenv("ORDERS_SECRET", SECRET)
    body = f'{{"a": "{{{{{text}}}}}"}}'
    received = target.send({}, body=body, headers={"X-A": f"{{{{{text}}}}}"})
    assert ({"a": ""}, [""]) == (json.loads(received.body), received.values("X-A"))
    shown = repr(render_task(target.task(body=body), METADATA))
    assert SECRET not in shown + str(received)
