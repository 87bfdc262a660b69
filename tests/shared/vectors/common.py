"""What has the same verdict in every scheme, written as each scheme writes it."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from .form import Form
from .material import BODIES, CHANGED, flip, wrong_keys
from .vector import BODY, NOW, Group


class Rules(NamedTuple):
    """The rules of PROTOCOL.md that say so."""

    message: str
    """What is signed."""
    key: str
    """The key, and the function."""
    signature: str
    """How a signature is written."""
    presence: str
    """That each header comes once."""
    time: str
    """How a time is written; not looked at where the scheme has none."""


def groups(form: Form, rules: Rules) -> tuple[Group, ...]:
    """The vectors that every scheme has; the first group is that of the usual secret."""
    group = Group((("vectors", form.secret),))
    group.good("as it is sent every day", form.request(), "Ordinary", rule=rules.message)
    _bodies(group, form, rules)
    _signatures(group, form, rules)
    _keys(group, form, rules)
    _presence(group, form, rules)
    if form.per_second is not None:
        _times(group, form, rules)
    return group, *_rotation(form, rules)


def _bodies(group: Group, form: Form, rules: Rules) -> None:
    for comment, body in BODIES:
        request = form.request(body=body)
        group.good(f"body: {comment}", request, "Body", rule="P-SIG-5", body=body)
    for comment, signed, received in CHANGED:
        request = form.request(body=signed)
        flags = ("ModifiedBody",)
        group.bad("no_match", f"body: {comment}", request, *flags, rule=rules.message, body=received)


def _signatures(group: Group, form: Form, rules: Rules) -> None:
    message = form.message(form.t, BODY)
    digest = form.digest(message)
    key = form.key(form.secret)
    for comment, other in (
        ("its first bit flipped", flip(digest, 0)),
        ("its last bit flipped", flip(digest, len(digest) * 8 - 1)),
        ("its bytes reversed", digest[::-1]),
        ("all zeros", bytes(len(digest))),
        ("all ones", b"\xff" * len(digest)),
    ):
        headers = form.headers(form.write(other))
        group.bad("no_match", f"signature: {comment}", headers, "ModifiedSignature", rule="P-SIG-6")
    for comment, text in form.misspelt().items():
        headers = form.headers(text)
        group.bad(
            "malformed_header",
            f"signature: {comment}",
            headers,
            "SignatureForm",
            rule=rules.signature,
        )
    for comment, made in (
        ("a plain digest of the message, no key", _hash(form, message)),
        ("a plain digest of key and message", _hash(form, key + message)),
        ("a plain digest of message and key", _hash(form, message + key)),
        ("key and message exchanged", form.digest(key, message)),
        ("HMAC-SHA3-512, cut", form.digest(message, algorithm="sha3_512")[: len(digest)]),
        ("HMAC-SHA512, cut", form.digest(message, algorithm="sha512")[: len(digest)]),
        ("a digest of the right signature", _hash(form, digest)),
    ):
        headers = form.headers(form.write(made))
        group.bad("no_match", f"algorithm: {comment}", headers, "WrongAlgorithm", rule=rules.key)


def _keys(group: Group, form: Form, rules: Rules) -> None:
    message = form.message(form.t, BODY)
    for comment, key in wrong_keys(form.key(form.secret)):
        headers = form.headers(form.write(form.digest(message, key)))
        group.bad("no_match", f"key: {comment}", headers, "WrongKey", rule=rules.key)


def _presence(group: Group, form: Form, rules: Rules) -> None:
    request = form.request()
    upper = tuple((name.upper(), value) for name, value in request)
    lower = tuple((name.lower(), value) for name, value in request)
    if lower != request:
        group.good("the headers' names in lower case", lower, "Grammar", rule="P-HDR-1")
    group.good("the headers' names in upper case", upper, "Grammar", rule="P-HDR-1")
    group.bad("missing_header", "no header", (), "Grammar", rule=rules.presence)
    for place, (name, value) in enumerate(request):
        without = request[:place] + request[place + 1 :]
        if without:
            group.bad("missing_header", f"no {name}", without, "Grammar", rule=rules.presence)
        underscores = (*without, (name.replace("-", "_"), value))
        comment = f"{name} with underscores"
        group.bad("missing_header", comment, underscores, "Grammar", rule=rules.presence)
        for comment, more in (
            (f"{name} on two lines", (name, value)),
            (f"a second {name} in another case", (name.swapcase(), "1")),
        ):
            group.bad("duplicate_header", comment, (*request, more), "Grammar", rule=rules.presence)


def _times(group: Group, form: Form, rules: Rules) -> None:
    t = form.t
    for comment, text in (
        ("nothing", ""),
        ("a minus", "-" + t),
        ("a plus", "+" + t),
        ("a leading zero", "0" + t),
        ("only zeros", "00"),
        ("an underscore", f"{t[0]}_{t[1:]}"),
        ("an exponent", f"{t[0]}.{t[1:]}e{len(t) - 1}"),
        ("a fraction", t + ".9"),
        ("hexadecimal", hex(int(t))),
        ("a letter at the end", t + "n"),
        ("milliseconds", t + "000"),
        ("20 digits", "1" * 20),
        ("4000 digits", "9" * 4000),
        ("a second after the year 9999", "253402300800"),
        ("nan", "nan"),
        ("-Infinity", "-Infinity"),
        ("a date", "2025-12-31T23:59:59Z"),
    ):
        group.bad("bad_timestamp", f"time: {comment}", form.request(text), "TimeForm", rule=rules.time)
    other = form.raw(str(int(t) + 1), form.elements(form.signature()))
    group.bad("no_match", "the time changed", other, "ModifiedTime", rule=rules.message)
    signed = int(t) * 1000
    good, bad = group.good, group.bad
    for comment, now in (("old", signed + 300_000), ("early", signed - 300_000)):
        good(f"as {comment} as the tolerance", form.request(), "Tolerance", rule="P-TIME-4", now=now)
    for code, comment, at, now in (
        ("too_old", "a millisecond older than the tolerance", t, signed + 300_001),
        ("too_old", "an hour old", form.at(NOW - 3_600_000), NOW),
        ("too_old", "time 0", "0", NOW),
        ("too_new", "a millisecond earlier than the tolerance", t, signed - 300_001),
        ("too_new", "an hour ahead", form.at(NOW + 3_600_000), NOW),
        ("too_new", "the last second of the year 9999", "253402300799", NOW),
        ("too_new", "the receiver's clock at 1970", t, 0),
    ):
        bad(code, comment, form.request(at), "Stale", rule="P-TIME-4", now=now)
    good("time 0", form.request("0"), "TimeForm", rule=rules.time, now=1000)
    stale_and_bad = form.request(secret=form.other)
    now = NOW + 3_600_000
    bad("no_match", "another's and an hour old", stale_and_bad, "Stale", rule="P-TIME-6", now=now)


def _rotation(form: Form, rules: Rules) -> tuple[Group, Group]:
    new, old = form.rotating
    both = Group((("new", new), ("old", old)))
    for label, secret in (("new", new), ("old", old)):
        request = form.request(secret=secret)
        comment = f"the {label} one of two secrets"
        both.good(comment, request, "Rotation", rule="P-SIG-7", label=label)
    stranger = form.request(secret=form.other)
    both.bad("no_match", "neither of two secrets", stranger, "Rotation", rule="P-SIG-7")
    if form.is_list:
        made = [form.signature(secret=secret) for secret in (old, new)]
        signed_twice = form.headers(*made)
        comment = "signed with both, the older first"
        both.good(comment, signed_twice, "Rotation", rule="P-SIG-7", label="new")
    after = Group((("new", new),))
    request = form.request(secret=old)
    after.bad("no_match", "the older secret after the change", request, "Rotation", rule="P-SIG-7")
    return both, after


def key_lengths(form: Form, rules: Rules, lengths: tuple[int, ...]) -> tuple[Group, ...]:
    """A receiver a length, for schemes whose secret is text: short keys, and longer than a block."""
    made = []
    for length in lengths:
        secret = ("not-a-real-secret-" * 8)[:length]
        group = Group((("only", secret),))
        request = form.request(secret=secret)
        group.good(f"a secret of {length} bytes", request, "Key", rule=rules.key)
        made.append(group)
        if length > 64:
            cut = form.request(secret=secret[:64])
            comment = f"a secret of {length} bytes, cut at a block"
            group.bad("no_match", comment, cut, "WrongKey", rule=rules.key)
    return tuple(made)


def _hash(form: Form, data: bytes) -> bytes:
    return hashlib.new(form.algorithm, data).digest()
