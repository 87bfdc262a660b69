"""Slack's requests to an app: `X-Slack-Signature: v0=<hex>` beside `X-Slack-Request-Timestamp`.

Rules P-SLACK-1 to P-SLACK-6 of PROTOCOL.md. Source: docs.slack.dev, "Verifying requests from Slack".
"""

from __future__ import annotations

from typing import Final

from ..headers import Headers, one
from .digests import is_hex
from .hmac_scheme import WHSEC, HmacScheme
from .refusals import unreadable
from .scheme import Identity, Reading, Ring
from .times import Unit, read_seconds, write_time

TIMESTAMP: Final = "X-Slack-Request-Timestamp"
HEADER: Final = "X-Slack-Signature"

_OTHER = 'a token: take the "Signing Secret" of the app\'s page "Basic Information"'


class Slack(HmacScheme):
    """What Slack sends to an app: events, commands, interactions."""

    name: str = "slack"
    headers: tuple[str, ...] = (TIMESTAMP, HEADER)
    identity: Identity = "signature"
    unit: Unit | None = "s"
    key_form: str = "32 hexadecimal digits, used as text"
    foreign: tuple[tuple[str, str], ...] = (
        ("xox", _OTHER),
        ("xapp-", _OTHER),
        *WHSEC,
    )

    def new_secret(self) -> str:
        """32 hexadecimal digits of 16 random bytes, as Slack makes them."""
        from secrets import token_hex  # here, since verifying never needs it

        return token_hex(16)

    def read(self, headers: Headers) -> Reading:
        """Read both headers."""
        time_text = one(headers, TIMESTAMP)
        value = one(headers, HEADER)
        if value[:3] != "v0=" or not is_hex(value[3:]):
            raise unreadable(HEADER, "it is v0= and 64 lower-case hexadecimal digits")
        return read_seconds(time_text), _signed(time_text), (value[3:],)

    def write(self, body: bytes, ring: Ring, now_ns: int, message_id: str | None) -> dict[str, str]:
        """Sign with the newest secret."""
        time_text = write_time(now_ns, "s")
        mac, _ = ring[0]
        return {TIMESTAMP: time_text, HEADER: "v0=" + mac(_signed(time_text), body)}


def _signed(time_text: str) -> bytes:
    return f"v0:{time_text}:".encode()
