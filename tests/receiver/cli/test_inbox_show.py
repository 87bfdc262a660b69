"""`hookproof inbox show`: one message, one request, or one that was refused."""

from __future__ import annotations

import base64
import json
import os
import pty
import subprocess
import sys
from dataclasses import replace

import pytest
from tests.receiver.cli.kept import Kept, hookproof
from tests.receiver.wire import exchange, signed

from hookproof.testing import signed_headers
from hookproof_receiver.inbox import Standing

from .conftest import Folder

HOUR = 3600.0
AUTHORIZED = (("Authorization", "Bearer c4n4ry"), ("X-Trace", "7"))


def page(*words: object) -> str:
    done = hookproof("inbox", "show", *words)
    assert done.exception is None, done.exception
    return done.stdout


@pytest.mark.parametrize(
    ("standing", "says"),
    [
        ("done", "done by run 1; a retry is answered 201 again, and runs nothing"),
        (
            "rejected",
            "rejected by run 1 with 422, and so is each retry; once it can succeed: hookproof",
        ),
        ("failed", "failed: run 1 (500, OSError: the shop is shut); its sender retries it, or once it"),
        (
            "parked",
            "parked: run 1 failed (500, OSError: the shop is shut), and nothing more happens by",
        ),
        (
            "running",
            "running, run 1; its process is gone: it counts as failed, and a retry of its sender",
        ),
        ("pending", "pending: acknowledged, and run 1 is due now\n"),
        ("kept", "kept: its endpoint had no handler; once it has: hookproof inbox replay msg_"),
    ],
)
def test_a_message_says_what_can_be_done_now(kept: Kept, standing: Standing, says: str) -> None:
    one = kept.add(standing)
    text = page(one)
    assert text.startswith(f"{one}  POST /hooks/orders\n{says}")
    assert "  verified" in text
    assert "a new message (rule 4: nothing of it was known)" in text


@pytest.mark.parametrize(
    ("standing", "says"),
    [("done", "done; a retry is answered 201"), ("rejected", "rejected with 422, and so is")],
)
def test_what_failed_when_it_was_run_again_is_not_said_to_have_done_it(
    kept: Kept, standing: Standing, says: str
) -> None:
    one = kept.add(standing)
    kept.write("UPDATE hookproof_messages SET attempts = 2, flags = '[\"replayed\"]'")

    assert page(one).startswith(f"{one}  POST /hooks/orders\n{says}")
    planned = hookproof("inbox", "replay", one, "--to", "1", "--dry-run").stdout
    assert f"  {standing}, answered {201 if standing == 'done' else 422}" in planned


def test_what_is_due_says_when(kept: Kept) -> None:
    one = kept.add("parked")
    kept.write(f"UPDATE hookproof_messages SET due_ms = {kept.shop.clock() // 10**6 + 7_200_500}")
    assert "it is the receiver's, and run 2 is due in 2 h (20" in page(one)
    kept.write("UPDATE hookproof_messages SET due_ms = 1")
    assert "it is the receiver's, and run 2 is due now\n" in page(one)


def test_flags_are_explained(kept: Kept) -> None:
    kept.accept(kept.shop.request(b"done"))
    linked = kept.shop.request(b"done", "g")
    one = kept.accept(linked).message_id
    assert "flag      linked: a request with a new GUID was taken for it" in page(one)
    assert f"to run it as a message of its own: hookproof inbox replay {linked.id}" in page(linked.id)


def test_a_stale_request_says_where_it_is(kept: Kept) -> None:
    request = kept.shop.request(b"late")
    kept.shop.clock.advance(HOUR)
    stale = kept.shop.again(request)
    kept.accept(stale)
    text = page(stale.id)
    assert "too_old: authentic, outside the tolerance, and kept apart" in text
    assert "3600.0 s before it came" in text
    assert "body      4 B, kept apart" in text
    assert f"to run it all the same: hookproof inbox replay {stale.id}" in text


def test_the_body_is_the_very_bytes(kept: Kept) -> None:
    body = b"done\r\n\x00\xff\x1b[2J"
    request = kept.shop.request(body)
    one = kept.accept(request).message_id
    assert body == hookproof("inbox", "show", one, "--body").stdout_bytes
    assert body == hookproof("inbox", "show", request.id, "--body").stdout_bytes
    document = json.loads(page(one, "--body", "--json"))
    assert body == base64.b64decode(document["body_base64"])
    assert "body_base64" not in json.loads(page(one, "--json"))


@pytest.mark.long
def test_a_terminal_gets_a_harmless_body(kept: Kept) -> None:
    one = kept.accept(kept.shop.request(b"done\x1b[2J\xff")).message_id
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "hookproof_runtime", "inbox", "show", str(one), "--body"]
    subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, check=True, timeout=60)
    os.close(theirs)
    assert b"done\\x1b[2J\\xff\r\n" == os.read(ours, 1000)
    os.close(ours)


@pytest.mark.rule("P-KEPT-1")
def test_headers_are_shown_without_what_may_be_a_token(kept: Kept) -> None:
    request = kept.shop.request(b"done")
    whole = replace(request, headers=request.headers + AUTHORIZED)
    one = kept.accept(whole).message_id
    assert "X-Trace" not in page(one)
    for text in page(one, "--headers"), page(whole.id, "--headers"), page(one, "--json"):
        assert "c4n4ry" not in text
        assert "X-Trace" in text
    assert "  > Authorization: Bearer …\n  > X-Trace: 7\n" in page(one, "--headers")


def test_the_document_has_all_of_it(kept: Kept) -> None:
    one = kept.add("done", guid="g")
    document = json.loads(page(one, "--json"))
    assert (1, one, "done", "g", 1, 201) == tuple(
        document[key] for key in ("schema", "id", "state", "guid", "attempts_made", "status")
    )
    (delivery,) = document["deliveries"]
    assert ("new", 4, 201, "g", one) == tuple(
        delivery[key] for key in ("verdict", "rule", "status", "guid", "message_id")
    )
    alone = json.loads(page(delivery["id"], "--json"))
    assert delivery == {key: alone[key] for key in delivery}


def test_a_refused_request_says_why(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where its body was too long to be kept."""
    monkeypatch.chdir(folder.path)
    (folder.path / "hookproof.toml").write_text(
        '[[receiver.endpoint]]\npath = "/hooks/test"\nsecrets = [{ label = "a", env = "SECRET" }]\n'
    )
    ids = []
    with folder.receive(SECRET="not-the-sender's-secret-at-all") as program:
        for body in b'{"order":4}', b"x" * 300_000:
            more = signed_headers(body) | {"Cookie": "c4n4ry"}
            answer = exchange(program.port, signed(body, more=more), expect=1).only
            ids.append(answer.headers["hookproof-delivery"])
        assert 0 == program.end().code
    short, long = (page(one, "--headers") for one in ids)
    assert f"{ids[0]}  POST /hooks/test  refused (401): no_match\n" in short
    assert f"hookproof inbox bundle {ids[0]} --out bundle.json" in short
    assert f"once the secret is right: hookproof inbox replay {ids[0]}" in short
    assert "c4n4ry" not in short
    assert "300000 B, too long to be kept" in long
    assert b'{"order":4}' == hookproof("inbox", "show", ids[0], "--body").stdout_bytes
    assert "the body of dlv_" in str(hookproof("inbox", "show", ids[1], "--body").exception)
    assert "no_match" == json.loads(page(ids[0], "--json"))["code"]


def test_nothing_of_that_id_is_a_sentence(kept: Kept) -> None:
    for one in ("msg_none", "dlv_none", "x\x1b[2J"):
        done = hookproof("inbox", "show", one)
        assert "nothing on record here has the id " in str(done.exception)
        assert "\x1b" not in str(done.exception)
