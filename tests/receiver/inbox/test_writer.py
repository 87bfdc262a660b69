"""What is handed to the writer is written together, and one that fails takes no other with it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event
from tests.receiver.inbox.shop import PATIENCE, Shop

from hookproof_receiver.inbox import writer as writing_room
from hookproof_receiver.inbox.writer import Work, Writer
from hookproof_runtime.database import Busy, Connection, driver_of, reading, writing


@pytest.fixture
def writer(shop: Shop) -> Iterator[Writer]:
    with writing(shop.engine) as connection:
        connection.exec_driver_sql("CREATE TABLE notes (note TEXT UNIQUE)")
    writer = Writer(shop.engine)
    yield writer
    assert writer.close(PATIENCE)


def notes(shop: Shop) -> list[str]:
    with reading(shop.engine) as connection:
        return list(connection.exec_driver_sql("SELECT note FROM notes ORDER BY rowid").scalars())


def note(text: str) -> Any:
    def write(connection: Connection) -> str:
        driver_of(connection).execute("INSERT INTO notes VALUES (?)", (text,))
        return text

    return write


class Held:
    """Keeps the writer busy, so that what is handed over meanwhile comes together."""

    def __init__(self, writer: Writer) -> None:
        self._go = threading.Event()
        began = threading.Event()

        def wait(_connection: Connection) -> None:
            began.set()
            assert self._go.wait(PATIENCE)

        writer.submit(Work(wait, lambda _work: None))
        assert began.wait(PATIENCE)

    def let_go(self) -> None:
        self._go.set()


def test_what_comes_together_is_one_commit(shop: Shop, writer: Writer) -> None:
    commits: list[object] = []
    held = Held(writer)
    done = threading.Semaphore(0)
    for number in range(10):
        writer.submit(Work(note(str(number)), lambda _work: done.release()))
    event.listen(shop.engine, "commit", commits.append)
    held.let_go()
    for _ in range(10):
        assert done.acquire(timeout=PATIENCE)

    assert 2 == len(commits)  # of what held it, and of the ten
    assert [str(number) for number in range(10)] == notes(shop)


def test_nothing_is_told_before_it_is_committed(shop: Shop, writer: Writer) -> None:
    seen: list[list[str]] = []
    done = threading.Event()

    def then(_work: Work[str]) -> None:
        seen.append(notes(shop))
        done.set()

    writer.submit(Work(note("one"), then))
    assert done.wait(PATIENCE)

    assert [["one"]] == seen


def test_one_that_fails_takes_no_other_with_it(shop: Shop, writer: Writer) -> None:
    undone: list[str] = []
    ended: dict[str, Work[str]] = {}
    done = threading.Semaphore(0)
    held = Held(writer)

    def then(name: str) -> Any:
        def told(work: Work[str]) -> None:
            ended[name] = work
            done.release()

        return told

    for name, text in (("first", "a"), ("double", "a"), ("last", "b")):
        writer.submit(Work(note(text), then(name), lambda name=name: undone.append(name)))  # type: ignore[misc]
    held.let_go()
    for _ in range(3):
        assert done.acquire(timeout=PATIENCE)

    assert ["a", "b"] == notes(shop)
    assert {"first": None, "last": None} == {
        name: work.error for name, work in ended.items() if name != "double"
    }
    assert "UNIQUE" in str(ended["double"].error)
    assert 2 == undone.count("double")  # together, and alone


def test_one_who_cannot_be_told_keeps_no_other_waiting(shop: Shop, writer: Writer) -> None:
    done = threading.Event()
    held = Held(writer)

    def gone(_work: Work[str]) -> None:
        raise ConnectionResetError

    writer.submit(Work(note("one"), gone))
    writer.submit(Work(note("two"), lambda _work: done.set()))
    held.let_go()

    assert done.wait(PATIENCE)
    assert ["one", "two"] == notes(shop)


def test_a_commit_that_failed_is_not_tried_again(shop: Shop, writer: Writer) -> None:
    """What it left on the disk is not known."""
    commits: list[object] = []

    def fail(connection: Connection) -> None:
        commits.append(connection)
        raise RuntimeError("the disk is broken")

    event.listen(shop.engine, "commit", fail)
    with pytest.raises(RuntimeError, match="the disk is broken"):
        writer.do(note("one"))
    event.remove(shop.engine, "commit", fail)

    assert (1, []) == (len(commits), notes(shop))
    assert "two" == writer.do(note("two"))


def test_a_turn_that_does_not_come_is_said(
    shop: Shop, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing_room, "COMMIT_WAITS", 0.3)  # a span of time, which is 3 s
    with writing(shop.engine), pytest.raises(Busy):
        writer.do(note("one"))
    monkeypatch.undo()

    assert "two" == writer.do(note("two"))
    assert ["two"] == notes(shop)


def test_after_closing_nothing_is_taken_and_all_is_written(shop: Shop) -> None:
    with writing(shop.engine) as connection:
        connection.exec_driver_sql("CREATE TABLE notes (note TEXT UNIQUE)")
    writer = Writer(shop.engine)
    held = Held(writer)
    ended: list[Work[str]] = []
    writer.submit(Work(note("one"), ended.append))
    assert not writer.close(0.01)
    with pytest.raises(Busy):
        writer.do(note("two"))

    held.let_go()

    assert writer.close(PATIENCE)
    assert (["one"], [None]) == (notes(shop), [work.error for work in ended])


class Looked(deque[Any]):
    """Work that waits; whoever finds none for the first time is held until `go`."""

    def __init__(self) -> None:
        super().__init__()
        self.found_none = threading.Event()
        self.go = threading.Event()

    def __bool__(self) -> bool:
        some = len(self) > 0
        if not some:
            self.found_none.set()
            assert self.go.wait(PATIENCE)
        return some


def test_what_is_handed_over_just_before_closing_is_written(shop: Shop, writer: Writer) -> None:
    """Also where the writer has seen a moment before that nothing waits."""
    writer._waiting = looked = Looked()
    ended: list[Work[str]] = []
    writer.submit(Work(note("one"), ended.append))
    assert looked.found_none.wait(PATIENCE)
    writer.submit(Work(note("two"), ended.append))
    assert not writer.close(0.0)
    looked.go.set()

    assert writer.close(PATIENCE)
    assert (["one", "two"], ["one", "two"]) == (notes(shop), [work.result for work in ended])


def test_work_that_says_busy_by_itself_is_not_tried_again(shop: Shop, writer: Writer) -> None:
    """It had its turn: nothing will be otherwise the next time."""
    calls: list[str] = []

    def write(_connection: Connection) -> None:
        calls.append("written")
        raise Busy("somebody else has it")

    with pytest.raises(Busy, match="somebody else"):
        writer.do(write, lambda: calls.append("taken back"))

    assert ["written", "taken back"] == calls
