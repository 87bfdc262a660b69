"""Signing an attempt of a message."""

from __future__ import annotations

from hookproof.clock import Clock
from hookproof.errors import BadConfiguration
from hookproof.keys import as_secrets
from hookproof.schemes import Scheme
from hookproof.signer import Signer

from ..wire import Outgoing
from .leased import Leased


def refuse_headers_of(scheme: Scheme, outgoing: Outgoing) -> None:
    """Refuse a task that writes a header of the scheme that signs it.

    Raises:
        BadConfiguration: it does.
    """
    written = {header.lower() for header in scheme.headers}
    for name, _ in outgoing.headers:
        if name.lower() in written:
            raise BadConfiguration(
                f"the task {outgoing.name!r}: leave the header {name} out, {scheme.name} writes it"
            )


def sign(leased: Leased, scheme: Scheme, clock: Clock) -> dict[str, str]:
    """The headers that prove an attempt, signed now; none for a message without a secret.

    Raises:
        HookproofError: a secret is not where it was, or is none of the scheme's; the clock is wrong.
    """
    if not leased.places:
        return {}
    try:
        ring = as_secrets(place.fetch() for place in leased.places)
    except BadConfiguration as error:
        raise BadConfiguration(f"the task {leased.outgoing.name!r}: {error}") from error
    signer = Signer(scheme, secrets=ring, clock=clock)
    message_id = leased.id if scheme.identity == "id" else None
    return signer.sign(leased.outgoing.body, message_id=message_id)
