"""The platform's HTTP tasks: `X-Webhook-Signature: t=<time>,sha256=<hex>`.

Rules P-HDR-1 to P-HDR-10, P-SIG-2, P-SIG-3, P-SIG-8 and P-TIME-1 to P-TIME-3 of PROTOCOL.md. That a
secret key signs the request is documented by the platform; the header, the signed bytes and the unit
are assumed.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NoReturn

from ..errors import BadConfiguration, CannotRun, MalformedSignature
from ..headers import Headers, one
from ..keys import Secret, hmac_sha256
from .scheme import Identity, Mac, Reading, Ring

HEADER: Final = "X-Webhook-Signature"
MAX_HEADER: Final = 4096
"""Characters of a header's value that are looked at; a longer one is refused unread."""
MAX_SIGNATURES: Final = 5
"""How many `sha256` elements a header may have: each costs a comparison."""
MILLISECONDS_FROM: Final = 100_000_000_000
"""From this number on, a time is in milliseconds (in seconds it would be the year 5138)."""
LAST_TIME: Final = 253_402_300_799_999
"""The last millisecond of the year 9999: the largest time there is."""

_ELEMENT = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=([!-+\--~]*)", re.ASCII).fullmatch
_TIME = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII).fullmatch
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII).fullmatch


class HttpTask:
    """The scheme of the platform's HTTP tasks, and the default of everything here.

    Args:
        unit: what `t` counts when signing, `"ms"` or `"s"` (assumed: milliseconds). When verifying,
            either is read, told apart by size.
    """

    name = "http-task"
    header = HEADER
    identity: Identity = "signature"

    def __init__(self, unit: Literal["ms", "s"] = "ms") -> None:
        if unit not in ("ms", "s"):
            raise BadConfiguration(f"the unit of t is 'ms' or 's', not {unit!r}")
        self.unit: Literal["ms", "s"] = unit
        self._nanoseconds = 1_000_000 if unit == "ms" else 1_000_000_000
        self._writable = (
            range(MILLISECONDS_FROM, LAST_TIME + 1)
            if unit == "ms"
            else range(MILLISECONDS_FROM // 1000, MILLISECONDS_FROM)
        )

    def mac(self, secret: Secret) -> Mac:
        """The key is the secret's own bytes."""
        return hmac_sha256(secret.reveal())

    def read(self, headers: Headers) -> Reading:
        """Read the one header. What the platform sends is read at once; all else by the grammar."""
        # Written out, and in slices: a call or a match would cost a tenth of the verification.
        value = headers.get(HEADER) if type(headers) is dict else None
        if type(value) is not str:
            value = one(headers, HEADER)
        if len(value) == 87 and value[:2] == "t=" and value[15:23] == ",sha256=":
            time_text = value[2:15]
            # 13 characters make so large a number only if each of them is a digit, the first no zero.
            try:
                milliseconds = int(time_text)
            except ValueError:
                return _read_elements(value)
            if milliseconds >= 1_000_000_000_000 and value.isascii():
                return milliseconds * 1_000_000, time_text.encode() + b".", (value[23:],)
        return _read_elements(value)

    def check(self, headers: Headers) -> None:
        """What `read` took as the platform sends it, by the whole grammar."""
        _read_elements(one(headers, HEADER))

    def write(self, body: bytes, ring: Ring, now_ns: int) -> dict[str, str]:
        """Sign with the newest secret: one `t`, one `sha256`.

        Raises:
            CannotRun: the clock shows a time that a receiver would misread.
        """
        time = now_ns // self._nanoseconds
        if time not in self._writable:
            raise CannotRun(
                "the clock is wrong: it shows a time before March 1973, or further ahead than t can say"
            )
        time_text = str(time)
        mac, _ = ring[0]
        return {HEADER: f"t={time_text},sha256={mac(time_text.encode() + b'.', body)}"}

    def __repr__(self) -> str:
        return f"HttpTask(unit={self.unit!r})"


def _read_elements(value: str) -> Reading:
    if len(value) > MAX_HEADER:
        _refuse(f"the value has {len(value)} characters; at most {MAX_HEADER} are read")
    time_text: str | None = None
    signatures: list[str] = []
    for number, raw in enumerate(value.split(","), start=1):
        element = _ELEMENT(raw.lstrip(" ") if number > 1 else raw)
        if element is None:
            _refuse(f"element {number} is not name=value (blanks may follow a comma and nothing else)")
        name, text = element.groups()
        if name == "t":
            if time_text is not None:
                raise MalformedSignature("duplicate_element", "t stands more than once")
            time_text = text
        elif name == "sha256":
            if not _HEX(text):
                _refuse(f"element {number}: sha256 is 64 lower-case hexadecimal digits")
            signatures.append(text)
    if time_text is None:
        _refuse("there is no t element")
    if not signatures:
        _refuse("there is no sha256 element")
    if len(signatures) > MAX_SIGNATURES:
        raise MalformedSignature(
            "too_many_signatures", f"{len(signatures)} sha256 elements; at most {MAX_SIGNATURES}"
        )
    if not _TIME(time_text):
        raise MalformedSignature(
            "bad_timestamp",
            "t is a whole number of ASCII digits, at most 15, without a leading zero",
        )
    return _nanoseconds(time_text), time_text.encode() + b".", tuple(signatures)


def _nanoseconds(time_text: str) -> int:
    number = int(time_text)
    if number < MILLISECONDS_FROM:
        return number * 1_000_000_000
    if number > LAST_TIME:
        raise MalformedSignature("bad_timestamp", "t lies beyond the year 9999 (in microseconds?)")
    return number * 1_000_000


def _refuse(reason: str) -> NoReturn:
    raise MalformedSignature("malformed_header", f"{HEADER} cannot be read: {reason}")
