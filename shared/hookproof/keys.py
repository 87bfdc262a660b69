"""Secrets, and the keys made of them.

Some tools print a traceback with the locals of each frame. So whoever is handed a secret as plain
text drops it (`del`) before an exception leaves; what is held is a `Secret`, which shows its label.

A secret is what a person copies; a key is the bytes that a scheme makes of it. A key's two
padded SHA-256 states are absorbed once, so that a message costs two copies, the hash of its own
bytes and one short one.
"""

from __future__ import annotations

import hashlib
from binascii import b2a_base64
from collections.abc import Callable, Iterable
from typing import TypeAlias

from .errors import BadConfiguration

_BLOCK = 64  # bytes: the block size of SHA-256, RFC 2104's B
_INNER_PAD = bytes(byte ^ 0x36 for byte in range(256))
_OUTER_PAD = bytes(byte ^ 0x5C for byte in range(256))
_QUOTES = "\"'`“”‘’"  # noqa: RUF001  (the quotes that a word processor makes, too)


class Secret:
    """One shared secret, with a label to speak of it by.

    Its `repr` shows the label alone; nothing in hookproof prints the value.

    Args:
        value: the secret as both ends hold it. `str` is taken as its UTF-8 bytes.
        label: what deliveries, logs and pages call it: a date, an environment. Not secret.

    Raises:
        BadConfiguration: the value is empty, or holds a NUL (HMAC pads with NULs: such a value
            and the same without it sign alike), a line break, a blank or quote at either end
            (what a shell, an editor or a form adds; the platform wants the bare string).
    """

    __slots__ = ("_value", "label")

    def __init__(self, value: str | bytes, label: str = "") -> None:
        try:
            if not isinstance(value, (str, bytes)):
                raise TypeError(f"a secret is str or bytes, not {type(value).__name__}")
            if not isinstance(label, str):
                raise TypeError(f"a secret's label is str, not {type(label).__name__}")
            self.label: str = label
            self._value = value.encode() if isinstance(value, str) else value
        except UnicodeEncodeError:
            raise self.wrong("holds half a surrogate pair, which has no UTF-8 form") from None
        finally:
            del value
        if (reason := _what_looks_wrong(self._value)) is not None:
            raise self.wrong(reason)

    def reveal(self) -> bytes:
        """The secret's bytes. For making keys; never for a log, an error or a page."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret(label={self.label!r})"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a Secret is not pickled: hand on where it is kept, not what it is")

    def wrong(self, reason: str) -> BadConfiguration:
        """The error that says what is wrong with this secret, by its label."""
        name = f"the secret {self.label!r}" if self.label else "the secret"
        return BadConfiguration(f"{name} {reason}")


def _what_looks_wrong(value: bytes) -> str | None:
    if not value:
        return "is empty: an empty secret lets anybody sign"
    if b"\0" in value:
        return "holds a NUL: HMAC pads with NULs, so it is not the only key that fits"
    if b"\n" in value or b"\r" in value:
        return "holds a line break: a file or a variable was read with its line's end"
    text = value.decode("utf-8", "replace")
    if text != text.strip():
        return "begins or ends with a blank: it was copied with too much around it"
    if text[0] in _QUOTES or text[-1] in _QUOTES:
        return "begins or ends with a quote: the platform wants the bare string"
    return None


Secrets: TypeAlias = str | bytes | Secret | Iterable[str | bytes | Secret]
"""One secret, or several with the newest first."""


def as_secrets(secrets: Secrets) -> tuple[Secret, ...]:
    """Make a ring of what a caller holds: one secret or several, newest first.

    Raises:
        BadConfiguration: there is none, or one looks wrong, or two labels are the same.
        TypeError: something in it is no secret; None most often means an unset variable.
    """
    try:
        if secrets is None:
            raise TypeError("secrets is None: the variable or setting that should hold it is not set")
        if isinstance(secrets, (str, bytes, Secret)):
            secrets = (secrets,)
        ring = tuple(map(_as_secret, secrets))
    finally:
        del secrets
    if not ring:
        raise BadConfiguration("there is no secret: give one, or several with the newest first")
    labels = [secret.label for secret in ring if secret.label]
    if len(set(labels)) != len(labels):
        raise BadConfiguration("two secrets have the same label: a delivery names the one it matched")
    return ring


def _as_secret(one: str | bytes | Secret) -> Secret:
    try:
        return one if isinstance(one, Secret) else Secret(one)
    finally:
        del one


def hmac_sha256(key: bytes) -> Callable[[bytes, bytes], str]:
    """HMAC-SHA256 under one key, with what depends on the key alone done beforehand.

    Args:
        key: 1 byte or more; above 64 bytes its SHA-256 stands for it (RFC 2104).

    Returns:
        What makes, of a prefix and a body, the code over the two: 64 lower-case hexadecimal digits.
    """
    inner_state, outer_state = _states(key)

    def hexdigest(prefix: bytes, body: bytes) -> str:
        inner = inner_state()
        inner.update(prefix)  # two updates: joining would copy the body, and takes longer
        inner.update(body)
        outer = outer_state()
        outer.update(inner.digest())
        return outer.hexdigest()

    return hexdigest


def hmac_sha256_base64(key: bytes) -> Callable[[bytes, bytes], str]:
    """As `hmac_sha256`, the code in base64: 43 characters and one `=`."""
    inner_state, outer_state = _states(key)

    def base64digest(prefix: bytes, body: bytes) -> str:
        inner = inner_state()
        inner.update(prefix)
        inner.update(body)
        outer = outer_state()
        outer.update(inner.digest())
        return b2a_base64(outer.digest(), newline=False).decode()

    return base64digest


def _states(key: bytes) -> tuple[Callable[[], hashlib._Hash], Callable[[], hashlib._Hash]]:
    """What makes copies of the two states that have absorbed the padded key: inner and outer."""
    if len(key) > _BLOCK:
        key = hashlib.sha256(key).digest()
    block = key.ljust(_BLOCK, b"\0")
    inner = hashlib.sha256(block.translate(_INNER_PAD))
    return inner.copy, hashlib.sha256(block.translate(_OUTER_PAD)).copy
