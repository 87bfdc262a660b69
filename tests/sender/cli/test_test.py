"""`hookproof test`, the Test button: one attempt, and what went wrong in words (P-RETRY-8)."""

import json

import pytest
from click.testing import CliRunner
from tests.sender.peer import Peer, hang_up, silence, status, unused_port

from hookproof_runtime.command_line.root import root
from hookproof_sender.cli.advice import advise
from hookproof_sender.wire import CAUSES, Attempt


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def button(url, *words):
    return CliRunner().invoke(
        root,
        ["test", url, "--data", "{}", "--deadline", "500 ms", "--allow-loopback", *words],
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
    assert ["answer: ok", "the test succeeded"] == lines[2:]


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
        (hang_up, ["connection_reset", "its log should say why"]),
        (silence, ["timeout", "before the deadline"]),
    ],
)  # fmt: skip
def test_what_went_wrong_is_said_in_words(script, words):
    with Peer(script) as peer:
        done = button(peer.url)
        assert 1 == peer.connections
    assert 1 == done.return_value
    assert "the test failed" == done.stdout.splitlines()[-1]
    for word in words:
        assert word in done.stdout


def test_a_refused_connection_is_said_in_words():
    with unused_port() as port:
        done = button(f"http://127.0.0.1:{port}/")
    assert "nothing listens at this address" in done.stdout
    assert "Is the receiving application started" in done.stdout


def test_slacks_newer_api_answers_200_to_an_error_too():
    with Peer(status(200, body=b'{"ok": false, "error": "channel_not_found"}')) as peer:
        done = button(peer.url)
    assert "the answer says ok: false" in done.stdout


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


def test_json_is_the_platforms_shape_and_ours():
    with Peer(status(404, body=b"gone")) as peer:
        bad = json.loads(button(peer.url, "--json").stdout)
    with Peer() as peer:
        good = json.loads(button(peer.url, "--json").stdout)
    assert (1, 404, "answered 404 Not Found", "gone") == (
        bad["schema"], bad["statusCode"], bad["error"], bad["answer"],
    )  # fmt: skip
    assert (200, None, None) == (good["statusCode"], good["error"], good["cause"])
    assert "guid" not in good
