"""The schemes, each with the libraries that verify it: hookproof, and the peer there is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from slack_sdk.signature import SignatureVerifier
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from stripe import SignatureVerificationError, WebhookSignature
from stripe import Webhook as StripeWebhook
from tests.shared.vectors.form import FORMS, Form

from hookproof import BadConfiguration, Delivery, VerificationError, Verifier

Judge = Callable[[bytes, dict[str, str], str], object]
"""Verify a body and headers with a secret, as the library's users do; raises where it refuses."""


class Format(NamedTuple):
    """One library's way with one scheme."""

    library: str
    form: Form
    judge: Judge
    refusals: tuple[type[Exception], ...]
    """What the library documents to raise for what it refuses."""
    read: Judge | None
    """Verify, and read the body as JSON; ValueError says that it is none. None where it reads none."""

    @property
    def name(self) -> str:
        """Scheme and library."""
        return f"{self.form.name}: {self.library}"


class _Refused(Exception):
    """What a library says by returning False, or with a class that it does not export."""


def spoiled(form: Form, mac: str) -> dict[str, str]:
    """Texts of a signature that are not the one right text."""
    if form.name == "standard-webhooks":
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        last = alphabet[alphabet.index(mac[-2]) + 1]  # its two lowest bits are padding
        return {
            "junk inside": mac[:20] + "!" + mac[20:],
            "text after the padding": mac + "AAAA",
            "another last character of the same bytes": mac[:-2] + last + "=",
            "cut": mac[:-4],
        }
    return {
        "in upper case": mac.upper(),
        "with 0x in front": "0x" + mac,
        "one digit short": mac[:-1],
        "a digit after it": mac + "0",
        "junk inside": mac[:32] + "!" + mac[32:],
    }


def broken(form: Form, mac: str) -> dict[str, str]:
    """Signature elements that the grammar does not know."""
    good = form.elements(mac)
    if form.name == "standard-webhooks":
        return {
            "no comma": f"v1{mac}",
            "three parts": f"{good},x",
            "two spaces": f"{form.elements(form.signature('0', b''))}  {good}",
            "bad padding": good.rstrip("="),
        }
    return {
        "no =": mac,
        "= twice": good.replace("=", "==", 1),
        "a colon for =": good.replace("=", ":", 1),
        "a space before =": good.replace("=", " =", 1),
    }


def _hookproof(form: Form) -> Format:
    def judge(body: bytes, headers: dict[str, str], secret: str) -> Delivery:
        return Verifier(form.name, secrets=secret).verify(body, headers)

    def read(body: bytes, headers: dict[str, str], secret: str) -> object:
        return judge(body, headers, secret).json()

    return Format("hookproof", form, judge, (VerificationError, BadConfiguration), read)


def _stripe(body: bytes, headers: dict[str, str], secret: str) -> None:
    # The tolerance is the one that its `construct_event` has.
    WebhookSignature.verify_header(body, headers.get("Stripe-Signature"), secret, 300)


def _stripe_event(body: bytes, headers: dict[str, str], secret: str) -> None:
    StripeWebhook.construct_event(body, headers.get("Stripe-Signature"), secret)


def _standardwebhooks(
    body: bytes, headers: dict[str, str], secret: str, json_parse: bool = False
) -> None:
    try:
        webhook = Webhook(secret)
    except Exception as refused:
        raise _Refused from refused
    webhook.verify(body, headers, json_parse=json_parse)


def _slack_sdk(body: bytes, headers: dict[str, str], secret: str) -> None:
    try:
        verifier = SignatureVerifier(secret)
    except ValueError as refused:
        raise _Refused from refused
    if not verifier.is_valid_request(body, headers):
        raise _Refused


_PEERS: dict[str, tuple[str, Judge, type[Exception], Judge | None]] = {
    "stripe": ("stripe", _stripe, SignatureVerificationError, _stripe_event),
    "standard-webhooks": (
        "standardwebhooks",
        _standardwebhooks,
        WebhookVerificationError,
        partial(_standardwebhooks, json_parse=True),
    ),
    "slack": ("slack_sdk", _slack_sdk, _Refused, None),
}

OURS: tuple[Format, ...] = tuple(_hookproof(form) for form in FORMS)
"""hookproof, in every scheme."""

PEERS: tuple[Format, ...] = tuple(
    Format(library, form, judge, (refusal, _Refused), read)
    for form in FORMS
    if form.name in _PEERS
    for library, judge, refusal, read in [_PEERS[form.name]]
)
"""The libraries that stand beside it."""
