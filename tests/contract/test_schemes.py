"""The other schemes between a signer and a receiver on a socket. Their grammar: test_vectors.py."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.shop import BODY, GUID, PATH, Ending, Open, Shop, is_duplicate, known
from tests.receiver.wire import Response, head

from hookproof import GUID_HEADER, BadConfiguration, Delivery, Secret, Signer
from hookproof.testing import SECRET, FixedClock
from hookproof_receiver import Receiver

SECRETS = [f"hookproof+test+secret+not+for+production+{number:03}" for number in range(6)]
"""Newest first; good in every scheme, as base64 too."""
CHANGED = b'{"order": 5}'


def post(shop: Shop, headers: dict[str, str], body: bytes = BODY) -> Response:
    """Send these headers and no other."""
    fields = [("Host", "a"), ("Content-Length", str(len(body))), *headers.items()]
    return shop.send(head(fields, target=PATH) + body)


@pytest.mark.rule("P-SW-1", "P-STRIPE-1", "P-GH-1", "P-GH-5", "P-SLACK-1")
@pytest.mark.parametrize(
    ("scheme", "names"),
    [
        ("standard-webhooks", ["webhook-id", "webhook-timestamp", "webhook-signature"]),
        ("stripe", ["Stripe-Signature"]),
        ("github", ["X-Hub-Signature-256"]),
        ("github-sha1", ["X-Hub-Signature"]),
        ("slack", ["X-Slack-Request-Timestamp", "X-Slack-Signature"]),
    ],
)
def test_a_message_has_the_headers_of_its_scheme(
    open_shop: Open, scheme: str, names: list[str]
) -> None:
    shop = open_shop(scheme=scheme)
    headers = Signer(scheme, secrets=SECRET, clock=shop.clock).sign(BODY)

    assert names == list(headers)
    assert 201 == post(shop, headers).status
    for name in names:
        less = {other: value for other, value in headers.items() if other != name}
        refused = post(shop, less)
        assert (401, "missing_header") == (refused.status, refused.code)
        assert f'Signature realm="{scheme}"' == refused.headers["www-authenticate"]
    assert [BODY] == shop.effects()


@pytest.mark.rule("P-SW-12", "P-STRIPE-6", "P-GH-3", "P-SLACK-5")
@pytest.mark.parametrize(
    ("scheme", "signing"),
    [("standard-webhooks", 5), ("stripe", 5), ("github", 1), ("github-sha1", 1), ("slack", 1)],
)
def test_the_newest_secrets_sign(open_shop: Open, scheme: str, signing: int) -> None:
    """A receiver that holds any one of those that sign takes the message."""
    headers = Signer(scheme, secrets=SECRETS, clock=FixedClock()).sign(BODY)
    statuses = [
        post(open_shop(scheme=scheme, secrets=Secret(secret)), headers).status for secret in SECRETS
    ]

    assert [201] * signing + [401] * (len(SECRETS) - signing) == statuses


class TestASignedId:
    """`standard-webhooks` signs one; it is the key of rule 0."""

    @staticmethod
    def post(
        shop: Shop, message_id: str | None, body: bytes = BODY, guid: str | None = None
    ) -> Response:
        """Sign anew, a second later."""
        shop.clock.advance(1)
        signer = Signer("standard-webhooks", secrets=SECRET, clock=shop.clock)
        more = {} if guid is None else {GUID_HEADER: guid}
        return post(shop, signer.sign(body, message_id=message_id) | more, body)

    @pytest.mark.rule("P-SW-13", "P-ID-18")
    def test_the_same_id_is_the_same_message(self, open_shop: Open) -> None:
        shop = open_shop(scheme="standard-webhooks")
        first, retry = self.post(shop, "msg_1"), self.post(shop, "msg_1")
        others = [self.post(shop, message_id) for message_id in ("msg_2", None, None)]

        assert (known(first), 201, True) == (known(retry), retry.status, is_duplicate(retry))
        assert 4 == len({known(first), *map(known, others)}) == len(shop.effects())

    @pytest.mark.rule("P-ID-18")
    def test_a_new_id_is_a_new_message_even_under_a_known_guid(self, open_shop: Open) -> None:
        shop = open_shop(scheme="standard-webhooks")
        one, other = (self.post(shop, name, guid=GUID) for name in ("msg_1", "msg_2"))

        assert known(one) != known(other)

    @pytest.mark.rule("P-ID-18", "P-ID-6")
    @pytest.mark.parametrize(
        ("ending", "change", "status", "effects"),
        [
            pytest.param(None, "run", 201, [BODY], id="finished"),
            pytest.param(RuntimeError("boom"), "run", 201, [CHANGED], id="unfinished"),
            pytest.param(None, "refuse", 422, [BODY], id="refused"),
        ],
    )
    def test_another_body_is_treated_as_under_a_known_guid(
        self, open_shop: Open, ending: Any, change: str, status: int, effects: list[bytes]
    ) -> None:
        shop = open_shop(Ending(ending, None), scheme="standard-webhooks", on_body_change=change)
        self.post(shop, "msg_1")
        retry = self.post(shop, "msg_1", CHANGED)

        assert (status, ("body_changed",)) == (retry.status, shop.flags())
        assert effects == shop.effects()

    @pytest.mark.rule("P-ID-18", "P-ID-14")
    def test_a_stale_retry_gets_the_kept_answer(self, open_shop: Open) -> None:
        shop = open_shop(scheme="standard-webhooks")
        first = self.post(shop, "msg_1")
        shop.clock.advance(-3600)
        stale = self.post(shop, "msg_1")
        shop.clock.advance(3600)

        assert (known(first), True) == (known(stale), is_duplicate(stale))

    @pytest.mark.rule("P-ID-19")
    def test_a_field_that_the_endpoint_names_goes_before_it(self, open_shop: Open) -> None:
        shop = open_shop(scheme="standard-webhooks", identity="json:/order")
        first, same = self.post(shop, "msg_1"), self.post(shop, "msg_2")
        other = self.post(shop, "msg_1", CHANGED)

        assert known(first) == known(same) != known(other)

    @pytest.mark.rule("P-ID-19")
    @pytest.mark.parametrize("required", [True, False])
    def test_without_a_usable_field_it_is_the_key(self, open_shop: Open, required: bool) -> None:
        shop = open_shop(scheme="standard-webhooks", identity="json:/no", identity_required=required)
        statuses = [self.post(shop, "msg_1").status for _ in range(2)]

        assert ([422, 422] if required else [201, 201]) == statuses
        assert ("no_identity",) == shop.flags()
        assert ([] if required else [BODY]) == shop.effects()


@pytest.mark.rule("P-GH-4")
@pytest.mark.parametrize("scheme", ["github", "github-sha1"])
def test_where_nothing_tells_two_messages_apart_each_request_is_one(
    open_shop: Open, scheme: str
) -> None:
    shop = open_shop(scheme=scheme)
    headers = Signer(scheme, secrets=SECRET, clock=shop.clock).sign(BODY)
    first = post(shop, headers)
    shop.clock.advance(10 * 365 * 86_400)
    second = post(shop, headers)

    assert known(first) != known(second)
    assert ([BODY, BODY], []) == (shop.effects(), shop.identities())


@pytest.mark.rule("P-ID-20", "P-GH-4")
@pytest.mark.parametrize(
    ("scheme", "identity", "effects"),
    [
        pytest.param("github", None, 2, id="a replay is a new message"),
        pytest.param("github", "json:/order", 1, id="unless the endpoint names a field"),
        pytest.param("stripe", None, 1, id="or a time is signed"),
        pytest.param("standard-webhooks", None, 1, id="or an id"),
    ],
)
def test_where_nothing_stops_a_replay_the_receiver_says_so_when_it_starts(
    open_shop: Open, caplog: Any, scheme: str, identity: str | None, effects: int
) -> None:
    shop = open_shop(scheme=scheme, identity=identity)
    headers = Signer(scheme, secrets=SECRET, clock=shop.clock).sign(BODY)
    for _ in range(2):
        post(shop, headers)

    assert effects == len(shop.effects())
    assert (effects == 2) == ("nothing stops a replay" in caplog.text)


@pytest.mark.rule("P-GH-4")
def test_what_has_no_time_is_never_said_to_have_an_age(open_shop: Open) -> None:
    deliveries: list[Delivery] = []
    shop = open_shop(lambda message: deliveries.append(message.delivery), scheme="github")
    post(shop, Signer("github", secrets=SECRET).sign(BODY))
    (delivery,) = deliveries
    (record,) = shop.receiver.open().deliveries()

    assert [None] * 4 == [delivery.age, delivery.signed_at, delivery.signature_id, record.signed_ms]


@pytest.mark.rule("P-SW-10", "P-STRIPE-7", "P-GH-6", "P-SLACK-7")
@pytest.mark.parametrize(
    ("scheme", "secrets"),
    [
        ("standard-webhooks", ["not base64", "whsec_c2hvcnQ=", "v1,whsec_" + "bm90" * 8, "password"]),
        ("stripe", [f"{prefix}not-real" for prefix in ("sk_", "rk_", "pk_", "we_", "v1,")]),
        (
            "github",
            [
                f"{prefix}not-real"
                for prefix in ("ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "whsec_", "v1,whsec_")
            ],
        ),
        ("slack", [f"{prefix}not-real" for prefix in ("xox", "xapp-", "whsec_", "v1,whsec_")]),
    ],
)
def test_what_is_no_secret_of_a_scheme_is_refused_when_it_is_configured(
    scheme: str, secrets: list[str]
) -> None:
    for secret in secrets:
        with pytest.raises(BadConfiguration, match=PATH):
            Receiver().on(PATH, scheme=scheme, secrets=secret)
        with pytest.raises(BadConfiguration):
            Signer(scheme, secrets=secret)
