"""Secrets of every length and kind, and several at once."""

from __future__ import annotations

from unicodedata import normalize

from .vector import SECRET, Group, header, signature, with_mac

_TELLING = "not-a-real-secret-"


def _of(length: int) -> str:
    return (_TELLING * 8)[:length]


GROUPS: list[Group] = []


def _receiver_of(secret: str, comment: str) -> Group:
    """A receiver with this secret alone, and a request that it takes."""
    group = Group((("only", secret),))
    group.good(f"a secret {comment}", header(key=secret), "Key", rule="P-SIG-2")
    GROUPS.append(group)
    return group


_receiver_of("k", "of 1 byte")
_receiver_of(_of(63), "of 63 bytes")
_receiver_of(_of(64), "of 64 bytes, a whole block")
long = _receiver_of(_of(65), "of 65 bytes, more than a block")
long.bad("no_match", "the key is cut at a block", header(key=_of(64)), "WrongKey", rule="P-SIG-2")
_receiver_of(_of(128), "of 128 bytes")
_receiver_of('not a "real" secret', "with blanks and quotes inside")
_receiver_of("bm90LWEtcmVhbC1zZWNyZXQ=", "that looks like base64")
_receiver_of("whsec_bm90LWEtcmVhbC1zZWNyZXQ=", "with another scheme's prefix")

NOT_ASCII = "nicht-echt-Ünïcödé-秘密-\U0001f511"
not_ascii = _receiver_of(NOT_ASCII, "beyond ASCII")
for comment, key in (
    ("UTF-16", NOT_ASCII.encode("utf-16-le")),
    ("UTF-8, decomposed", normalize("NFD", NOT_ASCII).encode()),
    ("ASCII, with question marks", NOT_ASCII.encode("ascii", "replace")),
):
    not_ascii.bad(
        "no_match", f"the key is the secret's {comment}", header(key=key), "WrongKey", rule="P-SIG-2"
    )

HEXADECIMAL = "00112233445566778899aabbccddeeff"
hexadecimal = _receiver_of(HEXADECIMAL, "that looks like hexadecimal")
decoded = header(key=bytes.fromhex(HEXADECIMAL))
hexadecimal.bad("no_match", "the key is the secret, decoded", decoded, "WrongKey", rule="P-SIG-2")

NEW, OLD, OLDEST = "not-a-real-secret-new", "not-a-real-secret-old", "not-a-real-secret-oldest"
ring = Group((("new", NEW), ("old", OLD)))
ring.good("the newest of two secrets", header(key=NEW), "Rotation", rule="P-SIG-7", label="new")
ring.good("the second of two secrets", header(key=OLD), "Rotation", rule="P-SIG-7", label="old")
ring.good(
    "signed with both, the older first",
    header(key=OLD) + f",sha256={signature(key=NEW)}",
    "Rotation",
    rule="P-SIG-7",
    label="new",
)
ring.bad("no_match", "a secret that was retired", header(key=OLDEST), "Rotation", rule="P-SIG-7")
ring.bad(
    "no_match",
    "one secret's signature cut into the other's",
    with_mac(signature(key=NEW)[:32] + signature(key=OLD)[32:]),
    "Rotation",
    rule="P-SIG-7",
)
GROUPS.append(ring)

after = Group((("new", NEW),))
after.bad("no_match", "the older secret after the change", header(key=OLD), "Rotation", rule="P-SIG-7")
after.bad("no_match", "the secret of another endpoint", header(key=SECRET), "Rotation", rule="P-SIG-7")
GROUPS.append(after)
