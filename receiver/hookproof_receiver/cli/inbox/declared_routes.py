"""What the commands need of the endpoints that are declared here."""

from __future__ import annotations

from collections.abc import Callable

from hookproof import Signer

from ...app import Receiver
from ...inbox import Endpoint
from ...replay.sending import SignerAt


def endpoints_of(receiver: Receiver) -> Callable[[str], Endpoint | None]:
    """The endpoint with a path, with its handler; None where there is none."""

    def endpoint_at(path: str) -> Endpoint | None:
        route = receiver.routes.at(path)
        return None if route is None else route.endpoint

    return endpoint_at


def signers_of(receiver: Receiver) -> SignerAt:
    """What signs as a sender to that endpoint would, with its newest secret; None where none is."""

    def signer_at(path: str) -> Signer | None:
        route = receiver.routes.at(path)
        if route is None or route.verifier is None:
            return None
        return Signer(route.verifier.scheme, secrets=route.secrets[0])

    return signer_at
