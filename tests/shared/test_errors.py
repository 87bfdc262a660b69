"""The family of errors: how they are told apart, handed on and shown."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from tests.shared.vectors.vector import BODY, HEADER, NOW, SECRET, header, with_mac

from hookproof import (
    BadConfiguration,
    HookproofError,
    MalformedSignature,
    SignatureMismatch,
    StaleDelivery,
    VerificationError,
    Verifier,
)


def refusal(value: str, now: int = NOW) -> VerificationError:
    with pytest.raises(VerificationError) as refused:
        Verifier(secrets=SECRET, clock=lambda: now * 1_000_000).verify(BODY, {HEADER: value})
    return refused.value


CASES = [
    pytest.param(MalformedSignature, "malformed_header", "", NOW, id="malformed"),
    pytest.param(MalformedSignature, "bad_timestamp", header("x"), NOW, id="bad time"),
    pytest.param(SignatureMismatch, "no_match", with_mac("0" * 64), NOW, id="mismatch"),
    pytest.param(StaleDelivery, "too_old", header(), NOW + 3_600_000, id="stale"),
    pytest.param(StaleDelivery, "too_new", header(), NOW - 3_600_000, id="early"),
]


@pytest.mark.parametrize(("kind", "code", "value", "now"), CASES)
def test_a_refusal_has_its_class_and_code(kind: type, code: str, value: str, now: int) -> None:
    refused = refusal(value, now)

    assert (kind, code) == (type(refused), refused.code)
    assert refused.sentence == str(refused)
    assert isinstance(refused, HookproofError)


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(lambda one: pickle.loads(pickle.dumps(one)), id="pickled"),
        pytest.param(copy.copy, id="copied"),
        pytest.param(copy.deepcopy, id="copied deeply"),
    ],
)
@pytest.mark.parametrize(("kind", "code", "value", "now"), CASES)
def test_a_refusal_can_be_handed_on(kind: type, code: str, value: str, now: int, again: Any) -> None:
    refused = refusal(value, now)
    other = again(refused)

    assert (kind, code, str(refused)) == (type(other), other.code, str(other))
    if isinstance(other, StaleDelivery) and isinstance(refused, StaleDelivery):
        assert (BODY, refused.delivery.signature_id) == (
            other.delivery.body,
            other.delivery.signature_id,
        )


def test_a_stale_refusal_carries_the_authentic_delivery() -> None:
    refused = refusal(header(), NOW + 3_600_000)

    assert isinstance(refused, StaleDelivery)
    assert refused.delivery.body == BODY
    assert refused.delivery.age == 3601.0
    assert "signed 3601.000 s ago; the tolerance is 300 s" in str(refused)


def test_a_wrong_configuration_is_a_value_error_too() -> None:
    assert issubclass(BadConfiguration, (HookproofError, ValueError))
    assert not issubclass(BadConfiguration, VerificationError)
