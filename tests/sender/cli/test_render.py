"""`hookproof task render`: the request that a task means."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest
from tests.sender.cli.recorded import hookproof
from tests.sender.peer import Peer

from hookproof import Verifier
from hookproof.errors import BadConfiguration

SECRET = "not-a-secret-for-tests"
TOKEN = "canary-4711"
TASK = {
    "name": "Tell the shop",
    "method": "post",
    "url": "http://127.0.0.1:9/hooks/orders",
    "headers": {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}",
                "X-Run": "{{$plan.runId}}"},
    "body": '{"run": "{{$plan.runId}}/tell-the-shop",\n "by": "{{$plan.user}}"}',
    "secretKeyEnv": "ORDERS_SECRET",
}  # fmt: skip
METADATA = {
    "$plan": {"runId": "run-1", "user": 'O\'Hara "$HOME" `id`'},
    "http_zj": {"status": "success"},
}


@pytest.fixture
def render(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ORDERS_SECRET", SECRET)

    def render(*words, metadata=METADATA, **keys):
        (tmp_path / "task.json").write_text(json.dumps(TASK | keys))
        (tmp_path / "run.json").write_text(
            metadata if isinstance(metadata, str) else json.dumps(metadata)
        )
        return hookproof("task", "render", "task.json", "--metadata", "run.json", *words)

    return render


@pytest.mark.rule("P-REF-14")
def test_it_shows_the_request_that_would_be_sent(render):
    with Peer() as peer:
        done = render(url=peer.url)
        hookproof("send", "task.json", "--allow-loopback")
    head, _, body = done.stdout.partition("\n\n")
    line, *headers = head.splitlines()
    assert (0, f"POST {peer.url}") == (done.return_value, line)
    (received,) = peer.received
    own = ("X-Run", "X-Webhook-Signature", "Authorization", "Content-Length")
    assert [f"{name}: {value}" for name, value in received.headers if name not in own] == [
        one for one in headers if one.partition(":")[0] not in own
    ]
    assert {"Authorization: Bearer …", "X-Run: run-1", f"Content-Length: {len(body) - 1}"} <= set(
        headers
    )
    assert {"run": "run-1/tell-the-shop", "by": METADATA["$plan"]["user"]} == json.loads(body)
    assert "not signed: --signed fetches the secret, and signs\n" == done.stderr
    assert TOKEN not in done.output
    assert not os.path.exists("outbox.db")


@pytest.mark.rule("P-REF-14")
def test_signed_it_is_what_a_receiver_takes_and_the_secret_is_nowhere(render):
    done = render("--signed", "--json")
    document = json.loads(done.stdout)
    Verifier(secrets=SECRET).verify(document["body"].encode(), document["request"]["headers"])
    assert (1, True, "Tell the shop", []) == (
        document["schema"], document["signed"], document["task"], document["warnings"],
    )  # fmt: skip
    assert SECRET not in done.output
    assert TOKEN not in done.output


@pytest.mark.rule("P-REF-14")
@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
@pytest.mark.parametrize(
    "text", ['O\'Hara "$HOME" `id` !!\n', "\x00\x7f\u00e9{a}[1]\\", "@/etc/passwd"]
)
def test_as_curl_it_sends_the_very_bytes(render, text):
    metadata = {"plan": {"runId": "run-1", "user": text}}
    with Peer() as peer:
        keys = {"url": f"{peer.url}/{{a}}[1-9]", "body": "{{$plan.user}}", "metadata": metadata}
        headers = {"Authorization": f"Bearer {TOKEN}"}
        done = render("--signed", "--as", "curl", headers=headers, **keys)
        assert "fill in first, they were hidden: HIDDEN_AUTHORIZATION\n" in done.stderr
        assert TOKEN not in done.output
        assert SECRET not in done.output
        variables = {**os.environ, "HIDDEN_AUTHORIZATION": TOKEN, "no_proxy": "*"}
        subprocess.run(["sh"], input=done.stdout, env=variables, text=True, check=True, timeout=60)
    (received,) = peer.received
    assert (text.encode(), [f"Bearer {TOKEN}"]) == (received.body, received.values("Authorization"))
    assert "/%7Ba%7D[1-9] HTTP/1.1" in received.line
    Verifier(secrets=SECRET).verify(received.body, received.headers)


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_as_curl_it_goes_where_the_settings_connect_to(render):
    with Peer() as peer:
        rule = f"www.example.com:3005:127.0.0.1:{peer.port}"
        words = ("--as", "curl", "--connect-to", rule, "--connect-to", "other.example:80:127.0.0.1:1")
        done = render(*words, url="http://www.example.com:3005/hooks", body="{}", headers={})
        assert "other.example" not in done.stdout
        variables = {**os.environ, "no_proxy": "*"}
        subprocess.run(["sh"], input=done.stdout, env=variables, text=True, check=True, timeout=60)
    (received,) = peer.received
    assert ["www.example.com:3005"] == received.values("Host")


@pytest.mark.rule("P-REF-7", "P-REF-10")
def test_what_is_unknown_is_warned_about_or_refused(render):
    done = render(metadata={})
    assert "warning: body: line 2, column 9: there is no $plan.user\n" in done.stderr
    assert "run_" in done.stdout
    refused = render("--strict", metadata={})
    assert isinstance(refused.exception, BadConfiguration)
    assert "the task 'Tell the shop': body: line 2, column 9: there is no $plan.user" == str(
        refused.exception
    )


@pytest.mark.parametrize(
    ("words", "keys", "word"),
    [
        (["--signed"], {"secretKeyEnv": ""}, "names no secret"),
        (["--signed"], {"secretKeyEnv": "NOT_SET"}, "NOT_SET is not set"),
        ([], {"metadata": "{"}, "run.json is not JSON"),
        ([], {"metadata": "[" * 10**5}, "run.json is not JSON"),
        ([], {"metadata": "[]"}, "run.json holds no metadata"),
        ([], {"metadata": '{"plan": 4}'}, "run.json holds no metadata"),
        ([], {"body": "{{$plan.name"}, "body: line 1, column 13: the reference has no end"),
        ([], {"headers": {"X-A": "{{$plan.user}}é"}}, "visible ASCII"),
        (["--as", "curl", "--json"], {}, "--json or --as, not both"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_ends_with_a_sentence(render, words, keys, word):
    assert word in str(render(*words, **keys).exception)


def test_without_metadata_it_is_a_plan_of_this_task_alone(render):
    render(body="[{{$plan.name}}, {{$plan.taskCount}}]")
    done = hookproof("task", "render", "task.json")
    assert done.stdout.endswith('\n\n["Tell the shop", 1]\n')
    missing = hookproof("task", "render", "task.json", "--metadata", "none.json")
    assert "none.json cannot be read: No such file or directory" in str(missing.exception)
