"""`hookproof outbox show`: where a message stands, and each of its attempts."""

from __future__ import annotations

import json
import re
from random import Random

import pytest
from tests.sender.cli.recorded import Recorded, answered, hookproof, task
from tests.sender.peer import Peer, status

from hookproof_sender.outbox import State
from hookproof_sender.wire import Request, Timings, masked_headers, masked_url, unmade

HOUR = 3600.0
CANARY = "c4n4ry"


@pytest.mark.parametrize(
    ("state", "recorded", "words"),
    [
        ("pending", {}, "pending, attempt 1 of 2 is due now; hookproof work sends it"),
        ("in_flight", {}, "in flight, attempt 1 of 2: its sender holds it until 20"),
        (
            "in_flight",
            {"ago": HOUR},
            "in flight, attempt 1 of 2; its sender is gone: a worker takes it over (hookproof work)",
        ),
        ("delivered", {}, "delivered by attempt 1 of 2; nothing more happens"),
        (
            "failed",
            {},
            "failed after attempt 1 of 1 (503); once it can succeed: hookproof outbox retry msg_",
        ),
        ("cancelled", {}, "cancelled; nothing more is sent"),
        (
            "unknown",
            {},
            "unknown: whether attempt 1 of 1 arrived nobody can say (lost), and no retry is left; look",
        ),
    ],
)
def test_it_says_where_a_message_stands_and_what_happens_next(
    state: State, recorded: dict[str, float], words: str
) -> None:
    one = Recorded(**recorded).add(state)
    lines = hookproof("outbox", "show", one).stdout.splitlines()
    assert f"{one}  Tell" == lines[0]
    assert lines[1].startswith(words)


def test_one_that_waits_says_when_it_is_due_and_who_goes_on() -> None:
    later, held = Recorded(ago=-HOUR), Recorded()
    waiting = later.add("pending", answered(1, 503))
    leased = held.outbox.draft(task())
    held.outbox.begin(leased)
    held.outbox.finish_attempt(leased, answered(1, 503), Random(4))

    assert re.match(
        r"pending, attempt 2 of 2 is due in 60 min \(20[-\d]+ [:\d]+\); hookproof work sends it$",
        hookproof("outbox", "show", waiting).stdout.splitlines()[1],
    )
    assert (
        hookproof("outbox", "show", leased.id)
        .stdout.splitlines()[1]
        .endswith("; the process that recorded it goes on with it")
    )


def _whole() -> str:
    """A message whose only attempt has everything that one can have."""
    attempt = answered(
        1,
        503,
        sentence="answered 503 Service Unavailable",
        guid="d9b2d63d-a233-4123-847a-7090b1a2e4c5",
        signed=True,
        loopback_allowed=True,
        tls_verified=False,
        retry_after="7",
        answer=b"busy",
        request=Request("POST", "https://shop.example/a?t=…", (("Host", "shop.example"), ("A", "b"))),
        answer_headers=(("Retry-After", "7"), ("Set-Cookie", "…")),
        timings=Timings(0.001, 0.002, 0.003, 0.0035, 1.2345678),
        duration_s=1.3,
        peer="192.0.2.7:443",
        reused=True,
    )
    return Recorded().add(
        "failed", attempt, url="https://shop.example/a?t=x", sslVerification=False, body="é"
    )


def test_an_attempt_is_shown_whole() -> None:
    lines = hookproof("outbox", "show", _whole()).stdout.splitlines()
    for line in (
        "target    POST https://shop.example/a?t=…",
        "          its server's certificate is NOT checked",
        "body      2 B: é",
        "  after  resolved 1 ms  connected 2 ms  TLS 3 ms  sent 4 ms  first byte 1.23 s  over 1.30 s",
        "  > POST /a?t=… HTTP/1.1",
        "  > Host: shop.example",
        "  > A: b",
        "  < 503",
        "  < Retry-After: 7",
        "  < Set-Cookie: …",
        "  answer: 4 B kept: busy",
        "The receiver is up and busy, or is being restarted.",
    ):
        assert line in lines
    text = "\n".join(lines)
    assert (
        "<-- 503 in 1.30 s  answered 503 Service Unavailable; the server's certificate was NOT checked"
        in text
    )
    assert "peer 192.0.2.7:443 (connection used again)  guid d9b2d63d-" in text
    assert "  signed  loopback allowed" in text


def test_the_document_says_the_same() -> None:
    document = json.loads(hookproof("outbox", "show", _whole(), "--json").stdout)
    (attempt,) = document["attempts"]
    assert (1, "failed", False, 2) == (
        document["schema"], document["state"], document["verify_tls"], document["body_bytes"],
    )  # fmt: skip
    assert document["standing"].startswith("failed after attempt 1 of 1 (503)")
    assert {
        "number": 1, "status": 503, "cause": None, "sentence": "answered 503 Service Unavailable",
        "duration_s": 1.3, "signed": True, "loopback_allowed": True, "tls_verified": False,
        "peer": "192.0.2.7:443", "reused": True, "answer": "busy",
        "request": {
            "method": "POST", "url": "https://shop.example/a?t=…",
            "headers": [["Host", "shop.example"], ["A", "b"]],
        },
        "answer_headers": [["Retry-After", "7"], ["Set-Cookie", "…"]],
        "timings": {
            "resolved_s": 0.001, "connected_s": 0.002, "tls_s": 0.003, "sent_s": 0.0035,
            "first_byte_s": 1.234568,
        },
    }.items() <= attempt.items()  # fmt: skip


def test_an_attempt_without_an_answer_shows_its_cause_and_sentence() -> None:
    one = Recorded().add("failed", unmade(1, 0, None, "dns_failed", "no such name"))
    shown = hookproof("outbox", "show", one).stdout
    assert "<-- dns_failed in 0 ms  no such name" in shown
    assert "Is the host's name spelled right" in shown


def test_what_was_really_sent_is_shown() -> None:
    with Peer(status(418, body=b"a teapot")) as peer:
        hookproof("send", peer.url, "--data", "{}", "--max-retries", 0, "--allow-loopback")
    one = hookproof("outbox", "list").stdout.split("  ")[1]
    shown = hookproof("outbox", "show", one).stdout
    assert f"  > POST /hooks/orders HTTP/1.1\n  > Host: 127.0.0.1:{peer.port}\n" in shown
    assert f"  peer 127.0.0.1:{peer.port}  guid -  not signed  loopback allowed\n" in shown
    assert "  < 418\n" in shown
    assert "  answer: 8 B kept: a teapot\n" in shown


FORMS = {
    "list": ("list",),
    "list --json": ("list", "--json"),
    "show": ("show", "ID"),
    "show --json": ("show", "ID", "--json"),
    "show --as curl": ("show", "ID", "--as", "curl"),
    "show --as http": ("show", "ID", "--as", "http"),
    "retry": ("retry", "ID", "--dry-run", "--jsonl"),
}


@pytest.mark.parametrize("state", ["pending", "failed"])
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(FORMS["list --json"], id="SEC-9/outbox list"),
        pytest.param(FORMS["show --json"], id="SEC-9/outbox show"),
        pytest.param(FORMS["retry"], id="SEC-9/outbox retry"),
        pytest.param(FORMS["show"], id="SEC-14/outbox show"),
        pytest.param(FORMS["show --json"], id="SEC-14/outbox show as JSON"),
        pytest.param(FORMS["show --as curl"], id="SEC-15/outbox show as curl"),
        pytest.param(FORMS["show --as http"], id="SEC-15/outbox show as http"),
        pytest.param(FORMS["list"], id="SEC-18/outbox list"),
        pytest.param(FORMS["show"], id="SEC-18/outbox show"),
        pytest.param(FORMS["show --as curl"], id="SEC-18/outbox show as curl"),
    ],
)
def test_no_secret_is_shown(state: State, words: tuple[str, ...]) -> None:
    url = f"https://shop.example/a?token={CANARY}&{CANARY}#{CANARY}"
    headers = {"Authorization": f"Bearer {CANARY}", "X-Api-Key": CANARY, "See": f"http://a/?b={CANARY}"}
    attempt = answered(
        1,
        401,
        request=Request("POST", masked_url(url), masked_headers(headers.items())),
        answer_headers=masked_headers([("Set-Cookie", f"a={CANARY}")]),
    )
    one = Recorded().add(
        state, *([attempt] if state == "failed" else []), url=url, headers=headers, secretKey=CANARY
    )
    done = hookproof("outbox", *(one if word == "ID" else word for word in words))
    assert one in done.output or "shop.example" in done.output
    assert CANARY not in done.output


@pytest.mark.parametrize("form", FORMS)
def test_nothing_that_others_wrote_reaches_a_terminal_as_it_is(form: str) -> None:
    """Escapes of a task's name, its body, and of an answer are written out; also C1's and bidi's."""
    evil = "\x1b[2J\x9b31m\u202eevil\r"
    attempt = answered(
        1,
        500,
        answer=evil.encode(),
        answer_headers=(("X", evil), (evil, "y")),
        request=Request("POST", "http://a/", (("X", "y"),)),
    )
    one = Recorded().add("failed", attempt, name=f"Tell {evil}")
    done = hookproof("outbox", *(one if word == "ID" else word for word in FORMS[form]))
    assert not re.search("[\x1b\x9b\u202e]", done.output)
    assert "\r" not in done.output.replace("\r\n", "\n")
