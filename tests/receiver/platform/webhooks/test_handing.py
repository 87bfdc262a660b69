"""Calls are handed over until the task runner has them, and leave nothing secret behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import Engine, text
from tests.receiver.bare_server import eventually

from hookproof import BadConfiguration, CannotRun
from hookproof_receiver.platform.task_running import TaskRunning
from hookproof_receiver.platform.webhooks import handing
from hookproof_receiver.platform.webhooks.handing import Handing
from hookproof_receiver.platform.webhooks.store import Call, WebhookStore, record_calls
from hookproof_runtime.task_runner import NotInstalled

AT = 1_790_000_000_000_000_000


class Runner:
    """Records nothing, and refuses as it is told."""

    def __init__(self) -> None:
        self.refusals: list[Exception] = []
        self.taken: list[tuple[str, int, Mapping[str, Any]]] = []
        self.starts = 0

    def start(self) -> None:
        self.starts += 1

    def enqueue(self, record: Mapping[str, Any], *, key: str, at_ns: int) -> str:
        if self.refusals:
            raise self.refusals.pop(0)
        self.taken.append((key, at_ns, record))
        return f"msg_{len(self.taken)}"

    def close(self) -> None:
        pass


@pytest.fixture
def runner() -> Runner:
    return Runner()


@pytest.fixture
def hands(engine: Engine, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> Iterator[Handing]:
    monkeypatch.setattr(handing, "LOOKS_EVERY", 0.01)
    failures: list[Exception] = [NotInstalled("none is installed"), CannotRun("not yet")]

    def make() -> Any:
        if failures:
            raise failures.pop()
        return runner

    hands = Handing(WebhookStore(engine), TaskRunning(make))
    yield hands
    hands.close()


def end(engine: Engine, *keys: str, handed_over: bool = False) -> None:
    with engine.begin() as connection:
        record_calls(connection, [Call(key, 1, 9, "tell", {"secretKey": "hidden"}, AT) for key in keys])
        if handed_over:
            done = "UPDATE hookproof_webhook_calls SET record = NULL, message_id = 'msg_1'"
            connection.execute(text(done))


def rows(engine: Engine) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [
            tuple(row)
            for row in connection.execute(
                text("SELECT key, record, message_id, error FROM hookproof_webhook_calls ORDER BY id")
            )
        ]


@pytest.mark.rule("P-HOOK-6")
def test_what_cannot_be_handed_over_now_is_tried_again_in_its_order(
    engine: Engine, hands: Handing, runner: Runner
) -> None:
    runner.refusals = [CannotRun("the outbox is busy")]
    end(engine, "a", "b", "c")
    hands.wake()
    eventually(lambda: len(runner.taken) == 3)
    assert [(key, AT, {"secretKey": "hidden"}) for key in "abc"] == runner.taken
    eventually(lambda: rows(engine)[-1][2])
    assert [("a", None, "msg_1", None), ("b", None, "msg_2", None), ("c", None, "msg_3", None)] == rows(
        engine
    )


@pytest.mark.rule("P-HOOK-6")
def test_what_can_never_be_sent_does_not_hold_up_what_follows(
    engine: Engine, hands: Handing, runner: Runner
) -> None:
    runner.refusals = [BadConfiguration("url: it is none")]
    end(engine, "a", "b")
    hands.wake()
    eventually(lambda: rows(engine)[-1][2])
    assert [("a", None, None, "url: it is none"), ("b", None, "msg_1", None)] == rows(engine)
    end(engine, "c")
    hands.wake()
    eventually(lambda: len(runner.taken) == 2)


@pytest.mark.rule("P-HOOK-6")
def test_what_another_process_left_is_taken_up_by_one_that_has_nothing_to_do(
    engine: Engine, hands: Handing, runner: Runner
) -> None:
    hands.wake()
    end(engine, "a")  # by another process, which does not come to hand it over
    eventually(lambda: runner.taken)
    assert ["a"] == [key for key, _, _ in runner.taken]


@pytest.mark.rule("P-HOOK-6")
def test_what_another_process_handed_over_is_sent_though_it_died(
    engine: Engine, hands: Handing, runner: Runner
) -> None:
    hands.wake()
    end(engine, "a", handed_over=True)
    eventually(lambda: runner.starts)
    assert [] == runner.taken


def test_what_is_wrong_is_said_once(
    engine: Engine, runner: Runner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(handing, "LOOKS_EVERY", 0.001)
    looks = iter(range(5))
    sees = threading.Event()

    def make() -> Any:
        if next(looks, None) is None:
            sees.set()
        raise NotInstalled("none is installed")

    end(engine, "a")
    hands = Handing(WebhookStore(engine), TaskRunning(make))
    hands.wake()
    assert sees.wait(10)
    hands.close()
    assert 1 == caplog.text.count("webhooks wait")
