"""What holds for every request there can be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.shared.vectors.vector import BODY, HEADER, NOW, SECRET, T, header, signature
from tests.shared.verdicts import verdict

from hookproof import BadConfiguration, HttpTask, Secret, Signer, VerificationError, Verifier
from hookproof.headers import Headers
from hookproof.schemes import Reading, decide
from hookproof.schemes.http_task import _read_elements

VERIFIER = Verifier(secrets=SECRET, clock=lambda: NOW * 1_000_000)

bodies = st.binary(max_size=200)
times_ms = {
    "ms": st.integers(min_value=100_000_000_000, max_value=253_402_300_799_999),
    "s": st.integers(min_value=100_000_000_000, max_value=99_999_999_999_999),
}
"""By the unit of t: what a clock may show while it signs."""
names = st.sampled_from([HEADER, HEADER.lower(), "X-Http-Task-Guid"]) | st.text(max_size=20)
values = st.text(max_size=120) | st.binary(max_size=120)
any_headers = st.dictionaries(names, values) | st.lists(st.tuples(names | st.binary(), values))
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
secrets = st.text(st.characters(codec="utf-8"), min_size=1, max_size=100)


telling = st.sampled_from("0123456789abfAt=,sha256 +-_.é٣１²\t\0")


@st.composite
def near_headers(draw: st.DrawFn) -> str:
    """A good header with one to three places changed."""
    text = draw(st.sampled_from([header(), header("1767225600"), f"{header()},sha256={'0' * 64}"]))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 2)))
        put = draw(
            st.text(
                st.sampled_from("0123456789abfAt=,sha256 +-_.é٣１²\t\0") | st.characters(), max_size=2
            )
        )
        text = text[:start] + put + text[end:]
    return text


@given(bodies, any_headers)
def test_no_request_raises_anything_but_a_refusal(body: bytes, headers: Any) -> None:
    with pytest.raises(VerificationError):
        VERIFIER.verify(body, headers)


@given(anything, anything)
@example(BODY, [("a", "b", "c")])
@example(BODY, ["ab"])
@example(BODY, [{"a": 1, "b": 2}])
def test_what_is_no_request_is_a_refusal_or_a_type_error(body: Any, headers: Any) -> None:
    with pytest.raises((VerificationError, TypeError)):
        VERIFIER.verify(body, headers)


@given(secrets, bodies, st.sampled_from(["ms", "s"]), st.data())
def test_what_was_signed_verifies(text: str, body: bytes, unit: Any, data: st.DataObject) -> None:
    now = data.draw(times_ms[unit])
    try:
        secret = Secret(text)
    except BadConfiguration:
        return
    scheme = HttpTask(unit)
    headers = Signer(scheme, secrets=secret, clock=lambda: now * 1_000_000).sign(body)
    read_ns, _, _ = scheme.read(headers)

    assert now * 1_000_000 - (read_ns or 0) in ({0} if unit == "ms" else range(1_000_000_000))
    assert verdict(body, headers, secrets=secret, now=now, tolerance=1) is None


@given(st.data(), bodies.filter(bool))
def test_one_changed_bit_of_the_body_is_refused(data: st.DataObject, body: bytes) -> None:
    changed = bytearray(body)
    changed[data.draw(st.integers(0, len(body) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    assert verdict(bytes(changed), header(body=body)) == "no_match"


@given(st.integers(0, len(header()) - 1), st.integers(0, 7))
def test_one_changed_bit_of_the_header_is_refused(place: int, bit: int) -> None:
    value = header()
    changed = value[:place] + chr(ord(value[place]) ^ 1 << bit) + value[place + 1 :]

    assert verdict(BODY, changed) is not None


class _GrammarAlone(HttpTask):
    """The scheme without its quick path."""

    def read(self, headers: Headers) -> Reading:
        return _read_elements(headers)


def _decided(scheme: HttpTask, value: str) -> Any:
    ring = ((scheme.mac(Secret(SECRET)), ""),)
    try:
        return decide(scheme, ring, BODY, {HEADER: value})
    except VerificationError as refused:
        return refused.code, str(refused)


@given(near_headers() | st.text(max_size=200))
@example(header())
@example(f"t=0{T[1:]},sha256={signature()}")
@example(f"t=1{T[1:12]}²,sha256={signature()}")
@example(f"t={T},sha256={'é' * 64}")
@example(f"t={T},sha256={signature()[:55]},sha256=")
@example(f"t={T},sha256={'A' * 64}")
def test_the_quick_path_and_the_grammar_decide_alike(value: str) -> None:
    assert _decided(_GrammarAlone(), value) == _decided(HttpTask(), value)


@given(near_headers())
def test_a_refusal_shows_neither_the_secret_nor_the_body_nor_a_signature(value: str) -> None:
    try:
        VERIFIER.verify(BODY, {HEADER: value})
    except VerificationError as refused:
        shown = f"{refused!s} {refused!r} {refused.args!r} {VERIFIER!r}"
        for hidden in (SECRET, BODY.decode(), signature()):
            assert hidden not in shown
