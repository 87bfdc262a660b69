"""Digests out of texts that were meant as signatures, however they are written."""

from __future__ import annotations

import re
from binascii import Error, a2b_base64
from typing import Final, NamedTuple

SHORTEST: Final = 8
"""Bytes of a cut digest that are still proof: one in 2**64 fits by chance."""
_MOST = 10  # of one request: each costs memory and no hashing, yet a header may hold thousands
_READ = 4096  # characters of a value that are looked at

_RUN = re.compile(r"(?:[0-9a-fA-F]{2}:){15,63}[0-9a-fA-F]{2}|(?:0[xX])?[0-9A-Za-z+/_-]{16,176}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+", re.ASCII).fullmatch


class Candidate(NamedTuple):
    """One digest that the headers hold, and how its text differs from the scheme's form."""

    digest: bytes
    codes: tuple[str, ...]


def candidates(value: str, base64_wanted: bool) -> list[Candidate]:
    """Every text in a header's value that may be a digest, in its order.

    Args:
        value: as it came.
        base64_wanted: whether the scheme writes base64; else it writes lower-case hexadecimal digits.
    """
    found: list[Candidate] = []
    for match in _RUN.finditer(value[:_READ]):
        text = match.group()
        if text.isdecimal() and len(text) < 20:  # a time
            continue
        for candidate in _read(text, base64_wanted):
            if len(candidate.digest) >= SHORTEST and candidate not in found:
                found.append(candidate)
        if len(found) >= _MOST:
            break
    return found


def _read(text: str, base64_wanted: bool) -> list[Candidate]:
    codes: list[str] = []
    if ":" in text:
        text = text.replace(":", "")
        codes.append("signature_colons")
    if text[:2] in ("0x", "0X") and _HEX(text[2:]):  # base64 may begin so too
        text = text[2:]
        codes.append("signature_0x")
    if _HEX(text):
        if base64_wanted:
            codes.append("signature_hex")
        elif text != text.lower():
            codes.append("signature_upper_case")
        return [Candidate(bytes.fromhex(text), tuple(codes))]
    return _read_base64(text, codes, base64_wanted)


def _read_base64(text: str, codes: list[str], base64_wanted: bool) -> list[Candidate]:
    bare = text.rstrip("=")
    standard = bare.replace("-", "+").replace("_", "/")
    try:
        digest = a2b_base64(standard + "=" * (-len(standard) % 4), strict_mode=True)
    except Error:
        return []
    if not base64_wanted:
        codes = [*codes, "signature_base64"]
    elif standard != bare or len(text) % 4:
        codes = [*codes, "signature_base64url"]
    inner = digest.decode("latin-1")
    if len(inner) >= 32 and _HEX(inner):
        return [Candidate(bytes.fromhex(inner), ("signature_base64_of_hex",))]
    return [Candidate(digest, tuple(codes))]
