"""Well-formed headers whose signature is not the one, and signatures that are not well-formed."""

from __future__ import annotations

import base64

from .material import CHANGED, flip, wrong_keys
from .vector import BODY, NOW, SECRET, Group, T, header, mac, sha256, signature, with_mac

GROUP = Group((("vectors", SECRET),))
bad = GROUP.bad
M = signature()
KEY = SECRET.encode()
MESSAGE = T.encode() + b"." + BODY


for comment, signed, received in CHANGED:
    bad(
        "no_match",
        f"body: {comment}",
        header(body=signed),
        "ModifiedBody",
        rule="P-SIG-3",
        body=received,
    )

for comment, text in (
    ("the time changed", f"t={int(T) + 1},sha256={M}"),
    ("the time in the other unit than was signed", f"t={int(T) // 1000},sha256={M}"),
    ("signed in the other unit than is sent", with_mac(signature(str(int(T) // 1000)))),
):
    bad("no_match", comment, text, "ModifiedTime", rule="P-SIG-3")

for comment, text in (
    ("its first bit flipped", flip(bytes.fromhex(M), 0).hex()),
    ("its last bit flipped", flip(bytes.fromhex(M), 255).hex()),
    ("its bytes reversed", bytes.fromhex(M)[::-1].hex()),
    ("all zeros", "0" * 64),
    ("all ones", "f" * 64),
):
    bad("no_match", f"signature: {comment}", with_mac(text), "ModifiedSignature", rule="P-SIG-6")

for comment, message in (
    ("the body alone", BODY),
    ("the time alone", T.encode()),
    ("no separator", T.encode() + BODY),
    ("a colon for a separator", T.encode() + b":" + BODY),
    ("a newline for a separator", T.encode() + b"\n" + BODY),
    ("the body first", BODY + b"." + T.encode()),
    ("the element, not its value", b"t=" + MESSAGE),
    ("an id in front, as in Standard Webhooks", b"msg_1." + MESSAGE),
    ("a version in front, as in Slack", b"v0:" + T.encode() + b":" + BODY),
    ("the separator moved into the time's digits", T[:-1].encode() + b"." + T[-1:].encode() + BODY),
    ("the body's hexadecimal", T.encode() + b"." + BODY.hex().encode()),
    ("the body's digest", T.encode() + b"." + sha256(BODY).encode()),
):
    bad("no_match", f"signed: {comment}", with_mac(mac(message)), "WrongMessage", rule="P-SIG-3")

for comment, key in wrong_keys(KEY):
    bad("no_match", f"key: {comment}", header(key=key), "WrongKey", rule="P-SIG-2")

for comment, text in (
    ("SHA-256 of the message, no key", sha256(MESSAGE)),
    ("SHA-256 of key and message", sha256(KEY + MESSAGE)),
    ("SHA-256 of message and key", sha256(MESSAGE + KEY)),
    ("key and message exchanged", mac(KEY, MESSAGE)),
    ("HMAC-SHA3-256", mac(MESSAGE, algorithm="sha3_256")),
    ("HMAC-SHA512, cut to 64 digits", mac(MESSAGE, algorithm="sha512")[:64]),
    ("SHA-256 of the right signature", sha256(bytes.fromhex(M))),
):
    bad("no_match", f"algorithm: {comment}", with_mac(text), "WrongAlgorithm", rule="P-SIG-2")

_B64 = base64.b64encode(bytes.fromhex(M)).decode()
for comment, text in (
    ("HMAC-SHA1", mac(MESSAGE, algorithm="sha1")),
    ("HMAC-SHA512", mac(MESSAGE, algorithm="sha512")),
    ("HMAC-MD5", mac(MESSAGE, algorithm="md5")),
    ("base64", _B64),
    ("base64url without padding", _B64.translate(str.maketrans("+/", "-_", "="))),
    ("upper case", M.upper()),
    ("one digit in upper case", M.replace("b", "B", 1)),
    ("0x in front", "0x" + M),
    ("sha256= in front a second time", "sha256=" + M),
    ("63 digits", M[:63]),
    ("32 digits", M[:32]),
    ("8 digits", M[:8]),
    ("1 digit", M[:1]),
    ("no digit", ""),
    ("65 digits", M + "0"),
    ("the signature twice in one", M + M),
    ("a letter that is no digit", M[:-1] + "g"),
    ("in pairs with colons", ":".join(M[i : i + 2] for i in range(0, 64, 2))),
    ("percent-encoded", "".join(f"%{M[i : i + 2]}" for i in range(0, 64, 2))),
):
    bad("malformed_header", f"sha256: {comment}", with_mac(text), "SignatureForm", rule="P-HDR-8")

_BAD = ",sha256=" + "0" * 64
bad("no_match", "five signatures, none good", f"t={T}" + _BAD * 5, "Grammar", rule="P-HDR-7")
bad(
    "too_many_signatures",
    "six signatures, the sixth good",
    f"t={T}" + _BAD * 5 + f",sha256={M}",
    "Grammar",
    rule="P-HDR-7",
)
bad(
    "too_many_signatures",
    "six signatures, the first good",
    f"t={T},sha256={M}" + _BAD * 5,
    "Grammar",
    rule="P-HDR-7",
)
bad(
    "no_match",
    "a bad signature and a stale time",
    header(key="another-secret-entirely"),
    "Stale",
    rule="P-TIME-6",
    now=NOW + 3_600_000,
)
