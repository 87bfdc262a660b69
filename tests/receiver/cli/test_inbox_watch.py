"""`hookproof inbox watch`: what another process receives, line by line."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.receiver.cli.kept import Kept

from hookproof.testing import signed_headers
from hookproof_receiver.cli.inbox.following import Came, Follower, Happening, Left, Moved
from hookproof_receiver.cli.inbox.watching import _document, _lines
from hookproof_receiver.inbox import Ledger

from ..wire import exchange, good, signed
from .conftest import Folder

HOUR = 3600.0


class Watching:
    """The command, running."""

    def __init__(self, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "hookproof_runtime", "inbox", "watch", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr is not None
        assert self.process.stdout is not None
        self.ready = self.process.stderr.readline()

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def stop(self) -> str:
        """Press Ctrl-C; what else was printed."""
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=20)
        return rest


@contextmanager
def watching(*words: str) -> Iterator[Watching]:
    one = Watching(*words)
    try:
        yield one
    finally:
        one.process.kill()
        one.process.communicate()


@pytest.mark.long
def test_another_process_is_followed_until_ctrl_c(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the receiver prints is printed here, but for the milliseconds of an answer."""
    monkeypatch.chdir(folder.path)
    (folder.path / "hookproof.toml").write_text(
        '[[receiver.endpoint]]\npath = "/hooks/test"\nsecrets = [{ label = "a", env = "SECRET" }]\n'
    )
    with folder.receive(SECRET="not-a-secret-for-tests-at-all") as program, watching() as one:
        assert one.ready.startswith("ready: watching .hookproof/inbox.db; Ctrl-C to stop")
        body = b'{"order": 4}'
        headers = signed_headers(body, secrets="not-a-secret-for-tests-at-all")
        assert 200 == exchange(program.port, signed(body, more=headers), expect=1).only.status
        theirs = [program.line().split("  ", 1)[1] for _ in range(2)]
        ours = [one.line().split("  ", 1)[1] for _ in range(2)]
        assert theirs[0] == ours[0]
        assert theirs[1].split()[5:] == ours[1].split()[2:]
        assert ours[1].startswith("<-- 200 ")
        assert 401 == good(program.port).status
        lines = [one.line() for _ in range(3)]
        assert [True] * 3 == [
            start in line for start, line in zip(("--> ", "<-- 401", "why "), lines, strict=True)
        ]
        assert "refused, no_match: " in lines[0]
        assert "" == one.stop()
        assert 130 == one.process.returncode


@pytest.fixture
def look(kept: Kept) -> Callable[..., list[Happening]]:
    follower = Follower(Ledger(kept.shop.engine, kept.shop.clock), None)
    return lambda: list(follower.look())


def test_each_thing_is_told_once(kept: Kept, look: Callable[..., list[Happening]]) -> None:
    kept.add("done")
    kept.add("failed")
    assert [Came, Left, Came, Left] == [type(one) for one in look()]
    assert [] == look()


def test_an_answer_that_comes_later_is_told_then(
    kept: Kept, look: Callable[..., list[Happening]]
) -> None:
    kept.add("done")
    kept.write("UPDATE hookproof_deliveries SET status = NULL")
    assert [Came] == [type(one) for one in look()]
    assert [] == look()
    kept.write("UPDATE hookproof_deliveries SET status = 201")
    assert [Left] == [type(one) for one in look()]
    assert [] == look()


def test_what_is_not_finished_is_followed_until_it_is(
    kept: Kept, look: Callable[..., list[Happening]]
) -> None:
    one = kept.add("failed")
    look()
    kept.write("UPDATE hookproof_messages SET attempts = 2, status = 503, promised_ms = 1")
    (moved,) = look()
    assert isinstance(moved, Moved)
    (text,) = _lines(moved, 0)
    assert (
        f"run 503                           {one}  attempt 2  parked: OSError: the shop is shut" in text
    )
    kept.write("UPDATE hookproof_messages SET attempts = 3, state = 'done', status = 201")
    assert ["Moved"] == [type(one).__name__ for one in look()]
    kept.write("UPDATE hookproof_messages SET attempts = 4, state = 'failed'")
    assert [] == look()


def test_what_came_before_is_told_where_it_is_asked_for(kept: Kept) -> None:
    kept.add("done", more=b"old")
    kept.shop.clock.advance(HOUR)
    since_ms = kept.shop.clock() // 10**6
    late = kept.add("done", more=b"new")
    told = list(Follower(Ledger(kept.shop.engine), since_ms).look())
    assert [late, late] == [one.delivery.message_id for one in told if isinstance(one, (Came, Left))]


def test_lines_say_what_the_receiver_said(kept: Kept, look: Callable[..., list[Happening]]) -> None:
    def lines() -> list[str]:
        return [text.split("  ", 1)[1] for one in look() for text in _lines(one, 0)]

    request = kept.shop.request(b"done", "g")
    one = kept.accept(request).message_id
    kept.accept(kept.shop.again(request))
    kept.add("rejected")
    kept.add("failed")
    kept.add("kept")
    told = lines()
    assert f"--> POST /hooks/orders  4 B       {request.id}  guid g  verified, 0.0 s old" == told[0]
    assert told[1].startswith("<-- 201 in ")
    assert told[1].endswith(f"{request.id}  {one}  handled")
    assert told[3].endswith(f"  {one}  a duplicate: the kept answer")
    assert told[7].endswith("  handler failed: OSError: the shop is shut")
    assert told[9].endswith("  kept")
    late = kept.shop.request(b"late")
    kept.shop.clock.advance(HOUR)
    kept.accept(kept.shop.again(late))
    came, left = lines()
    assert came.endswith("  refused, too_old: authentic, and 3600.0 s old")
    assert left.startswith("<-- 401 ")


def test_documents_say_which_event_they_are(kept: Kept, look: Callable[..., list[Happening]]) -> None:
    one = kept.add("failed")
    kept.write("UPDATE hookproof_messages SET flags = '[\"replayed\"]'")
    events: list[dict[str, Any]] = [_document(happening, 0) for happening in look()]
    kept.write("UPDATE hookproof_messages SET state = 'done'")
    events += [_document(happening, 0) for happening in look()]
    assert ["received", "answered", "message"] == [event["event"] for event in events]
    assert [one, one, one] == [event.get("message_id", event["id"]) for event in events]
    assert ("failed", "done") == (events[1]["state"], events[2]["state"])
    json.dumps(events)
