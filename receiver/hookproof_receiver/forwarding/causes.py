"""Why a request got no answer: the one place where errors of the libraries are named."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from typing import Literal

from hookproof.errors import HookproofError

Cause = Literal[
    "dns_failed",
    "connection_refused",
    "unreachable",
    "tls_failed",
    "connection_reset",
    "timeout",
    "protocol_error",
    "local_failure",
]
"""A closed list; each means what the sender's cause of that name does."""

_NO_WAY = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN)


class NotForwarded(HookproofError):
    """No whole answer came.

    Args:
        cause: why.
        sentence: the same for people; holds no byte of the request.
        sent: whether a part of the request may have arrived.
    """

    def __init__(self, cause: Cause, sentence: str, *, sent: bool) -> None:
        super().__init__(sentence)
        self.cause: Cause = cause
        self.sent = sent


def cause_of(error: OSError | http.client.HTTPException, *, sent: bool) -> tuple[Cause, str]:
    """What an exception of the network means, and how to say it.

    Args:
        error: what was raised.
        sent: whether the connection was there already.
    """
    match error:
        case TimeoutError():
            return "timeout", "the time was over"
        case ConnectionRefusedError():
            return "connection_refused", "nothing listens there"
        case socket.gaierror():
            return "dns_failed", "the host's name could not be resolved"
        case ssl.SSLCertVerificationError():
            return "tls_failed", f"its certificate was not accepted: {error.verify_message}"
        case ssl.SSLError() if not sent:
            why = (error.reason or "it broke off").lower().replace("_", " ")
            return "tls_failed", f"TLS could not be agreed on: {why}"
        case ConnectionError() | ssl.SSLError() | http.client.IncompleteRead():
            return "connection_reset", "the connection ended before the whole answer was there"
        case http.client.HTTPException():
            return "protocol_error", "what came back is not HTTP, or breaks its rules"
        case OSError() if error.errno in _NO_WAY:
            return "unreachable", "there is no way to the address"
    return "local_failure", f"this computer could not make the request: {error.strerror or error}"
