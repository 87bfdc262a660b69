"""Secrets: what they show, and what they refuse."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from tests.shared.vectors.vector import BODY, HEADER, header, mac
from tests.shared.verdicts import verdict

from hookproof import BadConfiguration, Secret, Signer, Verifier
from hookproof.keys import as_secrets, hmac_sha256

CANARY = "not-a-real-secret-canary"


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(Secret(CANARY), id="secret"),
        pytest.param(Secret(CANARY, "2026-11"), id="secret with a label"),
        pytest.param([Secret(CANARY)], id="list"),
        pytest.param(Verifier(secrets=CANARY), id="verifier"),
        pytest.param(Signer(secrets=CANARY), id="signer"),
    ],
)
def test_no_repr_shows_a_secret(shown: object) -> None:
    assert CANARY not in f"{shown!r} {shown!s}"


def test_a_secret_is_shown_by_its_label() -> None:
    secret = Secret(CANARY, "2026-11")

    assert repr(secret) == "Secret(label='2026-11')"
    assert repr(Signer(secrets=secret)) == "Signer('http-task', secret='2026-11')"
    assert "secrets=['2026-11', '']" in repr(Verifier(secrets=[secret, "x"]))


@pytest.mark.parametrize(
    "take", [pytest.param(pickle.dumps, id="pickle"), pytest.param(copy.copy, id="copy")]
)
def test_a_secret_is_not_handed_on_by_copying(take: Any) -> None:
    with pytest.raises(TypeError, match="a Secret is not pickled"):
        take(Secret(CANARY))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param("", "is empty", id="empty"),
        pytest.param("a\0b", "holds a NUL", id="NUL inside"),
        pytest.param("a\n", "holds a line break", id="newline"),
        pytest.param("a\rb", "holds a line break", id="carriage return inside"),
        pytest.param(" a", "begins or ends with a blank", id="space in front"),
        pytest.param("a\t", "begins or ends with a blank", id="tab behind"),
        pytest.param("a\u00a0", "begins or ends with a blank", id="no-break space"),
        pytest.param("   ", "begins or ends with a blank", id="blanks alone"),
        pytest.param('"a"', "begins or ends with a quote", id="double quotes"),
        pytest.param("'a'", "begins or ends with a quote", id="single quotes"),
        pytest.param("a’", "begins or ends with a quote", id="a word processor's quote"),
        pytest.param("a\ud800b", "holds half a surrogate pair", id="half a surrogate pair"),
    ],
)
def test_a_secret_that_looks_wrong_is_refused_with_the_reason(value: str, reason: str) -> None:
    with pytest.raises(BadConfiguration, match=f"^the secret {reason}") as unnamed:
        Secret(value)
    with pytest.raises(BadConfiguration, match=f"^the secret '2026-11' {reason}") as named:
        Secret(value, "2026-11")
    if len(value.strip()) > 2:
        assert value not in f"{unnamed.value} {named.value}"


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="None"),
        pytest.param(5, id="a number"),
        pytest.param(bytearray(b"a"), id="bytearray"),
        pytest.param(["a"], id="a list"),
    ],
)
def test_a_secret_is_text_or_bytes(value: Any) -> None:
    with pytest.raises(TypeError, match="a secret is str or bytes, not"):
        Secret(value)


def test_a_label_is_text() -> None:
    with pytest.raises(TypeError, match="a secret's label is str, not int"):
        Secret("a", 5)  # type: ignore[arg-type]  # what is tested


@pytest.mark.parametrize(
    ("secrets", "kind", "match"),
    [
        pytest.param(None, TypeError, "secrets is None: the variable", id="None"),
        pytest.param([], BadConfiguration, "there is no secret", id="none"),
        pytest.param(
            [Secret("a", "x"), Secret("b", "x")], BadConfiguration, "same label", id="one label"
        ),
        pytest.param(["a", None], TypeError, "not NoneType", id="None among them"),
        pytest.param(["a", ""], BadConfiguration, "is empty", id="an empty one among them"),
        pytest.param(5, TypeError, "", id="a number"),
    ],
)
def test_a_ring_that_cannot_be_right_is_refused(
    secrets: Any, kind: type[Exception], match: str
) -> None:
    for make in (Verifier, Signer):
        with pytest.raises(kind) as refused:
            make(secrets=secrets)
        assert match in str(refused.value)


def test_one_secret_is_a_ring_of_one_and_several_keep_their_order() -> None:
    newest = Secret("b", "new")

    assert [one.reveal() for one in as_secrets("a")] == [b"a"]
    assert [one.reveal() for one in as_secrets([newest, "a", b"c"])] == [b"b", b"a", b"c"]
    assert [one.reveal() for one in as_secrets(iter(["a", "b"]))] == [b"a", b"b"]


def test_the_newest_secret_signs_and_each_verifies() -> None:
    old, new = Secret("old-not-real", "old"), Secret("new-not-real", "new")
    verifier = Verifier(secrets=[new, old])

    for ring, label in (([new, old], "new"), ([old], "old")):
        assert label == verifier.verify(BODY, Signer(secrets=ring).sign(BODY)).secret_label


def test_str_and_its_utf_8_bytes_are_one_secret() -> None:
    assert verdict(BODY, {HEADER: header(key="nicht-echt-é")}, secrets="nicht-echt-é".encode()) is None


def test_a_secret_of_bytes_need_not_be_text() -> None:
    assert Secret(b"\xff\xfe-not-real").reveal() == b"\xff\xfe-not-real"


@pytest.mark.parametrize("length", [pytest.param(n, id=f"{n} bytes") for n in (1, 63, 64, 65, 200)])
def test_a_key_makes_the_codes_that_the_standard_library_makes(length: int) -> None:
    key = bytes(range(1, length + 1))

    assert mac(b"17." + BODY, key) == hmac_sha256(key)(b"17.", BODY)
    assert mac(b"", key) == hmac_sha256(key)(b"", b"")
