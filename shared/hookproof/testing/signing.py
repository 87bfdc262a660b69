"""Requests that verify."""

from __future__ import annotations

from ..clock import Clock, system_clock
from ..headers import GUID_HEADER
from ..keys import Secrets
from ..schemes import Scheme
from ..signer import Signer

SECRET = "hookproof+test+secret+not+for+production"  # noqa: S105  (published on purpose)
"""The secret of tests, good in every scheme (as base64, too); nobody could take it for a real one."""


def signed_headers(
    body: bytes,
    *,
    secrets: Secrets = SECRET,
    scheme: str | Scheme = "http-task",
    guid: str | None = None,
    message_id: str | None = None,
    clock: Clock = system_clock,
) -> dict[str, str]:
    """The headers of a good request with this body, as its sender would send it.

    Args:
        body: the bytes that the test posts.
        secrets: what the receiver verifies with.
        scheme: by which scheme to sign.
        guid: what a retry of the platform carries; None for a first attempt.
        message_id: what is signed as the message's id, where the scheme has one; None makes one.
        clock: when it is signed.
    """
    headers = Signer(scheme, secrets=secrets, clock=clock).sign(body, message_id=message_id)
    if guid is not None:
        headers[GUID_HEADER] = guid
    return headers
