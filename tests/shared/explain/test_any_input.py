"""Whatever comes: the verdict is `verify`'s, nothing raises, and nothing secret is said."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hookproof import Secret, VerificationError, Verifier
from hookproof.explain import Explanation
from hookproof.headers import one
from hookproof.schemes import HmacScheme, Ring, by_name, names
from hookproof.testing import SECRET, signed_headers

from . import test_body, test_header, test_signature
from .asking import HEADER, NOW_S, TIME, clock, digest, header

SCHEMES = st.sampled_from(names())
NAMES = st.sampled_from(
    [name for scheme in names() for name in by_name(scheme).headers]
    + [
        "Content-Length",
        "Content-Type",
        "Content-Encoding",
        "X-Http-Task-Guid",
        "x_webhook_signature",
        "é",
    ]
)
DIGESTS = st.text("0123456789abcdef", min_size=60, max_size=66)
VALUES = st.one_of(
    st.text(max_size=60),
    st.builds("t={},sha256={}".format, st.integers(-5, 10**20), DIGESTS),
    st.builds("t={};v1={}".format, st.text("0123456789.", max_size=20), DIGESTS),
    st.builds("v0={}".format, DIGESTS),
    st.builds("v1,{}".format, st.text("ABCabc+/=09", max_size=60)),
    st.integers(0, 10**20).map(str),
)
BODIES = st.one_of(
    st.binary(max_size=80),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode()),
    st.sampled_from(
        [b"[" * 100_000, b"9" * 10_000, b'"\\ud800"', b"\x1f\x8b\x08", b"a=b&a", b"\xff\xfe{"]
    ),
)


def verdict(verifier: Verifier, body: bytes, headers: Any) -> tuple[str, str | None]:
    try:
        verifier.verify(body, headers)
    except VerificationError as refused:
        return "refused", refused.code
    return "valid", None


@settings(max_examples=150, deadline=None)
@given(scheme=SCHEMES, body=BODIES, headers=st.lists(st.tuples(NAMES, VALUES), max_size=5))
def test_verify_and_explain_agree_and_explain_never_raises(
    scheme: str, body: bytes, headers: list[tuple[str, str]]
) -> None:
    verifier = Verifier(scheme, secrets=SECRET, clock=clock())
    explanation = verifier.explain(body, headers)
    assert verdict(verifier, body, headers) == (explanation.verdict, explanation.code)
    assert str(explanation)
    json.dumps(explanation.as_json())


@settings(max_examples=60, deadline=None)
@given(scheme=SCHEMES, body=BODIES, ahead=st.integers(-100_000, 100_000))
def test_they_agree_on_what_is_signed_too(scheme: str, body: bytes, ahead: int) -> None:
    signing = clock()
    signing.advance(ahead)
    headers = signed_headers(body, scheme=scheme, clock=signing)
    verifier = Verifier(scheme, secrets=SECRET, clock=clock())
    explanation = verifier.explain(body, headers)
    assert verdict(verifier, body, headers) == (explanation.verdict, explanation.code)


CANARY = "canary+of+the+secret+0123456789abcdef"


def everything_said(explanation: Explanation) -> str:
    return f"{explanation}\n{explanation!r}\n{json.dumps(explanation.as_json())}"


@pytest.mark.parametrize("key", [CANARY, CANARY + "\n", f'"{CANARY}"', "whsec_" + CANARY, "nobody's"])
@pytest.mark.parametrize("body", [b'{"canary-of-the-body": 1}', b"canary-of-the-body\n"])
def test_no_secret_no_body_and_no_good_signature_is_said(key: str, body: bytes) -> None:
    secrets = [Secret(CANARY, label="label"), Secret("second-canary-value")]
    verifier = Verifier(secrets=secrets, clock=clock())
    for checked in (body, body.replace(b" ", b"")):
        said = everything_said(
            verifier.explain(checked, header(body, key=key.encode()), also="third-canary-value")
        )
        assert not re.search("canary", said)
        assert "label" in said
        assert not re.search("[0-9a-f]{16}", said)  # of no MAC and no digest more than the beginning


def values(cases: Any) -> list[Any]:
    return [case.values for case in cases]


ALL: list[tuple[bytes, Any]] = [
    *((checked, header(signed)) for signed, checked, _ in values(test_body.CASES)),
    *((test_signature.BODY, headers) for headers, _ in values(test_signature.CASES)),
    *((test_header.BODY, headers) for headers, _ in values(test_header.CASES)),
]


def test_no_fault_of_these_tests_makes_explain_say_what_would_open_the_endpoint() -> None:
    verifier = Verifier(secrets=SECRET, clock=clock())
    for body, headers in ALL:
        said = everything_said(verifier.explain(body, headers))
        assert digest(f"{TIME}.".encode() + body) not in said
        assert SECRET not in said
        assert not re.search("[0-9a-f]{24}|[A-Za-z0-9+/]{40}", said.replace("X-Webhook-Signature", ""))


def test_what_is_no_request_is_a_programmer_s_mistake_and_says_so() -> None:
    verifier = Verifier(secrets=SECRET)
    with pytest.raises(TypeError, match="wrong way round"):
        verifier.explain({HEADER: "x-y"}, b"")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="decoded"):
        verifier.explain("text", {})  # type: ignore[arg-type]


def test_a_scheme_of_one_s_own_is_explained_by_what_it_reads() -> None:
    class Own(HmacScheme):
        name = "own"
        headers = ("X-Own",)
        identity = "none"
        unit = None

        def read(self, headers: Any) -> Any:
            return None, b"own:", (one(headers, "X-Own"),)

        def write(self, body: bytes, ring: Ring, now_ns: int, message_id: str | None) -> dict[str, str]:
            return {"X-Own": ring[0][0](b"own:", body)}

    verifier = Verifier(Own(), secrets=SECRET, clock=clock())
    explanation = verifier.explain(b'{"a": 1}', {"X-Own": digest(b'own:{"a":1}')})
    assert ["json_compact"] == [finding.code for finding in explanation.findings]


def test_the_clock_of_these_tests_is_the_time_that_is_signed() -> None:
    assert str(NOW_S * 1000) == TIME
