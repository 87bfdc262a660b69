"""Stripe: `Stripe-Signature: t=<time>,v1=<hex>`.

Rules P-STRIPE-1 to P-STRIPE-7 of PROTOCOL.md. Source: docs.stripe.com/webhooks/signature and
stripe-python 16.1.0.
"""

from __future__ import annotations

from typing import Final

from ..headers import Headers, one
from .elements import read_elements
from .hmac_scheme import HmacScheme
from .refusals import MAX_SIGNATURES
from .scheme import Identity, Reading, Ring
from .times import Unit, read_seconds, write_time

HEADER: Final = "Stripe-Signature"

_API_KEY = "an API key: take the signing secret of the endpoint, whsec_…"


class Stripe(HmacScheme):
    """Stripe's events. The key is the whole text of the secret, its `whsec_` included."""

    name: str = "stripe"
    headers: tuple[str, ...] = (HEADER,)
    identity: Identity = "signature"
    unit: Unit | None = "s"
    key_form: str = "whsec_ and more text, used as it stands"
    foreign: tuple[tuple[str, str], ...] = (
        ("sk_", _API_KEY),
        ("rk_", _API_KEY),
        ("pk_", _API_KEY),
        ("we_", "an endpoint's id: take its signing secret, whsec_…"),
        ("v1,", "a signature, or a secret of another sender: a secret of Stripe begins with whsec_"),
    )

    def new_secret(self) -> str:
        """`whsec_` and 64 hexadecimal digits."""
        from secrets import token_hex  # here, since verifying never needs it

        return f"whsec_{token_hex(32)}"

    def read(self, headers: Headers) -> Reading:
        """Read the one header. What Stripe sends every day is read at once."""
        value = headers.get(HEADER) if type(headers) is dict else None
        if type(value) is not str:
            value = one(headers, HEADER)
        if len(value) == 80 and value[:2] == "t=" and value[12:16] == ",v1=":
            time_text = value[2:12]
            # As in http_task: 10 characters make so large a number only of digits, the first no zero.
            try:
                seconds = int(time_text)
            except ValueError:
                return _read_elements(headers)
            if seconds >= 1_000_000_000 and value.isascii():
                return seconds * 1_000_000_000, time_text.encode() + b".", (value[16:],)
        return _read_elements(headers)

    def check(self, headers: Headers) -> None:
        """What `read` took as Stripe sends it, by the whole grammar."""
        _read_elements(headers)

    def write(self, body: bytes, ring: Ring, now_ns: int, message_id: str | None) -> dict[str, str]:
        """Sign with each of the newest secrets, so that a receiver may change its own at any time."""
        time_text = write_time(now_ns, "s")
        signed = time_text.encode() + b"."
        signatures = [f",v1={mac(signed, body)}" for mac, _ in ring[:MAX_SIGNATURES]]
        return {HEADER: f"t={time_text}{''.join(signatures)}"}


def _read_elements(headers: Headers) -> Reading:
    time_text, signatures = read_elements(headers, HEADER, "v1")
    return read_seconds(time_text), time_text.encode() + b".", signatures
