"""Which message a request is, and what becomes of it: the ladder, rule by rule, on the wire."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from tests.contract.shop import (
    BODY,
    GUID,
    OTHER_GUID,
    PATH,
    Ending,
    Held,
    Open,
    Shop,
    Waiting,
    is_duplicate,
    known,
    ship,
)
from tests.receiver.bare_server import eventually
from tests.receiver.wire import PATIENCE

from hookproof import Secret
from hookproof.testing import SECRET, signed_headers
from hookproof_receiver.inbox import Message
from hookproof_runtime.database import Connection

HEADER = "X-Webhook-Signature"
BOOM = RuntimeError("boom")
KEYED = {"identity": "json:/run"}
RUN = b'{"run": "r1"}'
RUN_CHANGED = b'{"run": "r1", "order": 5}'
OTHER_RUN = b'{"run": "r2"}'


class TestTheSignedKey:
    @pytest.mark.rule("P-ID-1")
    def test_the_same_value_is_the_same_message(self, open_shop: Open) -> None:
        shop = open_shop(**KEYED)
        first, second = shop.post(RUN), shop.post(RUN, guid=GUID)

        assert (known(first), True) == (known(second), is_duplicate(second))
        assert [RUN] == shop.effects()

    @pytest.mark.rule("P-ID-1")
    def test_a_new_value_is_a_new_message_even_under_a_known_guid(self, open_shop: Open) -> None:
        shop = open_shop(**KEYED)
        first, second = shop.post(RUN, guid=GUID), shop.post(OTHER_RUN, guid=GUID)

        assert known(first) != known(second)
        assert [RUN, OTHER_RUN] == shop.effects()

    @pytest.mark.rule("P-ID-22")
    def test_a_setting_that_is_newer_than_a_message_makes_no_second_one_of_it(
        self, open_shop: Open
    ) -> None:
        before = open_shop(Ending(BOOM))
        request = before.request(RUN)
        first = before.send(request)
        retry = before.post(RUN, guid=GUID)
        after = open_shop(**KEYED)
        after.clock.nanoseconds = before.clock.nanoseconds

        responses = [after.post(RUN, guid=GUID), after.post(RUN, guid=OTHER_GUID), after.send(request)]

        assert [known(first)] * 4 == [known(one) for one in (retry, *responses)]
        assert [False, True, True] == [is_duplicate(one) for one in responses]
        assert [RUN] == after.effects()

    @pytest.mark.rule("P-ID-22")
    def test_nothing_is_linked_to_a_message_that_is_older_than_the_setting(
        self, open_shop: Open
    ) -> None:
        before = open_shop()
        first = before.post(RUN)
        after = open_shop(**KEYED)
        after.clock.nanoseconds = before.clock.nanoseconds

        assert known(first) != known(after.post(RUN, guid=GUID))

    @pytest.mark.rule("P-ID-2")
    @pytest.mark.parametrize("value", [b"4", b"0", b"-1.5e3", b'"r1"', b'" "', b'"{"'])
    def test_a_number_or_a_string_is_usable(self, open_shop: Open, value: bytes) -> None:
        shop = open_shop(**KEYED)
        first = shop.post(b'{"run": ' + value + b"}")
        second = shop.post(b'{"more": 1, "run": ' + value + b"}")

        assert (known(first), True) == (known(second), is_duplicate(second))
        assert ("body_changed",) == shop.flags()

    @pytest.mark.rule("P-ID-2")
    @pytest.mark.parametrize(
        "body",
        [
            b"{}",
            b'{"run": ""}',
            b'{"run": null}',
            b'{"run": true}',
            b'{"run": ["r1"]}',
            b'{"run": {"id": 1}}',
            b'{"run": "{{$plan.runId}}"}',
            b'["run"]',
            b"run=r1",
            b"",
        ],
        ids=repr,
    )
    def test_without_a_usable_value_the_other_rules_hold_and_it_is_flagged(
        self, open_shop: Open, body: bytes
    ) -> None:
        shop = open_shop(**KEYED)
        first = shop.post(body)
        assert ("no_identity",) == shop.flags()
        retry, other = shop.post(body, guid=GUID), shop.post(body)

        assert known(first) == known(retry) != known(other)
        assert [body, body] == shop.effects()

    @pytest.mark.rule("P-ID-2")
    def test_where_a_value_is_required_its_absence_is_refused(self, open_shop: Open) -> None:
        shop = open_shop(**KEYED, identity_required=True)
        response = shop.post(b'{"run": null}')

        assert (422, "no_identity", []) == (response.status, response.code, shop.effects())
        assert 201 == shop.post(RUN).status


class TestSignedBytes:
    @pytest.mark.rule("P-ID-3")
    @pytest.mark.parametrize(
        "other",
        [{"method": "PUT"}, {"target": PATH + "?a=b"}, {"guid": GUID}, {}],
        ids=["method", "query string", "GUID", "nothing else"],
    )
    def test_bytes_that_were_proved_are_the_same_message(self, shop: Shop, other: Any) -> None:
        header = signed_headers(BODY, clock=shop.clock)
        first, second = shop.post(more=header), shop.post(**other, more=header)

        assert (known(first), True) == (known(second), is_duplicate(second))
        assert [BODY] == shop.effects()

    @pytest.mark.rule("P-ID-3")
    def test_they_bind_no_guid(self, shop: Shop) -> None:
        """A captured request under a GUID of somebody's choosing claims nothing."""
        header = signed_headers(BODY, clock=shop.clock)
        first = shop.post(more=header)
        shop.post(more=header, guid=GUID)
        honest = shop.post(b'{"order": 5}', guid=GUID)

        assert known(first) != known(honest)
        assert [BODY, b'{"order": 5}'] == shop.effects()

    @pytest.mark.rule("P-ID-4")
    def test_neither_order_nor_number_nor_secret_of_signatures_matters(self, open_shop: Open) -> None:
        old = "the-secret-before-the-rotation-for-tests"
        shop = open_shop(secrets=[Secret(SECRET, "new"), Secret(old, "old")])
        made = [
            signed_headers(BODY, secrets=secret, clock=shop.clock)[HEADER] for secret in (SECRET, old)
        ]
        t, new_mac = made[0].split(",")
        old_mac = made[1].split(",")[1]
        values = [
            f"{t},{new_mac}",
            f"{new_mac},{t}",
            f"{t}, {old_mac}",
            f"{t},{old_mac},{new_mac},x=1",
            f"{t},sha256={'0' * 64},{new_mac}",
        ]
        messages = {known(shop.post(more={HEADER: value})) for value in values}
        signed = b"http-task\n" + t.removeprefix("t=").encode() + b"." + BODY

        assert (1, [BODY]) == (len(messages), shop.effects())
        (identity,) = shop.identities()
        assert ("signature", hashlib.sha256(signed).hexdigest()) == tuple(identity.split(":")[::2])


class TestAKnownGuid:
    @pytest.mark.rule("P-ID-5", "P-ID-9", "P-ANS-6")
    def test_it_makes_a_retry(self, open_shop: Open) -> None:
        shop = open_shop(link="off")
        first, retry = shop.post(guid=GUID), shop.post(guid=GUID)

        assert (first.status, first.body, known(first)) == (retry.status, retry.body, known(retry))
        assert known(first) == retry.headers["hookproof-duplicate"]
        assert "hookproof-duplicate" not in first.headers
        assert [BODY] == shop.effects()

    @pytest.mark.rule("P-GUID-4")
    @pytest.mark.parametrize(
        "text", [GUID.upper(), f"{{{GUID}}}", GUID.replace("-", ""), f"{{{GUID.upper()}}}"]
    )
    def test_a_uuid_is_the_same_in_any_writing(self, open_shop: Open, text: str) -> None:
        shop = open_shop(link="off")
        first, retry = shop.post(guid=GUID), shop.post(guid=text)

        assert (known(first), True) == (known(retry), is_duplicate(retry))

    @pytest.mark.rule("P-GUID-5")
    @pytest.mark.parametrize("text", ["x", "not-a-uuid", "!" * 128, GUID + "0", "';--"])
    def test_other_text_is_a_guid_as_it_stands(self, open_shop: Open, text: str) -> None:
        shop = open_shop(link="off")
        first, retry, other = (
            shop.post(guid=text),
            shop.post(guid=text),
            shop.post(guid=text[:-1] + "y"),
        )

        assert known(first) == known(retry) != known(other)

    @pytest.mark.rule("P-GUID-5")
    @pytest.mark.parametrize("text", ["", "x" * 129, "a b", "a,b", "a\tb", "caf\xe9"], ids=repr)
    def test_what_is_no_guid_is_as_if_there_were_none(self, shop: Shop, text: str) -> None:
        first = shop.post(guid=text)
        assert ("guid_ignored",) == shop.flags()
        second = shop.post(guid=text)

        assert known(first) != known(second)
        assert not any(value.startswith("guid:") for value in shop.identities())

    @pytest.mark.rule("P-GUID-5")
    def test_a_header_that_came_twice_is_no_guid(self, shop: Shop) -> None:
        more = {"X-Http-Task-Guid": GUID, "x-http-task-guid": GUID}
        first, second = shop.post(more=more), shop.post(more=more)

        assert ("guid_ignored",) == shop.flags()
        assert known(first) != known(second)

    @pytest.mark.rule("P-GUID-6")
    def test_a_refused_request_claims_no_guid(self, shop: Shop) -> None:
        before = shop.store()
        for more in ({HEADER: None}, signed_headers(b"other", clock=shop.clock)):
            assert 401 == shop.post(guid=GUID, more=more).status
        assert before == shop.store()

        assert 201 == shop.post(guid=GUID).status
        assert [BODY] == shop.effects()

    @pytest.mark.rule("P-ID-6")
    @pytest.mark.parametrize(
        ("endpoint", "bodies"), [({}, [BODY, b'{"order": 5}']), (KEYED, [RUN, RUN_CHANGED])]
    )
    @pytest.mark.parametrize("finished", [True, False])
    def test_a_changed_body_runs_where_the_message_is_unfinished(
        self, open_shop: Open, endpoint: Any, bodies: list[bytes], finished: bool
    ) -> None:
        shop = open_shop(Ending(None if finished else BOOM, None), **endpoint)
        first, retry = (shop.post(body, guid=GUID) for body in bodies)

        assert (known(first), finished) == (known(retry), is_duplicate(retry))
        assert ("body_changed",) == shop.flags()
        assert [bodies[0] if finished else bodies[1]] == shop.effects()

    @pytest.mark.rule("P-ID-6")
    @pytest.mark.parametrize("finished", [True, False])
    def test_a_changed_body_may_be_refused(self, open_shop: Open, finished: bool) -> None:
        shop = open_shop(Ending(None if finished else BOOM, None), on_body_change="refuse")
        shop.post(guid=GUID)
        before = shop.effects()
        response = shop.post(b'{"order": 5}', guid=GUID)

        assert (422, "body_changed") == (response.status, response.code)
        assert before == shop.effects()


class TestANewGuid:
    @pytest.mark.rule("P-ID-7")
    @pytest.mark.parametrize("ending", [None, BOOM, 404], ids=["done", "failed", "rejected"])
    def test_it_is_bound_to_the_newest_message_like_it(self, open_shop: Open, ending: Any) -> None:
        shop = open_shop(Ending(None, ending))
        older, newer = shop.post(), shop.post()
        retry = shop.post(guid=GUID)
        assert ("linked",) == shop.flags()
        again, other = shop.post(guid=GUID), shop.post(guid=OTHER_GUID)

        assert known(newer) == known(retry) == known(again)
        assert known(older) == known(other)

    @pytest.mark.rule("P-ID-7")
    @pytest.mark.parametrize(
        "other",
        [{"method": "PUT"}, {"target": PATH + "?a=b"}, {"body": b'{"order": 5}'}],
        ids=["method", "target", "body"],
    )
    def test_another_method_target_or_body_is_not_like_it(self, shop: Shop, other: Any) -> None:
        first, second = shop.post(), shop.post(**other, guid=GUID)

        assert known(first) != known(second)
        assert () == shop.flags()

    @pytest.mark.rule("P-ID-7")
    @pytest.mark.parametrize(("seconds", "linked"), [(599, True), (601, False)])
    def test_the_window_is_ten_minutes(self, shop: Shop, seconds: float, linked: bool) -> None:
        first = shop.post()
        shop.clock.advance(seconds)

        assert linked == (known(first) == known(shop.post(guid=GUID)))

    @pytest.mark.rule("P-ID-7")
    @pytest.mark.parametrize(
        ("link", "ending", "linked"),
        [("failed", BOOM, True), ("failed", None, False), ("off", BOOM, False), ("off", None, False)],
    )
    def test_it_may_be_told_to_link_less(
        self, open_shop: Open, link: str, ending: Any, linked: bool
    ) -> None:
        shop = open_shop(Ending(ending, None), link=link)
        first, second = shop.post(), shop.post(guid=GUID)

        assert linked == (known(first) == known(second))
        assert linked == ("linked" in shop.flags())

    @pytest.mark.rule("P-ID-8")
    def test_any_other_request_is_a_new_message(self, shop: Shop) -> None:
        messages = [known(shop.post()), known(shop.post()), known(shop.post(b"{}", guid=GUID))]
        messages += [known(shop.post(b"{}", guid=OTHER_GUID))]

        assert 4 == len(set(messages)) == len(shop.effects())


class TestWhatBecomesOfIt:
    @pytest.mark.rule("P-ID-9", "P-ANS-6")
    @pytest.mark.parametrize("ending", [(202, b"\0\xff"), (404, {"no": 1}), 302, 204, None])
    def test_done_gives_the_kept_answer(self, open_shop: Open, ending: Any) -> None:
        shop = open_shop(Ending(ending))
        request = shop.request()
        first, retries = shop.send(request), [shop.send(request), shop.post(guid=GUID)]
        effects = shop.effects()

        for retry in retries:
            assert (first.status, first.body) == (retry.status, retry.body)
            assert first.headers.get("content-type") == retry.headers.get("content-type")
            assert known(first) == known(retry) == retry.headers["hookproof-duplicate"]
        assert ([BODY] if first.status < 300 else []) == effects

    @pytest.mark.rule("P-ID-10")
    @pytest.mark.parametrize(
        ("body", "flags"), [(BODY, ()), (b'{"order": 5}', ("body_changed",))], ids=["same", "changed"]
    )
    def test_running_is_waited_for(self, open_shop: Open, body: bytes, flags: tuple[str, ...]) -> None:
        held = Held()
        shop = open_shop(held)
        first = Waiting(shop, shop.request(guid=GUID))
        assert held.started.wait(PATIENCE)
        second = Waiting(shop, shop.request(body, guid=GUID))
        eventually(lambda: len(shop.receiver.open().deliveries()) == 2)  # the second is judged too
        held.go.set()
        responses = [first.response(), second.response()]

        assert [201, 201] == [response.status for response in responses]
        assert responses[0].body == responses[1].body
        assert flags == shop.flags()
        assert [BODY] == shop.effects()

    @pytest.mark.rule("P-ID-11")
    @pytest.mark.parametrize("same_bytes", [True, False])
    def test_failed_and_fresh_runs_again(self, open_shop: Open, same_bytes: bool) -> None:
        shop = open_shop(Ending(BOOM, None))
        request = shop.request(guid=GUID)
        first = shop.send(request)
        second = shop.send(request) if same_bytes else shop.post(guid=GUID)

        assert (500, 201) == (first.status, second.status)
        assert known(first) == known(second)
        assert [BODY] == shop.effects()

    @pytest.mark.rule("P-ID-12")
    def test_failed_and_stale_is_refused_and_kept_apart(self, open_shop: Open) -> None:
        shop = open_shop(Ending(BOOM, None))
        request = shop.request(guid=GUID)
        shop.send(request)
        shop.clock.advance(301)
        response = shop.send(request)

        assert (401, "too_old") == (response.status, response.code)
        assert ([], [BODY]) == (shop.effects(), shop.apart())

    @pytest.mark.rule("P-ID-13", "P-ANS-5")
    @pytest.mark.parametrize("ending", [ship, None], ids=["done", "failed and run again"])
    def test_promised_is_the_receivers_to_finish(self, open_shop: Open, ending: Any) -> None:
        runs: list[int] = []

        def finish(message: Message, tx: Connection) -> Any:
            runs.append(message.attempt)
            if ending is None and len(runs) == 1:
                raise BOOM
            return ship(message, tx)

        held = Held(finish)
        shop = open_shop(held, receiver={"answer_within": 0.2})
        first, retry = shop.post(guid=GUID), shop.post(guid=GUID)
        for response in (first, retry):
            assert (200, "kept") == (response.status, response.headers["hookproof-state"])
        held.go.set()
        eventually(shop.has_finished)
        late = shop.post(guid=GUID)

        assert (201, True) == (late.status, is_duplicate(late))
        assert 1 == len({known(response) for response in (first, retry, late)})
        assert [BODY] == shop.effects()
        assert ([1] if ending else [1, 2]) == runs


class TestFreshness:
    @pytest.mark.rule("P-ID-14")
    @pytest.mark.parametrize("by", ["key", "signature", "guid"])
    def test_a_known_message_is_looked_up_before_freshness_is_judged(
        self, open_shop: Open, by: str
    ) -> None:
        shop = open_shop(**KEYED)
        body = RUN if by == "key" else BODY
        request = shop.request(body, guid=GUID if by == "guid" else None)
        first = shop.send(request)
        shop.clock.advance(301)
        late = {
            "key": lambda: shop.post(body, age=301),
            "signature": lambda: shop.send(request),
            "guid": lambda: shop.post(body, age=301, guid=GUID),
        }[by]()

        assert (201, known(first), True) == (late.status, known(late), is_duplicate(late))

    @pytest.mark.rule("P-ID-14", "P-ID-15")
    @pytest.mark.parametrize(("age", "code"), [(301, "too_old"), (-301, "too_new")])
    def test_a_stale_request_is_never_linked_but_kept_apart(
        self, shop: Shop, age: float, code: str
    ) -> None:
        shop.post()
        before = shop.store()
        response = shop.post(age=age, guid=GUID)

        assert (401, code) == (response.status, response.code)
        assert (before, [BODY]) == (shop.store(), shop.apart())

    @pytest.mark.rule("P-ID-15")
    @pytest.mark.parametrize(("age", "code"), [(301, "too_old"), (-301, "too_new")])
    def test_a_stale_request_of_an_unknown_message_loses_nothing(
        self, shop: Shop, age: float, code: str
    ) -> None:
        request = shop.request(b"late", age=age)
        responses = [shop.send(request), shop.send(request)]

        assert [(401, code)] * 2 == [(one.status, one.code) for one in responses]
        assert ([0, 0, 0], [b"late"]) == (shop.store(), shop.apart())

    @pytest.mark.rule("P-ID-16")
    def test_identities_are_kept_for_seven_days(self, open_shop: Open) -> None:
        shop = open_shop()
        request = shop.request(guid=GUID)
        first = shop.send(request)
        shop.clock.advance(7 * 86_400 - 1)
        reopened = open_shop()
        reopened.clock.nanoseconds = shop.clock.nanoseconds

        assert [known(first)] * 2 == [known(reopened.send(request)), known(reopened.post(guid=GUID))]
        assert [BODY] == shop.effects()

    @pytest.mark.rule("P-ID-17")
    def test_what_was_not_proved_leaves_no_trace(self, shop: Shop) -> None:
        assert 401 == shop.post(guid=GUID, secret="another-secret").status
        assert ([0, 0, 0], []) == (shop.store(), shop.apart())
