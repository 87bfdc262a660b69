"""The other schemes between a signer and a receiver on a socket. Their grammar: test_vectors.py."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.shop import BODY, PATH, Open, known
from tests.receiver.wire import head

from hookproof import BadConfiguration, Secret, Signer
from hookproof.testing import SECRET, FixedClock
from hookproof_receiver import Receiver

SECRETS = [f"hookproof+test+secret+not+for+production+{number:03}" for number in range(6)]
"""Newest first; good in every scheme, as base64 too."""


def post(shop: Any, headers: dict[str, str]) -> Any:
    """Send these headers and no other."""
    fields = [("Host", "a"), ("Content-Length", str(len(BODY))), *headers.items()]
    return shop.send(head(fields, target=PATH) + BODY)


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


@pytest.mark.rule("P-SW-13")
def test_every_attempt_of_a_message_carries_the_same_id(open_shop: Open) -> None:
    ids: list[str | None] = []
    shop = open_shop(
        lambda message: ids.append(message.delivery.message_id), scheme="standard-webhooks"
    )
    signer = Signer("standard-webhooks", secrets=SECRET, clock=shop.clock)
    for message_id in ("msg_1", "msg_1", None, None):
        shop.clock.advance(1)
        assert 200 == post(shop, signer.sign(BODY, message_id=message_id)).status

    assert ["msg_1", "msg_1"] == ids[:2]
    assert 3 == len(set(ids))


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
