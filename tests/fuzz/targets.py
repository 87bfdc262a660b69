"""What holds for every request, as functions of a fuzzer's bytes. A broken rule is an exception."""

from __future__ import annotations

import hashlib
from base64 import b64decode
from collections.abc import Callable
from functools import partial

from tests.fuzz.requests import FORM_OF, form_with, request_of
from tests.shared.vectors.form import Form, Pairs
from tests.shared.vectors.vector import NOW

from hookproof import (
    Delivery,
    MalformedSignature,
    Scheme,
    StaleDelivery,
    Tolerance,
    VerificationError,
    Verifier,
)
from hookproof.headers import Headers
from hookproof.schemes import Reading, by_name, http_task, standard_webhooks, stripe

Target = Callable[[bytes], None]

WHOLE: dict[str, Callable[[Headers], Reading]] = {
    "http-task": http_task._read_elements,
    "standard-webhooks": standard_webhooks._read_all,
    "stripe": stripe._read_elements,
}
"""The whole grammar of each scheme that has a quick path beside it."""


def holds_for_the_grammar(form: Form, data: bytes) -> None:
    """A header's grammar: refused by name or read, the quick path as the whole, and once for all."""
    scheme = by_name(form.name)
    headers = dict(request_of(form, data).headers)
    reading = _read(scheme.read, headers)
    whole = _read(WHOLE.get(form.name, scheme.read), headers)
    if reading != whole:
        # The quick path takes any text for a signature: what no key makes is left to `check`.
        assert isinstance(whole, MalformedSignature), (reading, whole)
        assert not isinstance(reading, MalformedSignature), (reading, whole)
        assert _refusal(scheme, headers) == (whole.code, str(whole))
        (signature,) = reading[2]
        assert not _could_be_made(form, signature), "a good signature would have been taken"
    elif isinstance(whole, tuple):
        assert _refusal(scheme, headers) is None
        _reads_again(form, scheme, whole)


def holds_for_a_verification(form: Form, data: bytes) -> None:
    """A verification: a refusal or a proof, and what is proved was signed with the secret."""
    request = request_of(form, data)
    headers = dict(request.headers)
    code = None
    try:
        delivery = _verifier(form).verify(request.body, headers)
    except StaleDelivery as stale:
        code, delivery = stale.code, stale.delivery
        assert _verifier(form, Tolerance.unlimited()).verify(request.body, headers).age == delivery.age
    except VerificationError as refused:
        _is_refused_alike(form, request.body, request.headers, refused.code)
        return
    _is_refused_alike(form, request.body, request.headers, code)
    _was_signed(form, request.headers, request.body)
    _can_be_read(delivery, code)


def planted(data: bytes) -> None:
    """Broken on purpose, so that a test can see what the fuzzing says of a fault."""
    if b"t=1" in data:
        raise ValueError("planted")


def _read(read: Callable[[Headers], Reading], headers: Headers) -> Reading | MalformedSignature:
    try:
        return read(headers)
    except MalformedSignature as refused:
        return _Refused(refused.code, refused.sentence)


class _Refused(MalformedSignature):
    """A refusal that equals its like."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Refused) and self.args == other.args

    __hash__ = MalformedSignature.__hash__


def _refusal(scheme: Scheme, headers: Headers) -> tuple[str, str] | None:
    try:
        scheme.check(headers)
    except MalformedSignature as refused:
        return refused.code, str(refused)
    return None


def _could_be_made(form: Form, signature: str) -> bool:
    """Whether some key makes this text: the one writing of a digest of the right length."""
    for decode in (bytes.fromhex, b64decode):
        try:
            digest = decode(signature)
        except ValueError:
            continue
        if len(digest) == hashlib.new(form.algorithm).digest_size and form.write(digest) == signature:
            return True
    return False


def _reads_again(form: Form, scheme: Scheme, reading: Reading) -> None:
    signed_ns, prefix, signatures = reading
    message_id = scheme.message_id(prefix)
    text = prefix.decode().strip(".:").rpartition("." if message_id is not None else ":")[2]
    again = form_with(form, message_id or "").headers(*signatures, t=text)
    for headers in (dict(again), list(again)):
        assert (signed_ns, prefix, signatures) == scheme.read(headers)


def _verifier(form: Form, tolerance: Tolerance | float = 300) -> Verifier:
    return Verifier(form.name, secrets=form.secret, tolerance=tolerance, clock=lambda: NOW * 1_000_000)


def _is_refused_alike(form: Form, body: bytes, headers: Pairs, code: str | None) -> None:
    """Pairs with names in another case, too, have this verdict."""
    seen = None
    try:
        _verifier(form).verify(body, [(name.upper(), value) for name, value in headers])
    except VerificationError as refused:
        seen = refused.code
    assert code == seen, (code, seen)


def _was_signed(form: Form, headers: Pairs, body: bytes) -> None:
    form = form_with(form, headers[0][1])
    message, signatures = form.taken({name.lower(): value for name, value in headers}, body)
    assert form.write(form.digest(message)) in signatures, "nobody signed this"


def _can_be_read(delivery: Delivery, code: str | None) -> None:
    if delivery.age is None:
        assert code is None
    else:
        assert code == ("too_old" if delivery.age > 300 else "too_new" if delivery.age < -300 else None)
        assert delivery.signed_at is not None
    assert delivery.signature_id is None or len(delivery.signature_id) == 64
    assert (delivery.message_id is None) == (delivery.scheme != "standard-webhooks")
    assert delivery.guid is None
    assert repr(delivery)


TARGETS: dict[str, Target] = {
    f"{kind}:{name}": partial(rule, form)
    for name, form in FORM_OF.items()
    for kind, rule in (("grammar", holds_for_the_grammar), ("verify", holds_for_a_verification))
}
"""All rules, by what they are about and the scheme."""
