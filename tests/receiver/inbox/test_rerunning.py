"""A run by hand whose message somebody else has run meanwhile writes nothing, and says so at once."""

from __future__ import annotations

import pytest
from sqlalchemy import event
from tests.receiver.inbox.shop import PATIENCE, Shop, endpoint

from hookproof_receiver.inbox import byhand
from hookproof_receiver.inbox.writer import Writer
from hookproof_runtime.database import writing


def test_what_somebody_else_has_run_since_is_not_tried_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hookproof_receiver.inbox.running._MARK_WAITS", 0.1)
    at = endpoint(lambda message: None)
    inbox = shop.open(at)
    message_id = inbox.accept(at, shop.request()).message_id
    assert message_id is not None
    with writing(shop.engine) as connection:
        first = byhand.take(connection, message_id, "done", "one", 0)
        byhand.take(connection, message_id, "done", "another", 0)
    writer = Writer(shop.engine)
    run = byhand.Rerun(at, first, None, finished=True, note=lambda *_: None)
    begun: list[object] = []
    event.listen(shop.engine, "begin", begun.append)

    run.perform(shop.engine, writer, "one", shop.clock)

    assert (1, None) == (len(begun), run.settled)
    assert writer.close(PATIENCE)
