"""`claim` on every kind of connection: the ladder's rules, and the caller's transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.receiver.claims.databases import PATIENCE, run
from tests.receiver.claims.shop import BODY, GUID, OTHER_GUID, Away, Shop

from hookproof_receiver import ClaimRefused, create_claims_table, prune_claims

Open = Callable[..., Shop]
RUN = b'{"order": 4, "run": "run-1/tell"}'
KEYED: dict[str, Any] = {"identity": "json:/run"}
DAY = 86_400


@pytest.mark.rule("P-CLAIM-1")
def test_a_message_is_claimed_once(shop: Shop) -> None:
    assert [True, False] == [shop.take(shop.attempt()), shop.take(shop.again())]
    assert [BODY] == shop.effects()


@pytest.mark.rule("P-CLAIM-1")
def test_a_second_claim_in_the_same_transaction_is_false(shop: Shop) -> None:
    delivery = shop.attempt()
    with shop.transaction() as connection:
        claims = [shop.claim(delivery, connection), shop.claim(delivery, connection)]

    assert ([True, False], [BODY]) == (claims, shop.effects())


@pytest.mark.rule("P-CLAIM-2")
def test_what_is_rolled_back_was_never_claimed(shop: Shop) -> None:
    first = shop.take(shop.attempt(), fails=True)
    nothing = shop.effects()
    retries = [shop.take(shop.attempt(guid=GUID)), shop.take(shop.attempt(guid=GUID))]

    assert (True, [], [True, False]) == (first, nothing, retries)
    assert [BODY] == shop.effects()


@pytest.mark.rule("P-CLAIM-2")
def test_a_process_that_is_killed_before_its_commit_claimed_nothing(shop: Shop) -> None:
    delivery = shop.attempt()
    shop.killed_while_it_claims()

    assert ([], True, [BODY]) == (shop.effects(), shop.take(delivery), shop.effects())


@pytest.mark.rule("P-CLAIM-3")
def test_signed_bytes_that_were_seen_are_the_same_message_and_bind_no_guid(shop: Shop) -> None:
    claims = [shop.take(shop.attempt()), shop.take(shop.again(OTHER_GUID))]
    claims += [shop.take(shop.attempt(guid=GUID)), shop.take(shop.attempt(guid=OTHER_GUID))]

    assert [True, False, False, True] == claims


@pytest.mark.rule("P-CLAIM-3")
def test_a_replay_of_a_retry_is_known_too(shop: Shop) -> None:
    shop.take(shop.attempt())
    shop.take(shop.attempt(guid=GUID))

    assert [False, False] == [shop.take(shop.again()), shop.take(shop.again(OTHER_GUID))]
    assert [BODY] == shop.effects()


@pytest.mark.rule("P-CLAIM-3")
def test_a_known_guid_is_a_retry_also_with_another_body(shop: Shop) -> None:
    claims = [shop.take(shop.attempt(guid=GUID)), shop.take(shop.attempt(b"{}", GUID))]

    assert ([True, False], [BODY]) == (claims, shop.effects())


@pytest.mark.rule("P-CLAIM-3")
def test_a_signed_key_decides_alone(open_shop: Open) -> None:
    shop = open_shop(**KEYED)
    other = b'{"order": 4, "run": "run-2/tell"}'
    claims = [
        shop.take(shop.attempt(RUN, GUID)),
        shop.take(shop.attempt(RUN, OTHER_GUID)),
        shop.take(shop.attempt(b'{"order": 5, "run": "run-1/tell"}')),
        shop.take(shop.attempt(other, GUID)),
    ]

    assert ([True, False, False, True], [RUN, other]) == (claims, shop.effects())


@pytest.mark.rule("P-CLAIM-3")
def test_a_signed_id_is_a_key(shop: Shop) -> None:
    sign: dict[str, Any] = {"scheme": "standard-webhooks"}
    claims = [
        shop.take(shop.attempt(message_id="msg_1", **sign)),
        shop.take(shop.attempt(b"{}", message_id="msg_1", **sign)),
        shop.take(shop.attempt(message_id="msg_2", **sign)),
    ]

    assert [True, False, True] == claims


@pytest.mark.rule("P-CLAIM-3")
def test_where_the_body_alone_is_signed_only_a_guid_or_a_field_tells(open_shop: Open) -> None:
    shop = open_shop(link="off")
    sign: dict[str, Any] = {"scheme": "github"}
    claims = [shop.take(shop.attempt(**sign)), shop.take(shop.attempt(**sign))]
    claims += [shop.take(shop.attempt(guid=GUID, **sign)), shop.take(shop.attempt(guid=GUID, **sign))]
    keyed = [shop.take(shop.attempt(RUN, **sign), **KEYED) for _ in range(2)]

    assert ([True, True, True, False], [True, False]) == (claims, keyed)


@pytest.mark.rule("P-CLAIM-4")
def test_a_new_guid_is_bound_to_the_newest_message_without_one(shop: Shop) -> None:
    shop.take(shop.attempt())
    shop.take(shop.attempt())
    claims = [shop.take(shop.attempt(guid=GUID)), shop.take(shop.attempt(guid=GUID))]
    claims += [shop.take(shop.attempt(guid=OTHER_GUID)), shop.take(shop.attempt(guid="a-third"))]

    assert [False, False, False, True] == claims


@pytest.mark.rule("P-CLAIM-4")
@pytest.mark.parametrize(("seconds", "claimed"), [(599, False), (601, True)])
def test_it_looks_back_ten_minutes(shop: Shop, seconds: float, claimed: bool) -> None:
    shop.take(shop.attempt())
    shop.clock.advance(seconds)

    assert claimed is shop.take(shop.attempt(guid=GUID))


@pytest.mark.rule("P-CLAIM-4")
@pytest.mark.parametrize(
    ("body", "options"),
    [(b"{}", {}), (BODY, {"endpoint": "bills"}), (BODY, {"link": "off"}), (BODY, {"link_window": 0.5})],
    ids=["body", "endpoint", "off", "window"],
)
def test_it_links_no_other_and_less_where_told_so(shop: Shop, body: bytes, options: Any) -> None:
    shop.take(shop.attempt())
    shop.clock.advance(1)

    assert shop.take(shop.attempt(body, GUID), **options)


@pytest.mark.rule("P-CLAIM-1")
def test_two_endpoints_share_no_message(shop: Shop) -> None:
    delivery = shop.attempt(guid=GUID)

    assert [True, True] == [shop.take(delivery), shop.take(delivery, endpoint="bills")]


@pytest.mark.rule("P-CLAIM-5")
@pytest.mark.parametrize(
    ("body", "options", "code"),
    [
        (b'{"order": 5, "run": "run-1/tell"}', {"on_body_change": "refuse"}, "body_changed"),
        (b'{"order": 4}', {"identity_required": True}, "no_identity"),
    ],
    ids=["body_changed", "no_identity"],
)
def test_what_the_rules_refuse_is_an_error_with_a_code(
    open_shop: Open, body: bytes, options: Any, code: str
) -> None:
    shop = open_shop(**KEYED, **options)
    shop.take(shop.attempt(RUN))
    with pytest.raises(ClaimRefused) as refused:
        shop.take(shop.attempt(body))

    assert code == refused.value.code
    assert "order" not in str(refused.value)
    assert [RUN] == shop.effects()


@pytest.mark.rule("P-CLAIM-6")
@pytest.mark.parametrize("fails", [False, True], ids=["committed", "rolled back"])
@pytest.mark.parametrize("second", ["the same bytes", "a retry", "the same key", "another body"])
def test_of_two_at_once_one_waits_for_the_other(open_shop: Open, second: str, fails: bool) -> None:
    shop = open_shop(**(KEYED if second == "the same key" else {}))
    guid = GUID if second == "another body" else None
    held = shop.attempt(RUN, guid)
    waiting = {
        "the same bytes": lambda: shop.again(OTHER_GUID),
        "a retry": lambda: shop.attempt(RUN, GUID),
        "the same key": lambda: shop.attempt(RUN, GUID),
        "another body": lambda: shop.attempt(b'{"order": 5}', GUID),
    }[second]()
    started, ended = threading.Event(), threading.Event()

    def take() -> bool:
        started.set()
        claimed = shop.take(waiting)
        ended.set()
        return claimed

    with ThreadPoolExecutor(1) as pool:
        try:
            with shop.transaction() as connection:
                assert shop.claim(held, connection)
                other = pool.submit(take)
                assert started.wait(PATIENCE)
                assert not ended.wait(0.1)  # it cannot know yet
                if fails:
                    raise Away
        except Away:
            pass
        assert fails is other.result(PATIENCE)
    assert 1 == len(shop.effects())


@pytest.mark.rule("P-CLAIM-6")
def test_of_many_at_once_one_is_true(shop: Shop) -> None:
    deliveries = [shop.attempt(RUN, GUID) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(shop.take, deliveries))

    assert ([RUN], 1) == (shop.effects(), claims.count(True))


@pytest.mark.rule("P-CLAIM-7")
def test_claims_are_kept_for_seven_days(shop: Shop) -> None:
    shop.take(shop.attempt(guid=GUID))
    shop.clock.advance(7 * DAY - 1)
    with shop.transaction() as connection:
        prune_claims(connection, clock=shop.clock)
    kept = shop.take(shop.attempt(guid=GUID))
    shop.clock.advance(7 * DAY + 1)
    with shop.transaction() as connection:
        prune_claims(connection, clock=shop.clock)
        left = run(connection, "SELECT count(*) FROM hookproof_claims")

    assert (False, [(0,)]) == (kept, [tuple(row) for row in left])


def test_several_may_make_the_table_at_once(shop: Shop) -> None:
    with shop.transaction() as connection:
        run(connection, "DROP TABLE hookproof_claims")

    def make() -> None:
        with shop.transaction() as connection:
            create_claims_table(connection)

    with ThreadPoolExecutor(4) as pool:
        for made in [pool.submit(make) for _ in range(4)]:
            made.result(PATIENCE)
    assert shop.take(shop.attempt())
