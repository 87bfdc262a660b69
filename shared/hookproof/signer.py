"""Signing what is sent."""

from __future__ import annotations

from .clock import Clock, system_clock
from .keys import Secrets, as_secrets
from .schemes import Scheme, by_name


class Signer:
    """Signs messages of one scheme. Make one and keep it; it serves any number of threads.

    Args:
        scheme: a scheme, or the name of one.
        secrets: one secret or several, newest first; the newest signs.
        clock: the wall clock, as Unix time in nanoseconds.

    Raises:
        BadConfiguration: a scheme or secret that cannot be right.
    """

    __slots__ = ("_clock", "_ring", "scheme")

    def __init__(
        self,
        scheme: str | Scheme = "http-task",
        *,
        secrets: Secrets,
        clock: Clock = system_clock,
    ) -> None:
        self.scheme: Scheme = by_name(scheme)
        """The scheme that is signed by."""
        self._ring = tuple((self.scheme.mac(one), one.label) for one in as_secrets(secrets))
        self._clock = clock

    def sign(self, body: bytes) -> dict[str, str]:
        """The headers to send with `body`, signed now. Send these very bytes.

        Raises:
            TypeError: the body is not bytes: what is signed must be what is sent.
            CannotRun: the clock shows a time that no receiver could read.
        """
        if not isinstance(body, (bytes, bytearray, memoryview)):
            raise TypeError(f"sign the bytes that are sent, not {type(body).__name__}")
        return self.scheme.write(bytes(body), self._ring, self._clock())

    def __repr__(self) -> str:
        return f"Signer({self.scheme.name!r}, secret={self._ring[0][1]!r})"
