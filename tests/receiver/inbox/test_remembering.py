"""What is remembered: for how long, and of how many."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.receiver.claims.databases import ON_SQLITE
from tests.receiver.claims.shop import Shop as ClaimingShop
from tests.receiver.inbox.shop import Shop, endpoint
from tests.work import steps

from hookproof import StaleDelivery
from hookproof_receiver import prune_claims
from hookproof_sender.tasks.record import HttpTask
from hookproof_sender.wire.profiles import LONGEST_PAUSE

GUID = "0b6f1c1e-7a52-4b5e-9a0e-3f6f2f6f1a11"
BODY = b'{"order": 4}'
DAY = 86_400.0


@pytest.mark.rule("P-ID-16")
@pytest.mark.parametrize(
    "days",
    [pytest.param(6.9, id="REP-16/for 7 days"), pytest.param(30, id="REP-16/while nothing removes it")],
)
def test_a_retry_and_a_replay_are_known_for_as_long_as_identities_are_kept(
    shop: Shop, days: float
) -> None:
    at = endpoint()
    inbox = shop.open(at)
    first = shop.request(guid=GUID)
    inbox.accept(at, first)
    shop.clock.advance(days * DAY)

    answers = [inbox.accept(at, shop.request(guid=GUID)), inbox.accept(at, shop.again(first, "other"))]

    assert [(201, True)] * 2 == [(one.status, one.duplicate) for one in answers]
    assert [BODY] == shop.shipped()


@pytest.mark.parametrize("days", [pytest.param(7, id="REP-16/longer than a sender retries")])
def test_identities_outlive_every_retry(days: float) -> None:
    retries = HttpTask.model_json_schema()["properties"]["maxRetries"]["anyOf"][0]["maximum"]

    assert retries * (LONGEST_PAUSE + 30) < days * DAY


@pytest.mark.rule("P-CLAIM-7")
@pytest.mark.parametrize("days", [pytest.param(7.1, id="REP-16/when it was removed")])
def test_what_was_captured_is_stale_long_before_it_is_forgotten(tmp_path: Path, days: float) -> None:
    shop = ClaimingShop(ON_SQLITE["sqlite3"], str(tmp_path / "shop.db"))
    shop.take(shop.attempt(guid=GUID))
    shop.clock.advance(days * DAY)
    with shop.transaction() as connection:
        prune_claims(connection, clock=shop.clock)

    with pytest.raises(StaleDelivery):
        shop.take(shop.again("other"))
    assert [BODY] == shop.effects()


@pytest.mark.long
@pytest.mark.parametrize("count", [pytest.param(1_000_000, id="REP-17")])
def test_a_million_identities_are_no_slower_to_look_through_than_a_few(shop: Shop, count: int) -> None:
    """A new message, a replay, a link and a retry, in the steps that SQLite takes for them."""
    at = endpoint(link="any")
    number = 0

    def take() -> None:
        nonlocal number
        number += 1
        body = f'{{"order": {number}}}'.encode()
        first = shop.request(body)
        retries = [shop.request(body, f"guid-{number}") for _ in range(2)]
        requests = [first, shop.again(first), *retries]
        assert [201] * 4 == [inbox.accept(at, one).status for one in requests]

    def rounds() -> int:
        before = counted.taken
        for _ in range(10):
            take()
        return counted.taken - before

    with steps(shop.engine) as counted:
        inbox = shop.open(at)
        few = rounds()
        multiply(shop, count // 3)  # a message here has three
        many = rounds()

    assert number == len(set(shop.shipped()))
    assert 0 < many < 1.2 * few


def multiply(shop: Shop, count: int) -> None:
    """Have so many messages more, with all that leads to them, as copies of one that is there."""
    with closing(sqlite3.connect(str(shop.engine.url.database))) as database, database:
        for pragma in ("foreign_keys = OFF", "synchronous = OFF", "cache_size = -200000"):
            database.execute(f"PRAGMA {pragma}")
        for table, own, changed in (
            ("hookproof_messages", "id", ("id", "digest")),
            ("hookproof_identities", "message_id", ("value", "message_id")),
        ):
            names = [name for _, name, *_ in database.execute(f"PRAGMA table_info({table})")]
            columns = ", ".join(f"{one} || '-' || n" if one in changed else one for one in names)
            rows = "SELECT message_id FROM hookproof_identities WHERE value LIKE 'guid:%' LIMIT 1"
            database.execute(
                f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT ?)"
                f" INSERT INTO {table} ({', '.join(names)})"
                f" SELECT {columns} FROM numbers, (SELECT * FROM {table} WHERE {own} = ({rows}))",
                (count,),
            )
