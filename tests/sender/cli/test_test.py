"""`hookproof test`, the Test button: one attempt, and what went wrong in words (P-RETRY-8)."""

import json
import re

import pytest
from click.testing import CliRunner
from tests.sender.peer import Peer, hang_up, silence, status, unused_port

from hookproof_runtime.command_line.root import root
from hookproof_sender.cli.advice import advise
from hookproof_sender.wire import CAUSES, Attempt

EXCEPTION = b'{"exception": {"name": "%s", "message": "%s", "details": "Cannot GET /x"}}'
PAGE = b"\n<!DOCTYPE html><html><body>Bad Request</body></html>"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def button(url, *words, deadline="20 s"):
    return CliRunner().invoke(
        root,
        ["test", url, "--data", "{}", "--deadline", deadline, "--allow-loopback", *words],
        standalone_mode=False,
    )


def an_attempt(**fields):
    return Attempt(
        **{
            "number": 1, "started_ns": 0, "duration_s": 0.0, "status": None, "cause": None,
            "sentence": "", "guid": None, "signed": False, "loopback_allowed": False,
            "tls_verified": None,
        } | fields
    )  # fmt: skip


def test_a_good_answer_is_a_success():
    with Peer(status(200, body=b"ok")) as peer:
        done = button(peer.url)
    lines = done.stdout.splitlines()
    assert 0 == done.return_value
    assert "attempt 1 of 1  guid -" in lines[0]
    assert "answer: ok" in lines
    assert "the test succeeded" == lines[-1]


@pytest.mark.rule("P-TASK-7")
def test_the_request_is_shown_as_it_was_sent_and_the_answer_with_its_headers():
    with Peer(status(503, "X-Shop: closed", "Retry-After: 7", body=b"later")) as peer:
        done = button(f"{peer.url}?a=1", "--header", "X-Order: 4", "--method", "put")
        (received,) = peer.received
    lines = done.stdout.splitlines()
    sent = [f"  {name}: {value}" for name, value in received.headers]
    assert ["  PUT /hooks/orders?a=… HTTP/1.1", *sent] == lines[1 : 2 + len(sent)]
    assert "  X-Order: 4" in sent
    rest = lines[2 + len(sent) :]
    assert "<-- 503 in " in rest[0]
    assert ["  X-Shop: closed", "  Retry-After: 7", "  Content-Length: 5", "answer: later"] == rest[1:5]
    assert re.fullmatch(
        r"timings: (resolved [^,]+, )?connected [^,]+, sent [^,]+, first byte [^,]+, over .+", rest[5]
    )


@pytest.mark.rule("P-TASK-7")
def test_a_test_can_be_repeated_at_once_and_leaves_nothing_behind(tmp_path):
    with Peer() as peer:
        assert [0, 0, 0] == [button(peer.url).return_value for _ in range(3)]
        assert 3 == len(peer.received)
        assert [[]] * 3 == [received.values("X-Http-Task-Guid") for received in peer.received]
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (status(401), ["answered 401", "secret and Authorization"]),
        (status(401, body=b'{"code": "no_match"}'), ["The secret is not the receiver's"]),
        (status(401, body=b'{"code": "too_old"}'), ["The clocks differ"]),
        (status(404), ["answered 404", "is the URL complete?"]),
        (status(302), ["redirects are not followed"]),
        (status(307), ["redirects are not followed"]),
        (status(399), ["Redirects are not followed"]),
        (status(418), ["refuses the request"]),
        (status(500), ["its log should say why"]),
        (status(400, body=b"invalid_payload"), ["answer: invalid", "Slack could not read"]),
        (status(404, body=b"no_service\n"), ["Slack webhook was removed"]),
        (
            status(404, body=b'{"exception": {"name": "X", "message": "This route does not exist"}}'),
            ["the platform says: This route does not exist"],
        ),
        (
            status(401, body=b"Unauthorized"),
            ["The platform does not know the token", "Authorization: Bearer TOKEN"],
        ),
        (
            status(429, "x-retry-after: 12", body=EXCEPTION % (b"TooManyRequestsException", b"Slow")),
            ["the platform says: Slow", "30 run-job requests a minute", "for how long: 12."],
        ),
        (status(429, "X-Retry-After: 12"), ["Too many requests", "for how long: 12."]),
        (status(429), ["Too many requests: wait"]),
        (
            status(400, body=EXCEPTION % (b"ApiValidationFailed", b"No id")),
            ["the platform says: No id; Cannot GET /x", "something in it is not as it should be"],
        ),
        (status(403, body=EXCEPTION % (b"AccessControlException", b"No")), ["scope may not do this"]),
        (status(404, body=EXCEPTION % (b"RouteNotFoundException", b"No")), ["/v4 in it"]),
        (status(500, body=EXCEPTION % (b"Unheard", b"No")), ["says: No", "its log should say why"]),
        (status(400, body=PAGE), ["A web page", "what stands before the application"]),
        (status(500, body=PAGE), ["its log should say why"]),
        (status(304), ["Redirects are not followed"]),
        (status(200, body=b'{"ok": true}'), ["the test succeeded"]),
        (status(403, body=b'{"ok": false, "error": "invalid_auth"}'), ["answers ok: false", "token"]),
        (status(400, body=b'{"ok": false, "error": "unheard"}'), ["Slack answers ok: false."]),
        (hang_up, ["connection_reset", "its log should say why"]),
        (silence, ["timeout", "before the deadline"]),
    ],
)  # fmt: skip
def test_what_went_wrong_is_said_in_words(script, words):
    with Peer(script) as peer:
        done = button(peer.url, deadline="500 ms" if script is silence else "20 s")
        assert 1 == peer.connections
    good = done.return_value == 0
    assert ("the test succeeded" if good else "the test failed") == done.stdout.splitlines()[-1]
    assert good == ("the test succeeded" in words)
    for word in words:
        assert word in done.stdout


def test_a_refused_connection_is_said_in_words():
    with unused_port() as port:
        done = button(f"http://127.0.0.1:{port}/")
    assert "nothing listens at this address" in done.stdout
    assert "Is the receiving application started" in done.stdout


@pytest.mark.rule("P-SLACK-17")
def test_slacks_newer_api_answers_200_to_an_error_too():
    with Peer(status(200, body=b'{"ok": false, "error": "channel_not_found"}')) as peer:
        done = button(peer.url)
    assert "the answer says ok: false: it was not done. Slack knows no such channel." in done.stdout
    assert (0, "the test succeeded") == (done.return_value, done.stdout.splitlines()[-1])


def test_a_get_that_is_answered_with_a_page_had_no_body():
    with Peer(status(400, body=PAGE)) as peer:
        done = CliRunner().invoke(root, ["test", peer.url, "--allow-loopback"], standalone_mode=False)
    assert "where a GET has a body; this one had none" in done.stdout


def test_a_job_that_was_started_before_is_said_to_be():
    with Peer(status(304)) as peer:
        done = button(peer.url, "--header", "X-Execution-Id: 7")
    assert "the job was started then" in done.stdout


@pytest.mark.parametrize("answer", [b"", b"{}", b'{"ok": false}', b'{"code": "no_match"}', b"no_text"])
def test_a_success_is_one_whatever_words_its_answer_happens_to_hold(answer):
    assert advise(an_attempt(status=200, answer=answer)) is None


def test_what_a_peer_says_cannot_act_on_the_terminal():
    with Peer(status(429, "X-Retry-After: 1\x1b[31m", "X-Red: \x1b[31m\x07")) as peer:
        done = button(peer.url)
    assert "\x1b" not in done.stdout
    assert r"  X-Red: \x1b[31m\x07" in done.stdout


CANARY = "canary-4711"


@pytest.mark.rule("P-TASK-7")
@pytest.mark.parametrize(
    "words",
    [
        pytest.param([], id="in lines"),
        pytest.param(["--json"], id="SEC-9/a test"),
    ],
)
def test_no_secret_or_token_is_shown(tmp_path, words):
    task = {
        "method": "post", "url": "", "body": '{"a": 1}', "secretKey": f"secret-{CANARY}",
        "headers": {"Authorization": f"Bearer {CANARY}", "X-Api-Key": CANARY, "Cookie": f"a={CANARY}"},
    }  # fmt: skip
    with Peer(status(500, f"Set-Cookie: session={CANARY}", body=b"no")) as peer:
        task["url"] = f"{peer.url}?token={CANARY}#{CANARY}"
        (tmp_path / "task.json").write_text(json.dumps(task))
        done = CliRunner().invoke(root, ["test", "task.json", "--allow-loopback", *words])
        assert [f"Bearer {CANARY}"] == peer.received[0].values("Authorization")
    assert CANARY not in done.output
    assert "Bearer …" in done.output


@pytest.mark.parametrize("cause", CAUSES)
def test_every_cause_has_advice(cause):
    assert advise(an_attempt(cause=cause))


@pytest.mark.parametrize(
    "answer",
    [
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"exception": 1, "code": []}',
        b'{"exception": {"message": 1}}',
    ],
)
def test_an_odd_answer_is_advised_on_by_its_status(answer):
    assert "is the URL complete?" in (advise(an_attempt(status=404, answer=answer)) or "")


def test_an_answer_cannot_act_on_the_terminal_and_is_cut():
    with Peer(status(500, body=b"\x1b[31mred\x07\n" + "\u202e".encode() + b"x" * 5000)) as peer:
        done = button(peer.url)
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("answer: "))
    assert line.startswith(r"answer: \x1b[31mred\x07\n\u202exxx")
    assert len(line) < 1100


@pytest.mark.rule("P-TASK-7")
def test_json_is_the_platforms_shape_and_ours():
    with Peer(status(404, "X-Shop: closed", body=b"gone")) as peer:
        bad = json.loads(button(peer.url, "--json").stdout)
    with Peer() as peer:
        good = json.loads(button(peer.url, "--json").stdout)
        (received,) = peer.received
    assert (1, 404, "answered 404 Not Found", "gone") == (
        bad["schema"], bad["statusCode"], bad["error"], bad["answer"],
    )  # fmt: skip
    assert ["X-Shop", "closed"] in bad["answer_headers"]
    assert (200, None, None) == (good["statusCode"], good["error"], good["cause"])
    assert "guid" not in good
    assert {
        "method": "POST",
        "url": peer.url,
        "headers": [list(pair) for pair in received.headers],
    } == good["request"]
    steps = [at for at in good["timings"].values() if at is not None] + [good["duration_s"]]
    assert sorted(steps) == steps
    assert f"127.0.0.1:{peer.port}" == good["peer"]


@pytest.mark.rule("P-TASK-7")
def test_an_attempt_that_got_nowhere_has_the_same_fields():
    with unused_port() as port:
        none = json.loads(button(f"http://127.0.0.1:{port}/", "--json").stdout)
    with Peer() as peer:
        good = json.loads(button(peer.url, "--json").stdout)
    assert good.keys() == none.keys()
    assert good["timings"].keys() == none["timings"].keys()
    assert (None, "nothing listens at this address") == (none["statusCode"], none["error"])
