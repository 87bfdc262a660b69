"""Rule 0's key is read out of the body, or there is none."""

from __future__ import annotations

import pytest

from hookproof_receiver.identity.signed_key import key_of_id, read_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(b'{"run": 4}', b' { "x": 1, "run" : 4 } ', id="spacing and other fields"),
        pytest.param(b'{"run": 4}', b'{"run": 4.0}', id="a number written with a point"),
        pytest.param(b'{"run": 400}', b'{"run": 4e2}', id="a number written with an exponent"),
        pytest.param(b'{"run": 0}', b'{"run": -0.0}', id="nought"),
        pytest.param(b'{"run": "a/b"}', b'{"run": "a\\/b"}', id="an escape that need not be"),
        pytest.param(b'{"run": "\xc3\xa9"}', b'{"run": "\\u00e9"}', id="an escaped letter"),
    ],
)
def test_the_same_value_is_the_same_key(one: bytes, other: bytes) -> None:
    assert read_key(one, "/run") is not None
    assert read_key(one, "/run") == read_key(other, "/run")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(b'{"run": 4}', b'{"run": "4"}', id="a number and its text"),
        pytest.param(b'{"run": 4}', b'{"run": -4}', id="the sign"),
        pytest.param(b'{"run": 4}', b'{"run": 40}', id="a nought behind"),
        pytest.param(b'{"run": "a"}', b'{"run": "A"}', id="case"),
        pytest.param(b'{"run": "a"}', b'{"run": "a "}', id="a blank"),
        pytest.param(
            b'{"run": 1' + b"0" * 40 + b"1}", b'{"run": 1' + b"0" * 40 + b"2}", id="the 42nd digit"
        ),
    ],
)
def test_another_value_is_another_key(one: bytes, other: bytes) -> None:
    assert read_key(one, "/run") != read_key(other, "/run")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"run=4", id="not JSON"),
        pytest.param(b'{"order": 4}', id="missing"),
        pytest.param(b'{"run": ""}', id="an empty string"),
        pytest.param(b'{"run": null}', id="null"),
        pytest.param(b'{"run": true}', id="true"),
        pytest.param(b'{"run": false}', id="false"),
        pytest.param(b'{"run": ["4"]}', id="a list"),
        pytest.param(b'{"run": {"id": 4}}', id="an object"),
        pytest.param(b'{"run": "{{$plan.runId}}/x"}', id="a reference that was not rendered"),
        pytest.param(b'{"run": 4, "run": 5}', id="a name that comes twice"),
        pytest.param(b'{"run": 4, "x": {"y": 1, "y": 1}}', id="a name that comes twice elsewhere"),
        pytest.param(b'{"run": NaN}', id="not a number"),
        pytest.param(b'{"run": 4, "x": -Infinity}', id="infinity elsewhere"),
        pytest.param(b'{"run": 1e99999999999999999999}', id="a number beyond all bounds"),
        pytest.param(b'{"run": "\xff"}', id="not UTF-8"),
        pytest.param(b'\xef\xbb\xbf{"run": 4}', id="a byte order mark"),
        pytest.param('{"run": 4}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"run": 4, "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", id="too deep"),
        pytest.param(b"[4]", id="a list instead of an object"),
        pytest.param(b'"run"', id="a bare string"),
    ],
)
def test_what_cannot_be_used_is_no_key(body: bytes) -> None:
    assert read_key(body, "/run") is None


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        pytest.param("/runs/0/id", True, id="into a list"),
        pytest.param("/runs/1/id", False, id="beyond a list"),
        pytest.param("/runs/00/id", False, id="an index with a leading nought"),
        pytest.param("/runs/-/id", False, id="the place behind a list"),
        pytest.param("/a~1b", True, id="an escaped slash"),
        pytest.param("/c~0d", True, id="an escaped tilde"),
        pytest.param("/", True, id="an empty name"),
        pytest.param("/runs/0/id/x", False, id="into a string"),
    ],
)
def test_a_pointer_is_read_as_rfc_6901_says(pointer: str, found: bool) -> None:
    body = b'{"runs": [{"id": "r"}], "a/b": "x", "c~d": "y", "": "z"}'

    assert found is (read_key(body, pointer) is not None)


def test_a_million_digits_are_a_number() -> None:
    assert read_key(b'{"run": ' + b"7" * 1_000_000 + b"}", "/run") is not None


def test_half_a_surrogate_pair_is_a_string() -> None:
    assert read_key(b'{"run": "\\ud800"}', "/run") is not None


def test_a_signed_id_is_never_the_key_of_a_field() -> None:
    assert 3 == len(
        {key_of_id("4"), read_key(b'{"run": "4"}', "/run"), read_key(b'{"run": 4}', "/run")}
    )
