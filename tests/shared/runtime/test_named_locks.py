"""A name has one holder, whatever happens to it, and is free when it is gone."""

from __future__ import annotations

import fcntl
import os
import signal
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.forking import holds_in_a_child

from hookproof_runtime.named_locks import NamedLock, is_held, take


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "locks" / "name.lock"


def taken(path: Path) -> NamedLock:
    lock = take(path)
    assert lock is not None
    return lock


def test_a_name_is_held_until_it_is_released_and_leaves_nothing(path):
    assert not is_held(path)
    lock = taken(path)
    assert is_held(path)
    assert 0o600 == path.stat().st_mode & 0o777
    lock.release()
    assert not is_held(path)
    assert not path.exists()


def test_a_name_that_is_held_is_not_had_again_in_this_process_or_another(path):
    lock = taken(path)
    assert take(path) is None
    assert holds_in_a_child(lambda: is_held(path) and take(path) is None)
    lock.release()
    taken(path).release()


def test_another_name_is_free(path):
    taken(path)
    taken(path.with_name("other.lock"))


def test_a_file_can_be_left_and_its_name_is_free(path):
    taken(path).release(leave_file=True)
    assert path.exists()
    assert not is_held(path)
    taken(path)


def test_what_was_released_is_not_released_again_from_under_who_has_it_now(path):
    before = taken(path)
    before.release()
    now = taken(path)
    before.release()
    assert is_held(path)
    now.release()


def test_a_process_that_is_killed_holds_nothing(path):
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            lock = take(path)
            os.write(tell, b"holds" if lock else b"fails")
            signal.pause()
        finally:
            os._exit(1)
    assert b"holds" == os.read(ready, 5)
    assert is_held(path)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(ready)
    os.close(tell)
    assert not is_held(path)
    assert path.exists()
    taken(path)


def test_a_forked_child_neither_keeps_nor_ends_what_its_parent_holds(path):
    """The child has the parent's descriptor, and would have the right to remove its file."""
    lock = taken(path)
    let_go, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(tell)  # or the end would not be seen here
            lock.release()
            os.read(let_go, 1)  # lives until the parent has looked
        finally:
            os._exit(0)
    try:
        assert not holds_in_a_child(lambda: take(path) is not None)
        lock.release(leave_file=True)
        assert not is_held(path)
    finally:
        os.close(tell)
        os.waitpid(child, 0)
        os.close(let_go)
    assert path.exists()


def test_who_only_looks_keeps_nobody_from_it(path):
    path.parent.mkdir()
    looks = os.open(path, os.O_RDONLY | os.O_CREAT, 0o600)  # as is_held does, in the middle of it
    fcntl.flock(looks, fcntl.LOCK_SH)
    outcome: Future[NamedLock | None] = Future()
    thread = threading.Thread(target=lambda: outcome.set_result(take(path)))
    thread.start()
    with pytest.raises(TimeoutError):
        outcome.result(0.1)
    os.close(looks)
    assert outcome.result(10) is not None
    thread.join()


def test_looks_at_the_same_time_do_not_take_each_other_for_a_holder(path):
    path.parent.mkdir()
    with path.open("x") as looks:
        fcntl.flock(looks, fcntl.LOCK_SH)
        assert not is_held(path)


def test_whoever_has_a_name_is_seen_to_have_it_however_many_take_and_release_it(path):
    """Releasing removes the file: who had opened it by then must not hold what nobody can see."""

    def take_and_release(_: int) -> list[bool]:
        seen = []
        for _ in range(500):
            if (lock := take(path)) is not None:
                seen.append(is_held(path))
                lock.release()
        return seen

    with ThreadPoolExecutor(8) as threads:
        seen = [one for each in threads.map(take_and_release, range(8)) for one in each]
    assert {True} == set(seen)
    assert not path.exists()


def test_a_folder_that_cannot_be_made_raises(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"exists|directory"):
        take(tmp_path / "file" / "name.lock")
