"""Vectors of the scheme `standard-webhooks`."""

from __future__ import annotations

import base64

from .common import Rules, groups
from .form import Pairs, StandardWebhooksForm
from .vector import BODY, Group

FORM = StandardWebhooksForm()
RULES = Rules("P-SW-8", "P-SW-9", "P-SW-4", "P-SW-2", "P-SW-7")
_usual, *_more = groups(FORM, RULES)
good, bad = _usual.good, _usual.bad
T, M = FORM.t, FORM.signature()
ZEROS = FORM.write(bytes(32))
V1A = "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="


def _id(text: str) -> Pairs:
    """A good request with this id."""
    form = StandardWebhooksForm()
    form.id = text
    return form.request()


def _receiver_of(secret: str, key: bytes, comment: str) -> Group:
    group = Group((("only", secret),))
    signature = FORM.write(FORM.digest(FORM.message(T, BODY), key))
    group.good(f"a secret {comment}", FORM.headers(signature), "Key", rule="P-SW-10")
    return group


_published = Group((("documented", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),))
for _comment, _value in (
    ("the specification's example", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    (
        "the specification's example among others",
        f"v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= {V1A} "
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    ),
):
    _published.good(
        _comment,
        (
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("webhook-timestamp", "1614265330"),
            ("webhook-signature", _value),
        ),
        "Published",
        rule="P-SW-8",
        body=b'{"test": 2432232314}',
        now=1_614_265_330_000,
        source="github.com/standard-webhooks/standard-webhooks, libraries/*/tests",
    )


def _secret(length: int, prefix: str = "whsec_", padding: bool = True) -> tuple[str, bytes]:
    key = (b"not-a-real-secret-" * 8)[:length]
    text = base64.b64encode(key).decode()
    return prefix + (text if padding else text.rstrip("=")), key


GROUPS = (
    _published,
    _usual,
    *_more,
    *(_receiver_of(*_secret(length), f"of {length} bytes") for length in (24, 32, 63, 64)),
    _receiver_of(*_secret(33, prefix=""), "without whsec_"),
    _receiver_of(*_secret(32, padding=False), "without its padding"),
)
"""All of them."""

for comment, text in (
    ("two signatures, the first good", FORM.elements(M, ZEROS)),
    ("two signatures, the second good", FORM.elements(ZEROS, M)),
    ("five signatures, the fifth good", FORM.elements(ZEROS, ZEROS, ZEROS, ZEROS, M)),
    ("an asymmetric signature in front", f"{V1A} v1,{M}"),
    ("an asymmetric signature behind", f"v1,{M} {V1A}"),
    ("versions that do not exist yet", f"v2,x v10,y V1,z v1,{M} v3,"),
):
    good(comment, FORM.raw(T, text), "Grammar", rule="P-SW-3")
for comment, text in (
    ("of one character", "1"),
    ("of 255 characters", "x" * 255),
    ("that is a UUID", "0f8fad5b-d9cb-469f-a165-70867728950e"),
    ("of unusual characters", "!#$%&'()*+,-/:;<=>?@[]^_`{|}~"),
):
    good(f"an id {comment}", _id(text), "Identity", rule="P-SW-6")
for comment, text in (
    ("nothing", ""),
    ("of 256 characters", "x" * 256),
    ("with a dot", "msg.1"),
    ("that is a dot", "."),
    ("with a blank", "msg 1"),
    ("with a blank behind", "msg_1 "),
    ("with a tab", "msg_1\t"),
    ("with a NUL", "msg_1\0"),
    ("with a newline behind", "msg_1\n"),
):
    bad("malformed_header", f"an id: {comment}", _id(text), "Identity", rule="P-SW-6")
bad(
    "malformed_header",
    "an id: with a byte of latin-1",
    (("webhook-id", "msg_\xe9"), *FORM.request()[1:]),
    "Identity",
    rule="P-SW-6",
)
other_id = (("webhook-id", "msg_2"), *FORM.request()[1:])
bad("no_match", "the id changed", other_id, "ModifiedId", rule="P-SW-8")
# What was signed as msg_1.<time>.<another time>.{} cannot be cut in another way.
_moved = FORM.signature(body=f"{int(T) + 1}.{{}}".encode())
bad(
    "malformed_header",
    "the time moved into the id, a newer one out of the body",
    (
        ("webhook-id", f"msg_1.{T}"),
        ("webhook-timestamp", str(int(T) + 1)),
        ("webhook-signature", f"v1,{_moved}"),
    ),
    "ModifiedId",
    rule="P-SW-6",
    body=b"{}",
)
for comment, text in (
    ("nothing", ""),
    ("a space", " "),
    ("the signature alone", M),
    ("the version alone", "v1"),
    ("no comma", f"v1{M}"),
    ("= for the comma", f"v1={M}"),
    ("a space for the comma", f"v1 {M}"),
    ("three parts", f"v1,{M},x"),
    ("no version", f",{M}"),
    ("only an asymmetric signature", V1A),
    ("the version in upper case", f"V1,{M}"),
    ("two spaces between", f"{FORM.elements(ZEROS)}  {FORM.elements(M)}"),
    ("a comma between", f"{FORM.elements(ZEROS)},{FORM.elements(M)}"),
    ("a tab between", f"{FORM.elements(ZEROS)}\t{FORM.elements(M)}"),
    ("a space at the start", f" v1,{M}"),
    ("a space at the end", f"v1,{M} "),
    ("a space after the comma", f"v1, {M}"),
    ("quotes around the whole", f'"v1,{M}"'),
    ("a newline at the end", f"v1,{M}\n"),
    ("a NUL at the end", f"v1,{M}\0"),
    ("a byte of latin-1 in another version", f"v2,\xe9 v1,{M}"),
    ("a misspelt one beside the good one", f"v1,{M[:-1]} v1,{M}"),
    ("4097 characters", f"v1,{M} v2,".ljust(4097, "x")),
):
    bad("malformed_header", f"header: {comment}", FORM.raw(T, text), "Grammar", rule="P-SW-3")
for comment, many, code in (
    ("five signatures, none good", [ZEROS] * 5, "no_match"),
    ("six signatures, the first good", [M, *[ZEROS] * 5], "too_many_signatures"),
    ("six signatures, the sixth good", [*[ZEROS] * 5, M], "too_many_signatures"),
):
    bad(code, comment, FORM.headers(*many), "Grammar", rule="P-SW-5")
for comment, text in (
    ("a space in front", " " + T),
    ("a space behind", T + " "),
    ("a newline behind", T + "\n"),
    ("two joined by a server", f"{T}, {T}"),
):
    bad("bad_timestamp", f"time: {comment}", FORM.request(text), "TimeForm", rule="P-SW-7")
for comment, message in (
    ("the body alone", BODY),
    ("no id, as in Stripe", f"{T}.".encode() + BODY),
    ("time and id exchanged", f"{T}.msg_1.".encode() + BODY),
    ("colons for dots", f"msg_1:{T}:".encode() + BODY),
):
    request = FORM.headers(FORM.write(FORM.digest(message)))
    bad("no_match", f"signed: {comment}", request, "WrongMessage", rule="P-SW-8")
text_key = FORM.secret.encode()
request = FORM.headers(FORM.write(FORM.digest(FORM.message(T, BODY), text_key)))
bad("no_match", "key: the secret's text, as in Stripe", request, "WrongKey", rule="P-SW-10")
for comment, headers, code in (
    ("a bad signature's form, a bad id, a bad time", ("a.b", "x", "v1,0"), "malformed_header"),
    ("six signatures and a bad id", ("a.b", T, FORM.elements(*(M,) * 6)), "too_many_signatures"),
    ("a bad id and a bad time", ("a.b", "x", f"v1,{M}"), "malformed_header"),
):
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    pairs = tuple(zip(names, headers, strict=True))
    bad(code, f"several at once: {comment}", pairs, "Grammar", rule="P-SW-11")
