"""Proving a kept request again, with the secrets that an endpoint has now."""

from __future__ import annotations

from dataclasses import dataclass

from hookproof import Delivery, StaleDelivery, VerificationError, Verifier
from hookproof.headers import guid as read_guid

from ..identity import Asked, ask
from ..inbox import Content, Endpoint


@dataclass(frozen=True, slots=True)
class Judged:
    """A request, as the ladder is to see it."""

    proof: Delivery | None
    """None at an endpoint that is unsigned on purpose."""
    asked: Asked
    content: Content
    guid: str | None
    """In canonical form."""


def judge_again(endpoint: Endpoint, verifier: Verifier | None, content: Content) -> Judged | str:
    """Prove it, whatever its age; or say in a sentence why it is refused.

    Args:
        endpoint: where it came.
        verifier: what the endpoint verifies with; None where it is unsigned on purpose.
        content: the request.
    """
    proof: Delivery | None = None
    try:
        if verifier is not None:
            proof = verifier.verify(content.body, content.headers)
    except StaleDelivery as authentic:
        proof = authentic.delivery
    except VerificationError as refused:
        return f"still refused with the secrets as they are now, {refused.code}: {refused.sentence}"
    guid = read_guid(content.headers)
    return Judged(proof, ask(endpoint, content.body, proof, guid), content, guid)
