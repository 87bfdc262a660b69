"""What every scheme's vectors are made of: bodies, changes to a body, keys that are not the key."""

from __future__ import annotations

import base64
import hashlib
import json
from urllib.parse import unquote_plus

from .vector import BODY, T


def flip(data: bytes, bit: int) -> bytes:
    """The same bytes with one bit changed."""
    changed = bytearray(data)
    changed[bit // 8] ^= 0x80 >> bit % 8
    return bytes(changed)


BODIES: tuple[tuple[str, bytes], ...] = (
    ("an empty body", b""),
    ("a lone {}", b"{}"),
    ("one byte", b"\x00"),
    ("an emoji and other text beyond ASCII", '{"text": "Job done \U0001f389 überprüft 検証"}'.encode()),
    ("bytes that are not UTF-8", b"\xff\xfe\x80caf\xe9"),
    ("every byte there is", bytes(range(256))),
    ("a byte-order mark, signed with the rest", b"\xef\xbb\xbf" + BODY),
    ("line ends of Windows", b'{\r\n  "order": 4\r\n}\r\n'),
    ("a newline at the end", BODY + b"\n"),
    ("a NUL at the end", BODY + b"\x00"),
    ("a form", b"payload=%7B%22order%22%3A+4%7D&x=%20"),
    (
        "escaped slashes and a key that stands twice",
        b'{"url": "https:\\/\\/x.example", "a": 1, "a": 2}',
    ),
    ("not JSON", b"{order: 4"),
    ("what looks like a signed text itself", T.encode() + b"." + BODY),
    ("a dot in front", b"." + BODY),
    ("message and padding fill one SHA-256 block", b"a" * 41),
    ("message and padding just outgrow one SHA-256 block", b"a" * 42),
    ("message fills one SHA-256 block", b"a" * 50),
    ("2 KiB", bytes(range(256)) * 8),
)
"""What it is, and a body that something on the way likes to decode, change or drop."""

CHANGED: tuple[tuple[str, bytes, bytes], ...] = (
    ("its first bit flipped", BODY, flip(BODY, 0)),
    ("its last bit flipped", BODY, flip(BODY, len(BODY) * 8 - 1)),
    ("a byte appended", BODY, BODY + b"x"),
    ("a NUL appended", BODY, BODY + b"\x00"),
    ("its last byte lost", BODY, BODY[:-1]),
    ("all of it lost", BODY, b""),
    ("an empty one filled", b"", BODY),
    ("a newline appended", BODY, BODY + b"\n"),
    ("its last newline lost", BODY + b"\n", BODY),
    ("line ends made Unix's", b'{\r\n"order": 4\r\n}', b'{\n"order": 4\n}'),
    ("line ends made Windows'", b'{\n"order": 4\n}', b'{\r\n"order": 4\r\n}'),
    ("a byte-order mark added", BODY, b"\xef\xbb\xbf" + BODY),
    ("its byte-order mark lost", b"\xef\xbb\xbf" + BODY, BODY),
    (
        "re-serialised without blanks",
        BODY,
        json.dumps(json.loads(BODY), separators=(",", ":")).encode(),
    ),
    ("re-serialised with sorted keys", b'{"b": 1, "a": 2}', b'{"a": 2, "b": 1}'),
    ("re-serialised in ASCII", '{"text": "\U0001f389"}'.encode(), b'{"text": "\\ud83c\\udf89"}'),
    ("its escaped slashes lost", b'{"url": "https:\\/\\/x.example"}', b'{"url": "https://x.example"}'),
    ("a number written anew", b'{"amount": 1.0}', b'{"amount": 1}'),
    ("a form decoded", b"a=%7B1%7D+x", unquote_plus("a=%7B1%7D+x").encode()),
    ("latin-1 made UTF-8", b"caf\xe9", "café".encode()),
)
"""What happened to a body, what was signed, and what came."""


def wrong_keys(key: bytes) -> tuple[tuple[str, bytes], ...]:
    """Keys that are made of the right one by mistake, and what the mistake is."""
    return (
        ("another secret", b"another-secret-entirely"),
        ("an empty key", b""),
        ("the secret and a newline", key + b"\n"),
        ("the secret and a space", key + b" "),
        ("the secret in quotes", b'"' + key + b'"'),
        ("the secret in upper case", key.upper()),
        ("the secret's first half", key[: len(key) // 2]),
        ("the secret's base64", base64.b64encode(key)),
        ("the secret's hexadecimal", key.hex().encode()),
        ("the secret's digest", hashlib.sha256(key).digest()),
    )
