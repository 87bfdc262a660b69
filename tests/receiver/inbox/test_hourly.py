"""What is old goes by itself, while the receiver runs."""

from __future__ import annotations

import threading

import pytest
from tests.receiver.inbox.shop import PATIENCE, Shop, endpoint, eventually

from hookproof_receiver.inbox import Retention
from hookproof_receiver.inbox.hourly import Hourly
from hookproof_receiver.inbox.pruner import Pruner
from hookproof_runtime.database import writing

DAY = 86_400.0


def test_old_bodies_go_again_and_again(shop: Shop) -> None:
    at = endpoint()
    inbox = shop.open(at)
    inbox.accept(at, shop.request(b"one"))
    shop.clock.advance(8 * DAY)
    inbox.accept(at, shop.request(b"two"))
    hourly = Hourly(Pruner(shop.engine, shop.clock, Retention()), first_s=0.01, every_s=0.01)
    hourly.start()

    assert eventually(lambda: [True, False] == [one.body_kept for one in inbox.messages()])
    shop.clock.advance(8 * DAY)
    assert eventually(lambda: [False, False] == [one.body_kept for one in inbox.messages()])
    assert hourly.stop(PATIENCE)


def test_what_cannot_be_removed_now_is_removed_the_next_time(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    at = endpoint()
    inbox = shop.open(at)
    inbox.accept(at, shop.request())
    shop.clock.advance(8 * DAY)
    monkeypatch.setattr("hookproof_receiver.inbox.pruner._WAITS", 0.01)
    hourly = Hourly(Pruner(shop.engine, shop.clock, Retention()), first_s=0.01, every_s=0.01)
    with writing(shop.engine):
        hourly.start()
        assert eventually(lambda: "what is old was not removed" in caplog.text)

    assert eventually(lambda: not inbox.messages()[0].body_kept)
    assert hourly.stop(PATIENCE)


def test_an_inbox_has_one_where_it_is_told_what_is_old(shop: Shop) -> None:
    with_one = shop.open(endpoint(), retention=Retention())
    threads = {thread.name for thread in threading.enumerate()}

    assert "inbox pruner" in threads
    assert with_one.close(PATIENCE)
