"""Signing a message anew that has waited for longer than an application takes signatures for good."""

from __future__ import annotations

from hookproof import Signer, Tolerance, VerificationError, Verifier
from hookproof.clock import NANOSECONDS, Clock

from ..inbox import Message
from ..ingest import Route

MARGIN_S = 10.0
"""Seconds before the tolerance ends: the application's clock is another, and it has its own pace."""


def in_time(
    route: Route | None, message: Message, clock: Clock
) -> tuple[tuple[tuple[str, str], ...], float | None]:
    """The header fields to forward a message with.

    As they came, while its signature is younger than the endpoint's tolerance. Then it is signed as a
    sender signs a retry: now, with the secret that it came with, in the same fields.

    Args:
        route: its endpoint; None where there is none any more.
        message: the message.
        clock: the wall clock.

    Returns:
        The fields, and the age in seconds of the signature that was replaced; None where none was.
    """
    as_it_came = message.raw_headers, None
    if route is None or route.verifier is None:
        return as_it_came
    scheme, bound_ns = route.verifier.scheme, route.verifier.tolerance.nanoseconds
    for secret in route.secrets:
        verifier = Verifier(scheme, secrets=secret, tolerance=Tolerance.unlimited(), clock=clock)
        try:
            delivery = verifier.verify(message.body, message.raw_headers)
        except VerificationError:
            continue
        age_s = delivery.age
        if age_s is None or bound_ns is None or age_s < _last_s(bound_ns / NANOSECONDS):
            return as_it_came
        signed = Signer(scheme, secrets=secret, clock=clock).sign(
            message.body, message_id=delivery.message_id
        )
        new = {name.lower(): value for name, value in signed.items()}
        fields = tuple((name, new.get(name.lower(), value)) for name, value in message.raw_headers)
        return fields, age_s
    return as_it_came  # its secret is not held any more


def _last_s(tolerance_s: float) -> float:
    return tolerance_s - min(MARGIN_S, tolerance_s / 10)
