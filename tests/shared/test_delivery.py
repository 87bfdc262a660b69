"""What a verified request is, and what makes it the same message as another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shared.vectors.vector import BODY, HEADER, NOW, SECRET, T, header, sha256, signature

from hookproof import Delivery, Secret, Signer, Verifier
from hookproof.headers import GUID_HEADER, Headers
from hookproof.keys import Secrets
from hookproof.testing import FixedClock

GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
ZEROS = "0" * 64
M = signature()


def delivered(headers: str | Headers, body: bytes = BODY, secrets: Secrets = SECRET) -> Delivery:
    verifier = Verifier(secrets=secrets, clock=FixedClock(NOW / 1000))
    return verifier.verify(body, {HEADER: headers} if isinstance(headers, str) else headers)


def test_a_delivery_says_what_was_proved() -> None:
    delivery = delivered(
        {HEADER: header(), GUID_HEADER: GUID.upper()}, secrets=Secret(SECRET, "2026-11")
    )

    assert delivery.body == BODY
    assert delivery.scheme == "http-task"
    assert delivery.secret_label == "2026-11"
    assert delivery.guid == GUID
    assert datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC) == delivery.signed_at
    assert int(T) * 1_000_000 == delivery.signed_ns
    assert delivery.age == 1.0
    assert delivery.json() == {"order": 4, "run": "r-17/tell-the-shop"}


def test_a_delivery_without_label_or_guid_says_so() -> None:
    delivery = delivered(header())

    assert delivery.secret_label == ""
    assert delivery.guid is None


def test_the_age_is_below_zero_where_the_sender_is_ahead() -> None:
    assert delivered(header(str(NOW + 1500))).age == -1.5


def test_its_repr_shows_no_byte_of_the_body_and_no_signature() -> None:
    delivery = delivered({HEADER: header(), GUID_HEADER: GUID})

    assert f"Delivery(scheme='http-task', secret_label='', guid='{GUID}', body=41 bytes)" == repr(
        delivery
    )


def test_its_body_is_bytes_whatever_bytes_were_given() -> None:
    verifier = Verifier(secrets=SECRET, clock=FixedClock(NOW / 1000))
    kinds: tuple[Any, ...] = (bytearray(BODY), memoryview(BODY))
    for body in kinds:
        assert type(verifier.verify(body, {HEADER: header()}).body) is bytes


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{order: 4}", id="not JSON"),
        pytest.param(b'"\xff"', id="not UTF-8"),
        pytest.param("{}".encode("utf-16"), id="UTF-16"),
        pytest.param(b"\xef\xbb\xbf{}", id="with a byte-order mark"),
        pytest.param(b"[" * 100_000, id="nested too deeply"),
        pytest.param(b'{"order": NaN}', id="NaN"),
        pytest.param(b"-Infinity", id="Infinity"),
        pytest.param(b"9" * 4301, id="too many digits"),
    ],
)
def test_a_proved_body_that_is_no_json_is_a_value_error_when_it_is_asked_for(body: bytes) -> None:
    delivery = delivered(header(body=body), body)

    with pytest.raises(ValueError, match=r".+"):
        delivery.json()


def test_the_identity_is_the_digest_of_the_scheme_and_the_signed_bytes() -> None:
    expected = sha256(b"http-task\n" + T.encode() + b"." + BODY)

    assert expected == delivered(header()).signature_id


OLD, NEW = "not-a-real-secret-old", "not-a-real-secret-new"


@pytest.mark.parametrize(
    ("value", "secrets"),
    [
        pytest.param(f"sha256={M},t={T}", SECRET, id="elements swapped"),
        pytest.param(f"t={T}, sha256={M}", SECRET, id="a space"),
        pytest.param(f"t={T},sha256={M},x=1", SECRET, id="an unknown element"),
        pytest.param(f"t={T},sha256={ZEROS},sha256={M}", SECRET, id="a bad signature beside"),
        pytest.param(
            f"t={T},sha256={signature(key=OLD)},sha256={signature(key=NEW)}", NEW, id="two good"
        ),
        pytest.param(f"t={T},sha256={signature(key=OLD)}", [NEW, OLD], id="one of the two stripped"),
        pytest.param(f"t={T},sha256={signature(key=NEW)}", [NEW, OLD], id="the other stripped"),
    ],
)
def test_the_same_signed_bytes_are_the_same_message(value: str, secrets: Secrets) -> None:
    assert delivered(header()).signature_id == delivered(value, secrets=secrets).signature_id


@given(
    st.permutations(
        [
            f"t={T}",
            f"sha256={signature(key=OLD)}",
            f"sha256={signature(key=NEW)}",
            f"sha256={ZEROS}",
            "x=1",
        ]
    ),
    st.sampled_from([[OLD], [NEW], [OLD, NEW], [NEW, OLD]]),
)
def test_no_order_and_no_rotation_makes_another_message(
    elements: list[str], secrets: list[str]
) -> None:
    assert (
        delivered(header()).signature_id == delivered(",".join(elements), secrets=secrets).signature_id
    )


@pytest.mark.parametrize(
    ("value", "body"),
    [
        pytest.param(header(str(int(T) + 1)), BODY, id="another time"),
        pytest.param(header(T[:-3]), BODY, id="the same second in the other unit"),
        pytest.param(header(body=BODY + b" "), BODY + b" ", id="another body"),
    ],
)
def test_other_signed_bytes_are_another_message(value: str, body: bytes) -> None:
    assert delivered(header()).signature_id != delivered(value, body).signature_id


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_two_bodies_have_two_identities(one: bytes, other: bytes) -> None:
    ids = {delivered(header(body=body), body).signature_id for body in (one, other)}

    assert len({one, other}) == len(ids)


def test_what_is_worked_out_when_asked_is_worked_out_once() -> None:
    delivery = delivered(Signer(secrets=SECRET, clock=FixedClock(NOW / 1000)).sign(BODY))

    assert delivery.signature_id is delivery.signature_id
