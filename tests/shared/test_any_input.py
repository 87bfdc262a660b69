"""What holds for every request there can be, in every scheme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.shared.vectors.form import FORMS, Form, Pairs
from tests.shared.vectors.vector import BODY, NOW, T
from tests.shared.verdicts import verdict, verdict_in

from hookproof import BadConfiguration, HttpTask, Scheme, Secret, Signer, VerificationError, Verifier
from hookproof.headers import Headers
from hookproof.schemes import HmacScheme, Reading, by_name, decide, http_task, standard_webhooks, stripe

EVERY = pytest.mark.parametrize("form", [pytest.param(form, id=form.name) for form in FORMS])

bodies = st.binary(max_size=200)
times_ms = {
    "ms": st.integers(min_value=100_000_000_000, max_value=253_402_300_799_999),
    "s": st.integers(min_value=100_000_000_000, max_value=99_999_999_999_999),
    None: st.integers(min_value=0),
}
"""By the unit of its time: what a clock may show while it signs."""
names = st.sampled_from([name for form in FORMS for name, _ in form.request()]) | st.text(max_size=20)
values = st.text(max_size=120) | st.binary(max_size=120)
any_headers = st.dictionaries(names, values) | st.lists(st.tuples(names | st.binary(), values))
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
secrets = st.text(st.characters(codec="utf-8"), min_size=1, max_size=100)
telling = st.sampled_from("0123456789abfAtvV=,.sha256 +-/_.é٣１²\t\0") | st.characters()


def verifier_of(form: Form) -> Verifier:
    return Verifier(form.name, secrets=form.secret, clock=lambda: NOW * 1_000_000)


def _changed(draw: st.DrawFn, text: str) -> str:
    start = draw(st.integers(0, len(text)))
    end = min(len(text), start + draw(st.integers(0, 2)))
    return text[:start] + draw(st.text(telling, max_size=2)) + text[end:]


@st.composite
def near_headers(draw: st.DrawFn, form: Form) -> Pairs:
    """A good request's headers with one to three places changed."""
    m = form.signature()
    good = [form.request(), form.request("1767225600")]
    good += [form.headers(m, form.write(bytes(32)))] if form.is_list else []
    pairs = [list(pair) for pair in draw(st.sampled_from(good))]
    for _ in range(draw(st.integers(1, 3))):
        pair = draw(st.sampled_from(pairs))
        pair[1] = _changed(draw, pair[1])
    return tuple((name, value) for name, value in pairs)


@EVERY
@given(data=st.data(), body=bodies)
def test_no_request_raises_anything_but_a_refusal(form: Form, data: st.DataObject, body: bytes) -> None:
    headers: Any = data.draw(any_headers | near_headers(form))

    with pytest.raises(VerificationError):
        verifier_of(form).verify(body + b"!", headers)


@EVERY
@given(body=anything, headers=anything)
@example(BODY, [("a", "b", "c")])
@example(BODY, ["ab"])
@example(BODY, [{"a": 1, "b": 2}])
def test_what_is_no_request_is_a_refusal_or_a_type_error(form: Form, body: Any, headers: Any) -> None:
    with pytest.raises((VerificationError, TypeError)):
        verifier_of(form).verify(body, headers)


SIGNING: tuple[Scheme, ...] = (HttpTask("s"), *(by_name(form.name) for form in FORMS))


@pytest.mark.parametrize("scheme", [pytest.param(scheme, id=repr(scheme)[:40]) for scheme in SIGNING])
@given(text=secrets, body=bodies, data=st.data())
def test_what_was_signed_verifies(scheme: Scheme, text: str, body: bytes, data: st.DataObject) -> None:
    now = data.draw(times_ms[scheme.unit])
    secret = Secret(scheme.new_secret())
    try:
        scheme.mac(Secret(text))
        secret = Secret(text)
    except BadConfiguration:
        pass  # the scheme's own form it is
    headers = Signer(scheme, secrets=secret, clock=lambda: now * 1_000_000).sign(body)
    read_ns, _, _ = scheme.read(headers)
    behind_ns = now * 1_000_000 - (now * 1_000_000 if read_ns is None else read_ns)

    assert behind_ns in (range(1_000_000_000) if scheme.unit == "s" else {0})
    assert verdict(body, headers, secrets=secret, scheme=scheme, now=now, tolerance=1) is None


@EVERY
@given(data=st.data(), body=bodies.filter(bool))
def test_one_changed_bit_of_the_body_is_refused(form: Form, data: st.DataObject, body: bytes) -> None:
    changed = bytearray(body)
    changed[data.draw(st.integers(0, len(body) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    assert verdict_in(form, form.request(body=body), bytes(changed)) == "no_match"


@EVERY
@given(data=st.data())
def test_one_changed_bit_of_the_headers_is_refused(form: Form, data: st.DataObject) -> None:
    request = list(form.request())
    index = data.draw(st.integers(0, len(request) - 1))
    name, value = request[index]
    place, bit = data.draw(st.integers(0, len(value) - 1)), data.draw(st.integers(0, 7))
    request[index] = (name, value[:place] + chr(ord(value[place]) ^ 1 << bit) + value[place + 1 :])

    assert verdict_in(form, tuple(request)) is not None


@EVERY
@given(data=st.data(), other=bodies)
def test_no_other_body_has_the_signature(form: Form, data: st.DataObject, other: bytes) -> None:
    body = data.draw(bodies.filter(lambda one: one != other))

    assert verdict_in(form, form.request(body=body), other) == "no_match"


QUICK: dict[str, Callable[[Headers], Reading]] = {
    "http-task": http_task._read_elements,
    "standard-webhooks": standard_webhooks._read_all,
    "stripe": stripe._read_elements,
}
"""Schemes with a quick path, and the whole grammar of each."""
WITH_QUICK_PATH = pytest.mark.parametrize(
    "form", [pytest.param(form, id=form.name) for form in FORMS if form.name in QUICK]
)


class _GrammarAlone(HmacScheme):
    """A scheme without its quick path."""

    def __init__(self, scheme: Scheme) -> None:
        self.name = scheme.name
        self.mac = scheme.mac  # type: ignore[method-assign]  # its own
        self.read = QUICK[scheme.name]


def _decided(scheme: Any, form: Form, pairs: Pairs) -> Any:
    ring = ((scheme.mac(Secret(form.secret)), ""),)
    try:
        return decide(scheme, ring, BODY, dict(pairs))
    except VerificationError as refused:
        return refused.code, str(refused)


def _alike(form: Form, pairs: Pairs) -> None:
    scheme = by_name(form.name)

    assert _decided(_GrammarAlone(scheme), form, pairs) == _decided(scheme, form, pairs)


def test_a_scheme_without_a_whole_grammar_apart_leaves_nothing_to_check() -> None:
    """So that no quick path is left out of the test below."""
    apart = {form.name for form in FORMS if "check" in vars(type(by_name(form.name)))}

    assert set(QUICK) == apart


@WITH_QUICK_PATH
@given(data=st.data())
def test_the_quick_path_and_the_grammar_decide_alike(form: Form, data: st.DataObject) -> None:
    _alike(form, data.draw(near_headers(form)))


@WITH_QUICK_PATH
@pytest.mark.parametrize("digits", [pytest.param(n, id=f"{n} characters") for n in (10, 13)])
@given(data=st.data())
def test_they_decide_alike_on_every_time_of_the_usual_length(
    form: Form, digits: int, data: st.DataObject
) -> None:
    text = data.draw(st.text(telling, min_size=digits, max_size=digits))

    _alike(form, form.raw(text, form.elements(form.signature(T))))


@WITH_QUICK_PATH
@pytest.mark.parametrize("change", [str.upper, lambda m: "é" * len(m), lambda m: m[:-9] + "," + m[-8:]])
def test_they_decide_alike_on_signatures_of_the_usual_length(
    form: Form, change: Callable[[str], str]
) -> None:
    _alike(form, form.headers(change(form.signature())))
    _alike(form, form.request())


@EVERY
@given(data=st.data())
def test_a_refusal_shows_neither_the_secret_nor_the_body_nor_a_signature(
    form: Form, data: st.DataObject
) -> None:
    verifier = verifier_of(form)
    try:
        verifier.verify(BODY, data.draw(near_headers(form)))
    except VerificationError as refused:
        shown = f"{refused!s} {refused!r} {refused.args!r} {verifier!r}"
        for hidden in (form.secret, BODY.decode(), form.signature()):
            assert hidden not in shown
