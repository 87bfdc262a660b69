"""A receiver that is killed at a named point: what it acknowledged has its effect, once.

Each process stops at its point and is killed there. It is started again, and the message sent again, as
the platform does.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from tests.crash import programs
from tests.crash.children import PATIENCE, Child
from tests.crash.place import LATER
from tests.crash.receiver.calls import body_of
from tests.crash.receiver.stage import Stage
from tests.receiver.bare_server import eventually

from hookproof.testing import signed_headers

BATCH = 8  # messages that come together


@pytest.mark.parametrize("path", ["/sync/tx", pytest.param("/inbox/tx", marks=pytest.mark.long)])
@pytest.mark.parametrize("share", [pytest.param(1.0, id="CRASH-13"), pytest.param(0.5, id="CRASH-14")])
def test_what_was_not_read_whole_never_was(stage: Stage, key: str, path: str, share: float) -> None:
    """Sent whole to a receiver that reads nothing any more; half of it, and that was read."""
    body = body_of(key, pad="x" * 20_000)  # fits in the hands of the system
    head = [f"POST {path} HTTP/1.1", "Host: shop", f"Content-Length: {len(body)}"]
    head += [f"{name}: {value}" for name, value in signed_headers(body).items()]
    request = "\r\n".join([*head, "", ""]).encode() + body
    if share == 1.0:
        stage.receiving.process.signal(signal.SIGSTOP)
    with socket.create_connection(("127.0.0.1", stage.receiving.port), PATIENCE) as connection:
        sent = round(len(request) * share)
        connection.sendall(request[:sent])
        eventually(lambda: unread(connection) == (sent if share == 1.0 else 0))
        stage.kill()
        with contextlib.suppress(ConnectionResetError):
            assert b"" == connection.recv(1)
    assert () == stage.place.rows({key})
    stage.restart()

    answer = stage.retry(path, body)
    assert answer.status < 300
    assert [True] == [one.together for one in stage.check(key).effects]


def unread(connection: socket.socket) -> int:
    """Bytes that lie in the system's hands for whoever is at the other end."""
    ours, theirs = (f"{one[1]:04X}" for one in (connection.getsockname(), connection.getpeername()))
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, _, queues, *_ = line.split()
        if (local[-4:], remote[-4:]) == (theirs, ours):
            return int(queues.partition(":")[2], 16)
    return -1


@pytest.mark.parametrize(
    ("path", "point", "left", "status", "duplicate", "effects"),
    [
        pytest.param("/sync/tx", "verified", None, 201, False, 1, id="CRASH-15"),
        pytest.param(
            "/inbox/tx", "verified", None, 200, False, 1, id="CRASH-15/inbox", marks=pytest.mark.long
        ),
        pytest.param("/sync/tx", "insert", None, 201, False, 1, id="CRASH-16"),
        pytest.param(
            "/inbox/tx", "insert", None, 200, False, 1, id="CRASH-16/inbox", marks=pytest.mark.long
        ),
        pytest.param(
            "/sync/tx",
            "inserted",
            "running",
            201,
            False,
            1,
            id="CRASH-17/not begun",
            marks=pytest.mark.long,
        ),
        pytest.param(
            "/sync/linked",
            "inserted",
            "running",
            201,
            False,
            1,
            id="CRASH-17/no key",
            marks=pytest.mark.long,
        ),
        pytest.param(
            "/sync/plain",
            "inserted",
            "running",
            201,
            False,
            1,
            id="CRASH-17/elsewhere",
            marks=pytest.mark.long,
        ),
        pytest.param("/sync/tx", "answered", "done", 201, True, 1, id="CRASH-17"),
        pytest.param(
            "/sync/linked",
            "answered",
            "done",
            201,
            True,
            1,
            id="CRASH-17/linked",
            marks=pytest.mark.long,
        ),
        pytest.param("/sync/tx", "midst", "running", 201, False, 1, id="CRASH-18"),
        pytest.param(
            "/sync/plain",
            "midst",
            "running",
            201,
            False,
            1,
            id="CRASH-18/elsewhere",
            marks=pytest.mark.long,
        ),
        pytest.param("/sync/plain", "ran", "running", 201, False, 2, id="CRASH-18/effect elsewhere"),
        pytest.param(
            "/sync/tx",
            "mark",
            "running",
            201,
            False,
            1,
            id="CRASH-18/not committed",
            marks=pytest.mark.long,
        ),
        pytest.param(
            "/sync/plain",
            "mark",
            "running",
            201,
            False,
            2,
            id="CRASH-18/no mark",
            marks=pytest.mark.long,
        ),
        pytest.param("/sync/tx", "marked", "done", 201, True, 1, id="CRASH-19"),
        pytest.param(
            "/sync/plain",
            "marked",
            "done",
            201,
            True,
            1,
            id="CRASH-19/elsewhere",
            marks=pytest.mark.long,
        ),
    ],
)
def test_what_was_not_answered_is_the_senders_to_send_again(
    stage: Stage,
    key: str,
    path: str,
    point: str,
    left: str | None,
    status: int,
    duplicate: bool,
    effects: int,
) -> None:
    """What is done is a duplicate, and all else runs: a second time where its effect is elsewhere."""
    body = body_of(key)
    stage.halt.write_text(point)
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(stage.call, path, body)
        stage.reached(point)
        stage.kill()
        assert answer.result() is None
    assert [left] == [row.state for row in stage.place.rows({key})] or left is None
    assert (left is None) == (() == stage.place.rows({key}))
    stage.restart()

    retry = stage.retry(path, body)
    assert (status, duplicate) == (retry.status, retry.duplicate)
    assert effects == len(stage.check(key).effects)


@pytest.mark.parametrize(
    ("path", "point", "left", "effects"),
    [
        pytest.param("/inbox/tx", "inserted", "pending", 1, id="CRASH-17/kept"),
        # A worker may be at it by then.
        pytest.param(
            "/inbox/tx", "answered", None, 1, id="CRASH-17/kept and answered", marks=pytest.mark.long
        ),
        pytest.param(
            "/inbox/plain",
            "inserted",
            "pending",
            1,
            id="CRASH-17/kept elsewhere",
            marks=pytest.mark.long,
        ),
    ],
)
def test_what_is_kept_and_was_not_answered_is_known_again(
    stage: Stage, key: str, path: str, point: str, left: str | None, effects: int
) -> None:
    body = body_of(key)
    stage.halt.write_text(point)
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(stage.call, path, body)
        stage.reached(point)
        stage.kill()
        assert answer.result() is None
    (row,) = stage.place.rows({key})
    assert (left or row.state, True) == (row.state, row.promised)
    stage.restart()

    retry = stage.retry(path, body)
    assert row.id == retry.message_id
    assert retry.kept or retry.duplicate
    assert effects == len(stage.check(key).effects)


@pytest.mark.parametrize(
    ("path", "point", "left", "effects"),
    [
        pytest.param("/inbox/tx", "claim", "pending", 1, id="CRASH-17/claim", marks=pytest.mark.long),
        pytest.param(
            "/inbox/tx", "claimed", "running", 1, id="CRASH-17/claimed", marks=pytest.mark.long
        ),
        pytest.param(
            "/inbox/plain",
            "claimed",
            "running",
            1,
            id="CRASH-17/claimed elsewhere",
            marks=pytest.mark.long,
        ),
        pytest.param("/inbox/tx", "midst", "running", 1, id="CRASH-18/worker", marks=pytest.mark.long),
        pytest.param(
            "/inbox/plain",
            "midst",
            "running",
            1,
            id="CRASH-18/worker elsewhere",
            marks=pytest.mark.long,
        ),
        pytest.param("/inbox/plain", "ran", "running", 2, id="CRASH-18/worker, effect elsewhere"),
        pytest.param(
            "/inbox/tx",
            "mark",
            "running",
            1,
            id="CRASH-18/worker, not committed",
            marks=pytest.mark.long,
        ),
        pytest.param(
            "/inbox/plain", "mark", "running", 2, id="CRASH-18/worker, no mark", marks=pytest.mark.long
        ),
        pytest.param("/inbox/tx", "marked", "done", 1, id="CRASH-19/worker"),
        pytest.param(
            "/inbox/plain", "marked", "done", 1, id="CRASH-19/worker elsewhere", marks=pytest.mark.long
        ),
    ],
)
def test_what_was_acknowledged_needs_no_retry(
    stage: Stage, key: str, path: str, point: str, left: str, effects: int
) -> None:
    body = body_of(key)
    stage.halt.write_text(point)
    acknowledged = stage.call(path, body)
    assert acknowledged is not None
    assert acknowledged.kept
    stage.reached(point)
    stage.kill()
    (row,) = stage.place.rows({key})
    assert (left, True) == (row.state, row.promised)
    stage.restart()

    assert effects == len(stage.check(key).effects)
    late = stage.retry(path, body)  # one that was on its way all the time
    assert (201, row.id, True) == (late.status, late.message_id, late.duplicate)
    assert effects == len(stage.check(key).effects)


@pytest.mark.parametrize(
    ("path", "point"),
    [
        pytest.param("/sync/tx", "inserts", id="CRASH-16/together", marks=pytest.mark.long),
        pytest.param("/sync/tx", "all inserted", id="CRASH-17/together", marks=pytest.mark.long),
        pytest.param("/inbox/tx", "inserts", id="CRASH-16/together, inbox", marks=pytest.mark.long),
        pytest.param("/inbox/tx", "all inserted", id="CRASH-17/together, inbox"),
    ],
)
def test_messages_that_are_committed_together_are_there_together(
    stage: Stage, key: str, path: str, point: str
) -> None:
    keys = [f"{key}/{number}" for number in range(BATCH)]
    stage.halt.write_text(point)
    with ThreadPoolExecutor(BATCH) as threads:
        with closing(sqlite3.connect(stage.place.file, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            before = sum('"received"' in line for line in stage.receiving.process.lines)
            answers = [threads.submit(stage.call, path, body_of(key)) for key in keys]
            stage.receiving.process.prints('"received"', before + BATCH)
        together = stage.reached(point)
        stage.kill()
        acknowledged = [answer for one in answers if (answer := one.result()) is not None]
    assert together > 1
    there = len(stage.place.rows(set(keys)))
    if point == "all inserted":
        assert together + len(acknowledged) <= there
    else:
        assert len(acknowledged) <= there <= BATCH - together
    stage.restart()

    for key in keys:
        answer = stage.retry(path, body_of(key))
        assert answer.status < 300
    assert BATCH == len(stage.check(*keys).effects)


@pytest.mark.parametrize(
    ("path", "point", "effects"),
    [
        pytest.param("/sync/tx", "verified", 1, id="CRASH-22/verified", marks=pytest.mark.long),
        pytest.param("/sync/tx", "midst", 1, id="CRASH-22/midst"),
        pytest.param("/sync/plain", "ran", 2, id="CRASH-22/effect elsewhere", marks=pytest.mark.long),
        pytest.param("/sync/tx", "answered", 1, id="CRASH-22/answered", marks=pytest.mark.long),
        pytest.param("/inbox/tx", "inserted", 1, id="CRASH-22/kept", marks=pytest.mark.long),
    ],
)
def test_sender_and_receiver_may_be_killed_both(
    stage: Stage, tmp_path: Path, key: str, path: str, point: str, effects: int
) -> None:
    outbox = f"sqlite:///{tmp_path}/outbox.db"
    what = programs.task(f"http://127.0.0.1:{stage.receiving.port}{path}", key)
    stage.halt.write_text(point)
    with Child(programs.send, outbox, what) as sender:
        stage.reached(point)
        sender.kill()
        stage.kill()
    stage.restart()
    with Child(programs.work, outbox, later=LATER) as worker:
        assert (1, "lost") == worker.says()
        assert worker.says() in [(2, 200), (2, 201)]
        assert 0 == worker.end()

    assert effects == len(stage.check(key).effects)
