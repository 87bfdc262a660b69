"""The length-extension attack on SHA-256 and SHA-1: from `sha256(secret + message)` and its length
alone to `sha256(secret + message + padding + suffix)`."""

from __future__ import annotations

from collections.abc import Callable
from math import cbrt, isqrt
from struct import pack, unpack

_MASK = 0xFFFFFFFF
_PRIMES = [n for n in range(2, 312) if all(n % d for d in range(2, isqrt(n) + 1))]


def _cube_root_fraction(number: int) -> int:
    scaled = number << 96
    root = round(cbrt(scaled))
    while root**3 > scaled:
        root -= 1
    while (root + 1) ** 3 <= scaled:
        root += 1
    return root & _MASK


_ROUND = [_cube_root_fraction(prime) for prime in _PRIMES]


def padding(length: int) -> bytes:
    """What both append to a message of so many bytes."""
    return b"\x80" + bytes((55 - length) % 64) + pack(">Q", length * 8)


def extend(digest: str, length: int, suffix: bytes, algorithm: str = "sha256") -> tuple[bytes, str]:
    """Go on from a digest.

    Args:
        digest: of something of which only the length is known.
        length: how many bytes that was.
        suffix: what is to come after.
        algorithm: `sha256` or `sha1`.

    Returns:
        What stands between the two when it is hashed as one, and the digest of it all.
    """
    glue = padding(length)
    data = suffix + padding(length + len(glue) + len(suffix))
    compress = _COMPRESS[algorithm]
    words = f">{len(digest) // 8}L"
    state = unpack(words, bytes.fromhex(digest))
    for start in range(0, len(data), 64):
        state = compress(state, data[start : start + 64])
    return glue, pack(words, *state).hex()


def _rotate(word: int, by: int) -> int:
    return (word >> by | word << 32 - by) & _MASK


def _sha256(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    words = list(unpack(">16L", block))
    for i in range(16, 64):
        s0 = _rotate(words[i - 15], 7) ^ _rotate(words[i - 15], 18) ^ words[i - 15] >> 3
        s1 = _rotate(words[i - 2], 17) ^ _rotate(words[i - 2], 19) ^ words[i - 2] >> 10
        words.append(words[i - 16] + s0 + words[i - 7] + s1 & _MASK)
    a, b, c, d, e, f, g, h = state
    for i in range(64):
        s1 = _rotate(e, 6) ^ _rotate(e, 11) ^ _rotate(e, 25)
        one = h + s1 + (e & f ^ ~e & g) + _ROUND[i] + words[i]
        s0 = _rotate(a, 2) ^ _rotate(a, 13) ^ _rotate(a, 22)
        two = s0 + (a & b ^ a & c ^ b & c)
        a, b, c, d, e, f, g, h = one + two & _MASK, a, b, c, d + one & _MASK, e, f, g
    return tuple(x + y & _MASK for x, y in zip(state, (a, b, c, d, e, f, g, h), strict=True))


def _sha1(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    words = list(unpack(">16L", block))
    for i in range(16, 80):
        words.append(_rotate(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 31))
    a, b, c, d, e = state
    for i, word in enumerate(words):
        mixed = (b & c ^ ~b & d, b ^ c ^ d, b & c ^ b & d ^ c & d, b ^ c ^ d)[i // 20]
        constant = isqrt((2, 3, 5, 10)[i // 20] << 60)
        one = _rotate(a, 27) + mixed + e + constant + word & _MASK
        a, b, c, d, e = one, a, _rotate(b, 2), c, d
    return tuple(x + y & _MASK for x, y in zip(state, (a, b, c, d, e), strict=True))


_COMPRESS: dict[str, Callable[[tuple[int, ...], bytes], tuple[int, ...]]] = {
    "sha256": _sha256,
    "sha1": _sha1,
}
