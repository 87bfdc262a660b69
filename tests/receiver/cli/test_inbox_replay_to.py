"""`hookproof inbox replay --to`: over HTTP, as it came or signed anew, and changing nothing here."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.receiver.cli.kept import Kept, hookproof
from tests.receiver.forwarding.app import App, serving

from hookproof import Signer
from hookproof.testing import signed_headers
from hookproof_receiver.replay.sending import _signed

HOUR = 3600.0


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """What the command does to the process's logging is put back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


@pytest.fixture
def app() -> App:
    """Somebody else's application."""
    return App()


def replay(*words: object) -> tuple[int, str, str]:
    done = hookproof("inbox", "replay", *words)
    assert done.exception is None, done.exception
    return done.return_value, done.stdout, done.stderr


@pytest.mark.rule("P-REPLAY-6")
def test_the_same_bytes_and_fields_go_there(kept: Kept, app: App) -> None:
    made = kept.shop.request(b'{"order":  4}\n', "g", target="/hooks/orders?a=1")
    made = replace(made, headers=(("X-Twice", "1"), *made.headers, ("x-twice", "2")))
    one = str(kept.accept(made).message_id)
    before = kept.inbox.message(one)
    with serving(app) as port:
        code, told, said = replay(one, "--to", f"http://127.0.0.1:{port}", "--yes")
    (got,) = app.got
    assert ("POST", "/hooks/orders?a=1", made.body) == (got.method, got.target, got.body)
    assert list(made.headers) == [pair for pair in got.fields if pair in made.headers]
    (replay_id,) = got.all("Hookproof-Replay")
    assert [one] == got.all("Hookproof-Message")
    assert (0, f"{one}  same: 201 before, 200 now  (sent, {replay_id})\n") == (code, told)
    assert f"sent as it was to http://127.0.0.1:{port}" in said
    assert before == kept.inbox.message(one)
    shown = hookproof("inbox", "show", replay_id).stdout
    assert f"sent as it was to http://127.0.0.1:{port}  same: 201 before, 200 now" in shown


def test_it_may_be_signed_anew_with_what_is_changed(kept: Kept, app: App) -> None:
    made = kept.shop.request(b"fail", "g")
    one = str(kept.accept(made).message_id)
    Path("new").write_bytes(b"another body")
    with serving(app) as port:
        code, told, _ = replay(
            one, "--to", port, "--resign", "--body", "new", "--header", "X-More: 1", "--yes"
        )
    (got,) = app.got
    assert (b"another body", True, ["1"]) == (got.body, got.is_good, got.all("X-More"))
    assert dict(made.headers)["X-Webhook-Signature"] != got.all("X-Webhook-Signature")[0]
    assert (0, True) == (code, "fixed: 500 before, 200 now" in told)


def test_what_the_other_end_says_is_what_came_of_it(kept: Kept, app: App) -> None:
    ids = [kept.add("done", more=str(number).encode()) for number in range(2)]
    with serving(app) as port:
        app.answers = [(503, b"")]
        code, told, _ = replay(*ids, "--to", port, "--yes")
    assert 1 == code
    assert "worse: 201 before, 503 now" in told.splitlines()[0]
    assert "same: 201 before, 200 now" in told.splitlines()[1]
    code, told, _ = replay(ids[0], "--to", port, "--yes", "--json")
    (document,) = json.loads(told)["replays"]
    assert (1, "worse", None, "as_it_was") == (
        code,
        document["result"],
        document["after"]["status"],
        document["how"],
    )
    assert "nothing listens there" in document["after"]["error"]


@pytest.mark.parametrize("header", ["X-More: €", "X More: 1"])
def test_what_cannot_be_written_as_http_is_said(kept: Kept, app: App, header: str) -> None:
    one = kept.add("done")
    with serving(app) as port:
        code, told, _ = replay(one, "--to", port, "--header", header, "--yes")
        assert (1, True) == (code, "cannot be written as HTTP" in told), told
        assert "worse: 201 before, no answer now (nothing was sent: the header 'X" in told
        assert 0 == replay(one, "--to", port, "--yes")[0]
    assert 1 == len(app.got)


def test_a_request_that_made_no_message_is_sent_as_well(kept: Kept, app: App) -> None:
    made = kept.shop.request(b"late")
    kept.shop.clock.advance(HOUR)
    late = kept.shop.again(made)
    kept.accept(late)
    with serving(app) as port:
        code, told, _ = replay(late.id, "--to", port, "--yes")
    assert (b"late", []) == (app.got[0].body, app.got[0].all("Hookproof-Message"))
    assert (0, True) == (code, "handled: not run before, 200 now" in told)
    assert [] == kept.inbox.messages()


def test_a_signed_id_stays_the_same() -> None:
    secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
    headers = signed_headers(b"{}", secrets=secret, scheme="standard-webhooks")
    signer = Signer("standard-webhooks", secrets=secret)
    anew = dict(_signed(tuple(headers.items()), signer, b"{}"))
    name = signer.scheme.headers[0]
    assert {key.lower(): value for key, value in headers.items()}[name] == (
        {key.lower(): value for key, value in anew.items()}[name]
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--resign"], "a handler that is run here is shown no signature"),
        (["--to", "1", "--resign", "--as-it-was"], "give --resign or --as-it-was, not both"),
        (["--to", "ftp://x"], "its scheme is neither http nor https"),
    ],
)
def test_what_cannot_be_is_said(kept: Kept, words: list[str], says: str) -> None:
    one = kept.add("done")
    assert says in str(hookproof("inbox", "replay", one, *words, "--yes").exception)
