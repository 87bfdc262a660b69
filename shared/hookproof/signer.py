"""Signing what is sent."""

from __future__ import annotations

from .clock import Clock, system_clock
from .errors import BadConfiguration
from .keys import Secrets, as_secrets
from .schemes import Scheme, by_name


class Signer:
    """Signs messages of one scheme. Make one and keep it; it serves any number of threads.

    Args:
        scheme: a scheme, or the name of one.
        secrets: one secret or several, newest first. The newest signs; where the scheme's header is a
            list (`standard-webhooks`, `stripe`), the five newest do.
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
        try:
            ring = as_secrets(secrets)
        finally:
            del secrets
        self.scheme: Scheme = by_name(scheme)
        """The scheme that is signed by."""
        self._ring = tuple((self.scheme.mac(one), one.label) for one in ring)
        self._clock = clock

    def sign(self, body: bytes, *, message_id: str | None = None) -> dict[str, str]:
        """The headers to send with `body`, signed now. Send these very bytes.

        Args:
            body: what is sent.
            message_id: the same for every attempt of a message, where the scheme signs an id
                (`standard-webhooks`); None makes a new one.

        Raises:
            TypeError: the body is not bytes: what is signed must be what is sent.
            BadConfiguration: the scheme signs no id, or this cannot be one.
            CannotRun: the clock shows a time that no receiver could read.
        """
        if not isinstance(body, (bytes, bytearray, memoryview)):
            raise TypeError(f"sign the bytes that are sent, not {type(body).__name__}")
        if message_id is not None and self.scheme.identity != "id":
            raise BadConfiguration(
                f"the scheme {self.scheme.name!r} signs no message's id: leave message_id out"
            )
        return self.scheme.write(bytes(body), self._ring, self._clock(), message_id)

    def __repr__(self) -> str:
        return f"Signer({self.scheme.name!r}, secret={self._ring[0][1]!r})"
