"""The two ends hold different keys: one secret, in the forms that settings pages give it."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from urllib.parse import quote, unquote_plus

import pytest

from hookproof import Secret, Verifier
from hookproof.testing import SECRET

from .asking import Fault, ask, clock, header, proved

BODY = b'{"order":4}'
KEY = SECRET.encode()
STANDARD = "whsec_" + base64.b64encode(b"a key of twenty-four bytes, or more").decode()
HEX = "5f" * 16


def in_env_file(value: str) -> str:
    """What docker's --env-file makes of `NAME="value"`: the quotes are the value's."""
    line = f'NAME="{value}"'
    return line.partition("=")[2]


def echoed(value: str) -> bytes:
    return subprocess.run(["echo", value], capture_output=True, check=True).stdout


@pytest.mark.parametrize(
    ("secret", "key", "code"),
    [
        pytest.param(SECRET, echoed(SECRET), "secret_newline", id="secret_newline/echo"),
        pytest.param(SECRET, KEY + b"\r\n", "secret_newline", id="secret_newline/Windows"),
        pytest.param(
            SECRET, in_env_file(SECRET).encode(), "secret_quoted", id="secret_quoted/env file"
        ),
        pytest.param(SECRET, f"'{SECRET}'".encode(), "secret_quoted", id="secret_quoted/single"),
        pytest.param(SECRET, KEY + b" ", "secret_blanks", id="secret_blanks/copied"),
        pytest.param(SECRET, b"whsec_" + KEY, "secret_prefix_kept", id="secret_prefix_kept/whsec_"),
        pytest.param(
            SECRET, b"v1,whsec_" + KEY, "secret_prefix_kept", id="secret_prefix_kept/v1,whsec_"
        ),
        pytest.param(
            STANDARD, STANDARD[6:].encode(), "secret_prefix_lost", id="secret_prefix_lost/whsec_"
        ),
        pytest.param(
            "sk_live_abcdef123", b"abcdef123", "secret_prefix_lost", id="secret_prefix_lost/sk_"
        ),
        pytest.param(
            STANDARD,
            base64.b64decode(STANDARD[6:]),
            "secret_base64_decoded",
            id="secret_base64_decoded/whsec_",
        ),
        pytest.param(
            "bm90IGEgcmVhbCBzZWNyZXQ",
            b"not a real secret",
            "secret_base64_decoded",
            id="secret_base64_decoded",
        ),
        pytest.param(HEX, bytes.fromhex(HEX), "secret_hex_decoded", id="secret_hex_decoded"),
        pytest.param(
            SECRET, base64.b64encode(KEY), "secret_base64_encoded", id="secret_base64_encoded"
        ),
        pytest.param(SECRET, KEY.hex().encode(), "secret_hex_encoded", id="secret_hex_encoded"),
        pytest.param(SECRET, b"", "secret_unset", id="secret_unset/empty"),
        pytest.param(SECRET, b"undefined", "secret_unset", id="secret_unset/JavaScript"),
        pytest.param(SECRET, str(None).encode(), "secret_unset", id="secret_unset/Python"),
        pytest.param(SECRET, unquote_plus(SECRET).encode(), "secret_percent", id="secret_percent/form"),
        pytest.param(
            "a+b/c=", quote("a+b/c=", safe="").encode(), "secret_percent", id="secret_percent/URL"
        ),
        pytest.param("schlüssel", "schlüssel".encode("latin-1"), "secret_charset", id="secret_charset"),
        pytest.param("MiXeD-Case", b"mixed-case", "secret_case", id="secret_case"),
        pytest.param("pa$$word", b"pa$$$$word", "secret_escaped", id="secret_escaped/compose"),
        pytest.param(SECRET, hashlib.sha256(KEY).digest(), "secret_hashed", id="secret_hashed"),
        pytest.param(SECRET, KEY + KEY, "secret_twice", id="secret_twice/pasted twice"),
    ],
)
def test_the_form_of_the_secret_is_proved(secret: str, key: bytes, code: str) -> None:
    fault = Fault(BODY, header(BODY, key=key), ())
    assert (code,) == proved(ask(fault, secrets=secret))


@pytest.mark.parametrize("name", ["HTTP_TASK_SECRET", "$HTTP_TASK_SECRET", "${HTTP_TASK_SECRET}"])
def test_a_name_in_the_place_of_the_value_is_proved(name: str) -> None:
    verifier = Verifier(secrets=Secret(SECRET, label="HTTP_TASK_SECRET"), clock=clock())
    explanation = verifier.explain(BODY, header(BODY, key=name.encode()))
    assert ("secret_name",) == proved(explanation)


def test_another_secret_that_was_given_is_named_by_its_label() -> None:
    verifier = Verifier(secrets=SECRET, clock=clock())
    also = (Secret("first-of-the-others"), Secret("the-one-of-last-year", label="2025"))
    explanation = verifier.explain(BODY, header(BODY, key=b"the-one-of-last-year"), also=also)
    assert ("secret_other",) == proved(explanation)
    assert '"2025"' in explanation.findings[0].seen


def test_any_secret_of_a_ring_may_be_the_one_in_another_form() -> None:
    ring = [
        Secret("newest-of-three", label="c"),
        Secret("one-before-it", label="b"),
        Secret(SECRET, label="a"),
    ]
    explanation = Verifier(secrets=ring, clock=clock()).explain(BODY, header(BODY, key=KEY + b"\n"))
    assert ("secret_newline",) == proved(explanation)
    assert '"a"' in explanation.findings[0].seen
