"""Three signed formats that carry a time, each with the library that verifies it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Protocol

from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from stripe import SignatureVerificationError, WebhookSignature

from hookproof import BadConfiguration, VerificationError, Verifier

SECRET = "bm90LWEtcmVhbC1zZWNyZXQ="
"""Text for those that take text, base64 of bytes for the one that takes base64."""


class Format(Protocol):
    """How one library's messages are signed, written and judged."""

    name: str
    per_second: int
    """How many of its unit of time make a second."""
    refusals: tuple[type[Exception], ...]
    """What the library documents to raise for what it refuses."""
    repeats_time: bool
    """Whether its header could hold a second time."""

    def mac(self, t: str, body: bytes, secret: str = SECRET) -> str:
        """The signature's text over a time's text and a body."""
        ...

    def headers(self, t: str, signatures: str) -> dict[str, str]:
        """A request's headers: a time, and signature elements as they are to stand."""
        ...

    def elements(self, *macs: str) -> str:
        """Signature elements, joined."""
        ...

    def spoiled(self, mac: str) -> dict[str, str]:
        """Texts of a signature that are not the one right text."""
        ...

    def broken(self, mac: str) -> dict[str, str]:
        """Signature elements that the grammar does not know."""
        ...

    def judge(self, body: bytes, headers: dict[str, str], secret: str = SECRET) -> None:
        """Verify as the library's users do; raises where it refuses."""
        ...


class _Elements:
    """What http-task and Stripe have in common: `t=…,name=hexadecimal`."""

    header: str
    element: str
    repeats_time = True

    def mac(self, t: str, body: bytes, secret: str = SECRET) -> str:
        return hmac.new(secret.encode(), t.encode() + b"." + body, hashlib.sha256).hexdigest()

    def headers(self, t: str, signatures: str) -> dict[str, str]:
        return {self.header: f"t={t},{signatures}"}

    def elements(self, *macs: str) -> str:
        return ",".join(f"{self.element}={mac}" for mac in macs)

    def spoiled(self, mac: str) -> dict[str, str]:
        return {
            "in upper case": mac.upper(),
            "with 0x in front": "0x" + mac,
            "one digit short": mac[:-1],
            "a digit after it": mac + "0",
            "junk inside": mac[:32] + "!" + mac[32:],
        }

    def broken(self, mac: str) -> dict[str, str]:
        return {
            "no =": mac,
            "= twice": f"{self.element}=={mac}",
            "a colon for =": f"{self.element}:{mac}",
            "a space before =": f"{self.element} ={mac}",
        }


class HttpTaskFormat(_Elements):
    """hookproof's default scheme."""

    name = "hookproof"
    per_second = 1000
    refusals: tuple[type[Exception], ...] = (VerificationError, BadConfiguration)
    header = "X-Webhook-Signature"
    element = "sha256"

    def judge(self, body: bytes, headers: dict[str, str], secret: str = SECRET) -> None:
        Verifier(secrets=secret).verify(body, headers)


class StripeFormat(_Elements):
    """stripe's `WebhookSignature`, with the tolerance that its `construct_event` has."""

    name = "stripe"
    per_second = 1
    refusals: tuple[type[Exception], ...] = (SignatureVerificationError,)
    header = "Stripe-Signature"
    element = "v1"

    def judge(self, body: bytes, headers: dict[str, str], secret: str = SECRET) -> None:
        WebhookSignature.verify_header(body, headers.get(self.header), secret, 300)


class StandardFormat:
    """standardwebhooks' `Webhook`."""

    name = "standardwebhooks"
    per_second = 1
    refusals: tuple[type[Exception], ...] = (WebhookVerificationError,)
    repeats_time = False

    def mac(self, t: str, body: bytes, secret: str = SECRET) -> str:
        message = b"msg_1." + t.encode() + b"." + body
        return base64.b64encode(hmac.digest(base64.b64decode(secret), message, "sha256")).decode()

    def headers(self, t: str, signatures: str) -> dict[str, str]:
        return {"webhook-id": "msg_1", "webhook-timestamp": t, "webhook-signature": signatures}

    def elements(self, *macs: str) -> str:
        return " ".join(f"v1,{mac}" for mac in macs)

    def spoiled(self, mac: str) -> dict[str, str]:
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        last = alphabet[alphabet.index(mac[-2]) + 1]  # its two lowest bits are padding
        return {
            "junk inside": mac[:20] + "!" + mac[20:],
            "text after the padding": mac + "AAAA",
            "another last character of the same bytes": mac[:-2] + last + "=",
            "cut": mac[:-4],
        }

    def broken(self, mac: str) -> dict[str, str]:
        return {
            "no comma": f"v1{mac}",
            "three parts": f"v1,{mac},x",
            "two spaces": f"{self.elements(self.mac('0', b''))}  v1,{mac}",
            "bad padding": f"v1,{mac.rstrip('=')}",
        }

    def judge(self, body: bytes, headers: dict[str, str], secret: str = SECRET) -> None:
        try:
            webhook = Webhook(secret)
        except (
            Exception
        ) as refused:  # its class for an empty secret is not exported: taken as a refusal
            raise WebhookVerificationError from refused
        webhook.verify(body, headers, json_parse=False)


FORMATS: tuple[Format, ...] = (HttpTaskFormat(), StripeFormat(), StandardFormat())
