"""`hookproof send`, as somebody types it."""

import json
import os
import re
import signal
import ssl
import subprocess
import sys

import pytest
import trustme
from click.testing import CliRunner
from tests.in_process import run_here
from tests.sender.outbox.made import until
from tests.sender.peer import OK, Peer, hang_up, raw, silence, status, unused_port

from hookproof import BadConfiguration, Verifier
from hookproof_runtime.command_line import main
from hookproof_runtime.command_line.root import root

COMMAND = [sys.executable, "-W", "error", "-m", "hookproof_runtime"]
CANARY = "canary-4711"
LOCAL = "[sender]\nallowLoopback = true\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder, without settings of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("HOOKPROOF_")]:
        monkeypatch.delenv(name)
    (tmp_path / "hookproof.toml").write_text(f'{LOCAL}retryBase = "1 ms"\ndeadline = "10 s"\n')
    return tmp_path


def hookproof(*words, stdin=None):
    """Run the command in this process."""
    return CliRunner().invoke(root, [str(word) for word in words], input=stdin, standalone_mode=False)


def write(folder, url, **keys):
    """A task's file."""
    path = folder / "task.json"
    record = {"name": "Tell", "method": "post", "url": url, "body": "{}", "maxRetries": 2} | keys
    path.write_text(json.dumps(record))
    return path


@pytest.mark.parametrize(
    ("scripts", "outcome", "code"),
    [
        ([raw(OK)], "delivered", 0),
        ([status(503), raw(OK)], "delivered", 0),
        ([status(500)], "failed", 1),
        ([hang_up], "failed", 1),
    ],
)
def test_the_exit_code_is_the_outcome(folder, scripts, outcome, code):
    with Peer(*scripts) as peer:
        path = write(folder, peer.url)
        done = run_here("send", path.name)
    last = done.stdout.decode().splitlines()[-1]
    assert (code, b"") == (done.returncode, done.stderr)
    assert re.match(rf"{outcome}  msg_\w+  Tell  after ", last)
    assert (outcome == "failed") == bool(re.search(r"hookproof outbox retry msg_\w+$", last))


def test_a_person_reads_each_attempt_its_guid_and_why_it_is_retried(folder):
    with Peer(status(503, "Retry-After: 7"), raw(OK)) as peer:
        done = hookproof("send", write(folder, peer.url), "--allow-loopback")
    first, failed, second, good, last = done.stdout.splitlines()
    guid = peer.received[1].values("X-Http-Task-Guid")[0]
    assert f"--> POST {peer.url}  2 B  attempt 1 of 3  guid -  loopback allowed" in first
    assert "<-- 503 in " in failed
    assert "answered 503 Service Unavailable; it asks for a pause (Retry-After: 7)" in failed
    assert "; tried again in " in failed
    assert f"attempt 2 of 3  guid {guid}  loopback allowed" in second
    assert "<-- 200 in " in good
    assert re.fullmatch(rf"delivered  msg_\w+  Tell  after 2 attempts  guid {guid}", last)


def test_json_is_one_document_and_the_lines_go_to_standard_error(folder):
    with Peer(status(503, body=b"busy\xff"), raw(OK)) as peer:
        done = hookproof("send", write(folder, peer.url, secretKey=CANARY), "--json")
    document = json.loads(done.stdout)
    guid = peer.received[1].values("X-Http-Task-Guid")[0]
    assert ["schema", "task", "outcome", "guid", "id", "state", "warning", "attempts"] == list(document)
    assert (1, "Tell", "delivered", guid) == (
        document["schema"], document["task"], document["outcome"], document["guid"],
    )  # fmt: skip
    first, second = document["attempts"]
    assert {
        "number", "status", "cause", "sentence", "started_at", "duration_s", "retry_in_s", "guid",
        "signed", "loopback_allowed", "tls_verified", "warning", "peer", "reused", "request",
        "answer_headers", "answer", "timings",
    } == set(first)  # fmt: skip
    assert (1, 503, None, None, True, True) == (
        first["number"], first["status"], first["cause"], first["guid"], first["signed"],
        first["loopback_allowed"],
    )  # fmt: skip
    assert 0 < first["retry_in_s"] <= 0.001
    assert (200, None, guid) == (second["status"], second["retry_in_s"], second["guid"])
    assert ("busy\ufffd", "ok") == (first["answer"], second["answer"])
    assert first["started_at"].endswith("Z")
    assert 4 == len(done.stderr.splitlines())


def test_a_url_and_options_make_a_task(folder):
    (folder / "secret").write_text("not-a-secret\n")
    with Peer() as peer:
        done = hookproof(
            "send", peer.url, "--data", '{"order": 4}', "--method", "PUT", "--header",
            "Content-Type: application/json", "--header", "A:b", "--secret-file", "secret",
        )  # fmt: skip
    (received,) = peer.received
    assert 0 == done.return_value
    assert received.line.startswith("PUT ")
    assert b'{"order": 4}' == received.body
    assert (["application/json"], ["b"]) == (received.values("content-type"), received.values("A"))
    Verifier(secrets="not-a-secret").verify(received.body, received.headers)


@pytest.mark.parametrize("data", ["@body", "@-"])
def test_a_body_out_of_a_file_or_standard_input_is_sent_byte_for_byte(folder, data):
    body = '\ufeff{"a": "é"}\r\n\n'.encode()
    (folder / "body").write_bytes(body)
    with Peer() as peer:
        hookproof("send", peer.url, "--data", data, stdin=body)
    assert body == peer.received[0].body


def test_without_data_a_url_is_asked_with_get(folder):
    with Peer() as peer:
        hookproof("send", peer.url)
    assert peer.received[0].line.startswith("GET ")


def test_the_default_secret_signs_a_url_and_leaves_an_unsigned_tasks_file_alone(folder, monkeypatch):
    monkeypatch.setenv("HOOKPROOF_SECRET", "not-a-secret")
    with Peer() as peer:
        hookproof("send", peer.url, "--data", "{}")
        hookproof("send", write(folder, peer.url))
    signed, unsigned = peer.received
    Verifier(secrets="not-a-secret").verify(signed.body, signed.headers)
    assert [] == unsigned.values("X-Webhook-Signature")


def test_a_named_secret_signs_a_tasks_file_instead_of_its_own(folder, monkeypatch):
    monkeypatch.setenv("ORDERS", "not-a-secret")
    with Peer() as peer:
        hookproof("send", write(folder, peer.url, secretKey="another-one"), "--secret-env", "ORDERS")
    Verifier(secrets="not-a-secret").verify(peer.received[0].body, peer.received[0].headers)


@pytest.mark.parametrize(
    ("words", "variable", "loopback"),
    [([], None, True), (["--allow-loopback"], None, True), ([], "0", False)],
)
def test_a_flag_comes_before_the_environment_and_that_before_the_file(
    folder, monkeypatch, words, variable, loopback
):
    (folder / "hookproof.toml").write_text(LOCAL)
    if variable:
        monkeypatch.setenv("HOOKPROOF_SEND_ALLOW_LOOPBACK", variable)
    with Peer() as peer:
        done = hookproof("send", write(folder, peer.url), "--json", *words)
    assert loopback is json.loads(done.stdout)["attempts"][0]["loopback_allowed"]


def test_durations_have_units_on_the_command_line_and_in_the_file(folder):
    (folder / "hookproof.toml").write_text(f'{LOCAL}deadline = "500 ms"\ntimeUnit = "s"\n')
    with Peer(silence) as peer:
        path = write(folder, peer.url, maxRetries=0, secretKey="not-a-secret")
        by_file = hookproof("send", path, "--json")
        by_flag = hookproof("send", path, "--json", "--deadline", "0.5 s")
    assert ["timeout"] * 2 == [
        json.loads(done.stdout)["attempts"][0]["cause"] for done in (by_file, by_flag)
    ]
    assert 10 == len(peer.received[0].values("X-Webhook-Signature")[0].partition(",")[0]) - len("t=")


def test_a_scheme_is_said_by_flag_or_file_and_a_task_knows_best(folder):
    (folder / "hookproof.toml").write_text(f'{LOCAL}scheme = "slack"\n')
    keys = {"secretKey": "not-a-secret"}
    with Peer() as peer:
        path, named = write(folder, peer.url, **keys), folder / "named.json"
        named.write_text(json.dumps(json.loads(path.read_text()) | {"scheme": "github"}))
        for words in ([path], [path, "--scheme", "stripe"], [named, "--scheme", "stripe"]):
            assert 0 == hookproof("send", *words).return_value
    assert [["X-Slack-Signature"], ["Stripe-Signature"], ["X-Hub-Signature-256"]] == [
        [name for name, _ in received.headers if name.endswith(("Signature", "-256"))]
        for received in peer.received
    ]


def test_a_scheme_that_there_is_not_is_a_mistake_and_nothing_is_sent(folder):
    with Peer() as peer:
        by_flag = hookproof("send", peer.url, "--scheme", "strip")
        by_file = hookproof("send", write(folder, peer.url, scheme="strip"))
    for done in (by_flag, by_file):
        assert isinstance(done.exception, BadConfiguration)
        assert "did you mean 'stripe'?" in str(done.exception)
    assert [] == peer.received


def test_a_certificate_that_was_not_checked_is_said_on_the_attempt(folder):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with Peer(tls=context) as peer:
        on = hookproof("send", peer.url, "--max-retries", 0)
        off = hookproof("send", peer.url, "--insecure")
    assert (1, 0) == (on.return_value, off.return_value)
    assert "tls_untrusted" in on.stdout
    assert "certificate was NOT checked" in off.stdout


def test_an_empty_body_is_noted(folder):
    with Peer() as peer:
        done = hookproof("send", write(folder, peer.url, body=""))
    assert "note: an empty body is sent empty; the platform wants {}" in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["none.json"], "none.json cannot be read"),
        (["task.json", "--data", "x"], "task.json is no URL (http://…), so it is a file"),
        (["task.json", "--insecure"], "are for a URL"),
        (["localhost:8080/x", "--data", "x"], "if it is a URL, write http://localhost:8080/x\n"),
        (["localhost/x"], "if it is a URL, write http://localhost/x\n"),
        (["127.0.0.1:8080"], "if it is a URL, write http://127.0.0.1:8080\n"),
        (["ftp://host/"], "the command: url: a URL begins with http:// or https://"),
        (["http://host/", "--method", "head"], "the command: method: "),
        (["http://host/", "--header", "X Y: a"], "the command: headers.X Y: "),
        (["http://host/", "--header", "Host: a"], "the command: headers.Host: "),
        (["http://host/", "--header", "nothing"], "'Name: value'"),
        (["http://host/", "--header", "A: 1", "--header", "A: 2"], "stands twice"),
        (["http://host/", "--method", "get", "--data", "x"], "the command: body: GET sends no body"),
        (["http://host/", "--data", "@none"], "none cannot be read"),
        (["http://host/", "--data", "@binary"], "binary is not UTF-8"),
        (["http://host/", "--data", "{{$plan.name"], "the command: body: line 1, column 13: the "),
        (["http://host/", "--deadline", "30"], "a number and a unit"),
        (["http://host/", "--secret-env", "NOT_SET"], "NOT_SET is not set"),
        ([], "Missing argument 'TASK|URL'"),
    ],
)
def test_a_wrong_command_ends_with_a_sentence(folder, capsys, words, sentence):
    write(folder, "http://host/")
    (folder / "binary").write_bytes(b"\xff")
    with pytest.raises(SystemExit) as left:
        main(["send", *words])
    out, err = capsys.readouterr()
    assert (2, "") == (left.value.code, out)
    assert sentence in err


@pytest.mark.parametrize("scripts", [[silence], [status(503)]])
@pytest.mark.parametrize("words", [[], ["--json"]])
def test_ctrl_c_ends_an_attempt_or_a_wait_in_130_and_says_that_the_outcome_is_unknown(
    folder, scripts, words
):
    (folder / "hookproof.toml").write_text(f'{LOCAL}retryBase = "1000 s"\nretryCap = "1000 s"\n')
    with Peer(*scripts) as peer:
        path = write(folder, peer.url)
        sending = subprocess.Popen(
            [*COMMAND, "send", path, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        with sending:
            lines = sending.stderr if words else sending.stdout
            assert lines is not None
            seen = [lines.readline()]
            if scripts == [silence]:
                until(lambda: bool(peer.received) or sending.poll() is not None)
            else:
                seen.append(lines.readline())
            sending.send_signal(signal.SIGINT)
            out, err = sending.communicate(timeout=60)
    assert 130 == sending.returncode
    assert "Traceback" not in err
    said = '"outcome": "unknown"' if words else r"unknown  msg_\w+  Tell  after 1 attempt"
    assert re.search(said, out)


@pytest.mark.parametrize("words", [[], ["--json"]])
@pytest.mark.parametrize("script", [status(500), hang_up])
@pytest.mark.parametrize("command", ["send", "test"])
def test_no_secret_body_header_or_query_is_ever_printed(folder, words, script, command):
    keys = {"body": CANARY, "secretKey": CANARY, "headers": {"Authorization": CANARY}}
    with Peer(script) as peer:
        done = hookproof(command, write(folder, f"{peer.url}?token={CANARY}", **keys), *words)
    assert 1 == done.return_value
    assert CANARY not in done.stdout + done.stderr


def test_odd_headers_of_an_answer_print_nothing(folder):
    """h11 repeats what it cannot read in its error's text."""
    with Peer(raw(b"HTTP/1.1 200 OK\r\n: x\r\nno colon\r\nContent-Length: 0\r\n\r\n")) as peer:
        path = write(folder, peer.url)
        done = run_here("send", path.name)
    assert 1 == done.returncode
    assert b"Traceback" not in done.stderr
    assert b"no colon" not in done.stdout + done.stderr


def test_nobody_reading_is_no_traceback(folder):
    with unused_port() as port:
        path = write(folder, f"http://127.0.0.1:{port}/")
        sending = subprocess.Popen(
            [*COMMAND, "send", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        with sending:
            assert sending.stdout is not None
            sending.stdout.close()
            assert sending.stderr is not None
            assert "Traceback" not in sending.stderr.read()


def test_a_webhook_of_slack_is_shown_without_its_secret(folder):
    with Peer(raw(OK)) as peer:
        run = hookproof("send", write(folder, f"{peer.url}/services/T0001/B0001/{CANARY}?{CANARY}"))
    assert "/services/T0001/B0001/…?…  " in run.stdout
    assert CANARY not in run.output


@pytest.mark.rule("P-SLACK-17")
@pytest.mark.parametrize("as_json", [False, True])
def test_an_answer_that_says_ok_false_is_delivered_and_warned_about(folder, as_json):
    with Peer(status(200, body=b'{"ok": false, "error": "channel_not_found"}')) as peer:
        done = hookproof("send", write(folder, peer.url), *(["--json"] if as_json else []))
    warning = (
        "The status is good, and the answer says ok: false: it was not done. "
        "Slack knows no such channel."
    )
    assert 0 == done.return_value
    if as_json:
        document = json.loads(done.stdout)
        assert ("delivered", warning) == (document["outcome"], document["warning"])
    else:
        assert f"warning: {warning}" in done.stderr.splitlines()


@pytest.mark.rule("P-SLACK-17")
@pytest.mark.parametrize("body", [b'{"ok": true}', b'{"ok": false}', b"ok", b'{"error": "no_text"}'])
def test_any_other_answer_with_a_good_status_is_not_warned_about(folder, body):
    with Peer(status(200, body=body)) as peer:
        done = hookproof("send", write(folder, peer.url), "--json")
    assert None is json.loads(done.stdout)["warning"]
