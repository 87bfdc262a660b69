"""The length-extension attack on SHA-256: from `sha256(secret + message)` and its length alone to
`sha256(secret + message + padding + suffix)`."""

from __future__ import annotations

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
    """What SHA-256 appends to a message of so many bytes."""
    return b"\x80" + bytes((55 - length) % 64) + pack(">Q", length * 8)


def extend(digest: str, length: int, suffix: bytes) -> tuple[bytes, str]:
    """Go on from a digest.

    Args:
        digest: of something of which only the length is known.
        length: how many bytes that was.
        suffix: what is to come after.

    Returns:
        What stands between the two when it is hashed as one, and the digest of it all.
    """
    glue = padding(length)
    data = suffix + padding(length + len(glue) + len(suffix))
    state = unpack(">8L", bytes.fromhex(digest))
    for start in range(0, len(data), 64):
        state = _compress(state, data[start : start + 64])
    return glue, pack(">8L", *state).hex()


def _rotate(word: int, by: int) -> int:
    return (word >> by | word << 32 - by) & _MASK


def _compress(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
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
