"""How often the store is tried, and what everybody else is told meanwhile."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from hookproof.errors import CannotRun
from hookproof_receiver.health import Readiness, readiness
from hookproof_runtime.database import Busy

PATIENCE = 30.0  # seconds: a guard against hanging


class Store:
    """A store that counts how often it is tried, and can be made to hang or fail."""

    def __init__(self) -> None:
        self.tries = 0
        self.fails: Exception | None = None
        self.began = threading.Event()
        self.go = threading.Event()
        self.go.set()

    def try_to_keep(self) -> None:
        self.tries += 1
        self.began.set()
        assert self.go.wait(PATIENCE)
        if self.fails is not None:
            raise self.fails


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.mark.rule("P-HEALTH-3")
def test_many_questions_are_one_try(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "EVERY", 3600.0)
    asked = Readiness(store.try_to_keep, lambda: True)
    with ThreadPoolExecutor(16) as threads:
        answers = set(threads.map(lambda _: asked.ask(), range(1000)))

    assert ({None}, 1) == (answers, store.tries)


def test_it_is_tried_again_when_the_answer_is_old(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "EVERY", 0.0)
    asked = Readiness(store.try_to_keep, lambda: True)

    assert None is asked.ask()
    store.fails = Busy("another process holds the database")
    assert "busy" == asked.ask()
    store.fails = CannotRun("the file is gone")
    assert "not_kept" == asked.ask()
    store.fails = None
    assert (None, 4) == (asked.ask(), store.tries)


def test_while_one_try_hangs_the_last_answer_holds_and_then_no_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "EVERY", 0.0)
    asked = Readiness(store.try_to_keep, lambda: True)
    assert None is asked.ask()
    store.began.clear()
    store.go.clear()
    thread = threading.Thread(target=asked.ask)
    thread.start()
    assert store.began.wait(PATIENCE)

    assert None is asked.ask()
    monkeypatch.setattr(readiness, "PATIENCE", 0.0)
    assert ("not_kept", 2) == (asked.ask(), store.tries)
    store.go.set()
    thread.join(PATIENCE)
    assert None is asked.ask()


def test_the_first_questions_wait_for_the_first_try(store: Store) -> None:
    store.go.clear()
    asked = Readiness(store.try_to_keep, lambda: True)
    with ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(asked.ask) for _ in range(4)]
        assert store.began.wait(PATIENCE)
        store.go.set()
        assert ([None] * 4, 1) == ([one.result(PATIENCE) for one in answers], store.tries)


def test_a_try_that_falls_over_is_no_reason_to_be_ready(store: Store) -> None:
    store.fails = ZeroDivisionError()
    asked = Readiness(store.try_to_keep, lambda: True)

    with pytest.raises(ZeroDivisionError):
        asked.ask()
    assert "not_kept" == asked.ask()


def test_without_room_it_is_busy(store: Store) -> None:
    assert "busy" == Readiness(store.try_to_keep, lambda: False).ask()
