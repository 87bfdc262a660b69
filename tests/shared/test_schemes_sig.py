"""Forged and malleable signatures, in every scheme but the platform's own, whose cases stand apart."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.shared.length_extension import extend
from tests.shared.vectors.form import OTHERS, Form, Pairs
from tests.shared.vectors.material import flip
from tests.shared.vectors.vector import BODY
from tests.shared.verdicts import verdict, verdict_in

from hookproof import BadConfiguration, Signer, Verifier

Requests = Iterator[tuple[str, Pairs, bytes]]
"""The code that is due, the headers, the body."""

TIMED = tuple(form for form in OTHERS if form.per_second is not None)
LISTS = tuple(form for form in OTHERS if form.is_list)
TEXT_KEYS = tuple(form for form in OTHERS if form.key(form.secret) == form.secret.encode())
(STANDARD,) = (form for form in OTHERS if form.name == "standard-webhooks")
IN_HEX = tuple(form for form in OTHERS if form is not STANDARD)


def case(number: str, forms: tuple[Form, ...] = OTHERS) -> Any:
    """A parameter a scheme, under the case's own id."""
    name, _, more = number.partition("/")
    return [pytest.param(form, id=f"{name}/{form.name}{' ' * bool(more)}{more}") for form in forms]


def _made(form: Form, message: bytes, key: bytes | None = None) -> Pairs:
    return form.headers(form.write(form.digest(message, key)))


def _wrong_secret(form: Form) -> Requests:
    yield "no_match", form.request(secret=form.other), BODY


def _body_bits(form: Form) -> Requests:
    for bit in range(len(BODY) * 8):
        yield "no_match", form.request(), flip(BODY, bit)


def _signature_bits(form: Form) -> Requests:
    digest = form.digest(form.message(form.t, BODY))
    for bit in range(len(digest) * 8):
        yield "no_match", form.headers(form.write(flip(digest, bit))), BODY


def _appended(form: Form) -> Requests:
    for more in (b"x", b" ", b"\0", b"\n"):
        yield "no_match", form.request(), BODY + more


def _cut(form: Form) -> Requests:
    for end in range(len(BODY)):
        yield "no_match", form.request(), BODY[:end]


def _other_time(form: Form) -> Requests:
    for t in (str(int(form.t) + 1), form.t[:-1], "1", "0"):
        yield "no_match", form.raw(t, form.elements(form.signature())), BODY


def _time_alone(form: Form) -> Requests:
    yield "no_match", _made(form, form.t.encode()), BODY
    yield "no_match", _made(form, form.message(form.t, b"")), BODY


def _body_alone(form: Form) -> Requests:
    yield "no_match", _made(form, BODY), BODY


def _separator_moved(form: Form) -> Requests:
    separator = form.message("12", b"")[-1:]
    signed = form.signature("12", b"3" + separator + b"4")
    yield "no_match", form.headers(signed, t="12"), b"4"
    moved = form.raw("12" + separator.decode() + "3", form.elements(signed))
    yield "bad_timestamp", moved, b"4"


def _short(form: Form) -> Requests:
    m = form.signature()
    for end in (len(m) - 1, 32, 8, 1, 0):
        yield "malformed_header", form.headers(m[:end]), BODY


def _long(form: Form) -> Requests:
    m = form.signature()
    for more in ("0", "00", "=", m):
        yield "malformed_header", form.headers(m + more), BODY


def _case(form: Form) -> Requests:
    m = form.signature()
    yield "malformed_header", form.headers(m.upper()), BODY
    yield "malformed_header", form.headers(m[:20] + m[20:].upper()), BODY


def _other_writing(form: Form) -> Requests:
    digest = form.digest(form.message(form.t, BODY))
    for text in {digest.hex(), base64.b64encode(digest).decode()} - {form.signature()}:
        yield "malformed_header", form.headers(text), BODY


def _prefixed(form: Form) -> Requests:
    m = form.signature()
    yield "malformed_header", form.headers("0x" + m), BODY
    yield "malformed_header", form.headers("0x" + m[:-2]), BODY


def _other_hash(form: Form) -> Requests:
    for name in {"sha1", "sha256", "sha512", "md5"} - {form.algorithm}:
        digest = form.digest(form.message(form.t, BODY), algorithm=name)
        yield "malformed_header", form.headers(form.write(digest)), BODY


def _no_key(form: Form) -> Requests:
    message, key = form.message(form.t, BODY), form.key(form.secret)
    for data in (message, key + message, message + key):
        digest = hashlib.new(form.algorithm, data).digest()
        yield "no_match", form.headers(form.write(digest)), BODY


def _extended(form: Form) -> Requests:
    message, key = form.message(form.t, BODY), form.key(form.secret)
    plain = hashlib.new(form.algorithm, key + message)
    for digest, length in (
        (plain.hexdigest(), len(key + message)),
        (form.digest(message).hex(), 64 + len(message)),
        (form.digest(message).hex(), 64 + plain.digest_size),
    ):
        glue, forged = extend(digest, length, b"&admin=1", form.algorithm)
        headers = form.headers(form.write(bytes.fromhex(forged)))
        yield "no_match", headers, BODY + glue + b"&admin=1"


def _sloppy_secret(form: Form) -> Requests:
    for end in (b"\n", b" ", b"\r\n"):
        key = form.key(form.secret) + end
        yield "no_match", _made(form, form.message(form.t, BODY), key), BODY


def _unsigned(form: Form) -> Requests:
    yield "missing_header", (), BODY


def _six(form: Form) -> Requests:
    m, bad = form.signature(), form.write(bytes(32))
    yield "no_match", form.headers(*[bad] * 5), BODY
    yield "too_many_signatures", form.headers(m, *[bad] * 5), BODY
    yield "too_many_signatures", form.headers(*[bad] * 5, m), BODY


def _rows(number: str, requests: Callable[[Form], Requests], forms: tuple[Form, ...] = OTHERS) -> Any:
    return [pytest.param(form, requests, id=f"{number}/{form.name}") for form in forms]


@pytest.mark.parametrize(
    ("form", "requests"),
    [
        *_rows("SIG-1", _wrong_secret),
        *_rows("SIG-2", _body_bits),
        *_rows("SIG-3", _signature_bits),
        *_rows("SIG-4", _appended),
        *_rows("SIG-5", _cut),
        *_rows("SIG-6", _other_time, TIMED),
        *_rows("SIG-7", _time_alone, TIMED),
        *_rows("SIG-8", _body_alone, TIMED),
        *_rows("SIG-9", _separator_moved, TIMED),
        *_rows("SIG-10", _short),
        *_rows("SIG-11", _long),
        *_rows("SIG-12", _case, IN_HEX),
        *_rows("SIG-13", _other_writing),
        *_rows("SIG-14", _prefixed),
        *_rows("SIG-15", _other_hash),
        *_rows("SIG-16", _no_key),
        *_rows("SIG-17", _extended),
        *_rows("SIG-18", _sloppy_secret),
        *_rows("SIG-27", _unsigned),
        *_rows("SIG-28", _wrong_secret),
        *_rows("SIG-29", _six, LISTS),
    ],
)
def test_a_forged_signature_is_refused(form: Form, requests: Callable[[Form], Requests]) -> None:
    due = list(requests(form))

    assert [code for code, _, _ in due] == [verdict_in(form, headers, body) for _, headers, body in due]


@pytest.mark.parametrize("form", case("SIG-12", (OTHERS[0],)))
def test_base64_in_another_case_is_another_signature(form: Form) -> None:
    for text in (form.signature().upper(), form.signature().swapcase()):
        assert verdict_in(form, form.headers(text)) in ("malformed_header", "no_match")


@pytest.mark.parametrize(
    ("form", "value"),
    [
        pytest.param(form, value, id=f"{number}/{form.name} {name}")
        for form in OTHERS
        for number, name, value in (
            ("SIG-18", "newline", form.secret + "\n"),
            ("SIG-18", "space", form.secret + " "),
            ("SIG-19", "empty", ""),
            ("SIG-22", "trailing", form.secret + "\0"),
            ("SIG-22", "leading", "\0" + form.secret),
        )
    ]
    + [
        pytest.param(
            STANDARD,
            "whsec_" + base64.b64encode(b"x" * 65).decode(),
            id=f"SIG-21/{STANDARD.name} 65 bytes",
        )
    ],
)
def test_a_secret_that_cannot_be_right_is_refused_at_the_start(form: Form, value: str) -> None:
    for start in (Verifier, Signer):
        with pytest.raises(BadConfiguration, match=r"^the secret "):
            start(form.name, secrets=value)


@pytest.mark.parametrize(
    ("form", "secret", "body"),
    [
        *(
            pytest.param(form, "nicht-echt-Ünïcödé-秘密-🔑", BODY, id=f"SIG-20/{form.name}")
            for form in TEXT_KEYS
        ),
        *(
            pytest.param(form, "x" * length, BODY, id=f"SIG-21/{form.name} {length} bytes")
            for form in TEXT_KEYS
            for length in (63, 64, 65, 200)
        ),
        *(
            pytest.param(
                STANDARD,
                "whsec_" + base64.b64encode(b"x" * length).decode(),
                BODY,
                id=f"SIG-21/{STANDARD.name} {length} bytes",
            )
            for length in (63, 64)
        ),
        *(
            pytest.param(form, form.secret, body, id=f"{number}/{form.name}")
            for form in OTHERS
            for number, body in (
                ("SIG-23", b"\xff\xfe\x80caf\xe9"),
                ("SIG-24", b""),
                ("SIG-25", bytes(1024) * 1024),
            )
        ),
    ],
)
def test_both_sides_and_the_standard_library_sign_alike(form: Form, secret: str, body: bytes) -> None:
    message_id = "msg_1" if form is STANDARD else None
    signer = Signer(form.name, secrets=secret, clock=lambda: int(form.t or 10**9) * 1_000_000_000)
    signed = signer.sign(body, message_id=message_id)

    assert dict(form.request(body=body, secret=secret)) == signed
    assert verdict(body, signed, secrets=secret, scheme=form.name) is None


@pytest.mark.parametrize("form", case("SIG-29", LISTS))
def test_any_of_five_signatures_will_do(form: Form) -> None:
    m, bad = form.signature(), form.write(bytes(32))

    for texts in ((bad, m), (bad, bad, bad, bad, m), (m, m)):
        assert verdict_in(form, form.headers(*texts)) is None


@pytest.mark.parametrize("form", case("SIG-26"))
def test_two_secrets_are_good_until_the_older_is_taken_away(form: Form) -> None:
    new, old = form.rotating

    for secret in form.rotating:
        request = form.request(secret=secret)
        assert verdict(BODY, request, secrets=form.rotating, scheme=form.name) is None
    assert verdict(BODY, form.request(secret=old), secrets=new, scheme=form.name) == "no_match"


@pytest.mark.parametrize("form", case("SIG-26/signing", LISTS))
def test_a_list_is_signed_with_the_five_newest_secrets(form: Form) -> None:
    """So that a receiver who holds any one of them takes the message, and one of five at most does."""
    ring = [f"not+a+real+secret+number+{n}+of+the+ring" for n in range(6)]
    ring = [base64.b64encode(secret.encode()).decode() for secret in ring]
    signed = Signer(form.name, secrets=ring).sign(BODY)

    taken = [
        Verifier(form.name, secrets=secret).verify(BODY, signed).scheme == form.name
        for secret in ring[:5]
    ]
    assert taken == [True] * 5
    assert verdict(BODY, signed, secrets=ring[5], scheme=form.name) == "no_match"
    assert form.elements(*["x"] * 5).count("x") == len(
        form.taken({name.lower(): value for name, value in signed.items()}, BODY)[1]
    )
