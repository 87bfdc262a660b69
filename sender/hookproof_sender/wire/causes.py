"""What an exception of the network means: the one place where errors of the libraries are named."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from collections.abc import Iterator
from typing import NamedTuple

from .attempt import Cause
from .connecting import TargetRefused
from .deadline import Deadline


class Failure(NamedTuple):
    """Why there was no whole answer."""

    cause: Cause
    """From the closed list."""
    sentence: str
    """In words; holds nothing that the peer wrote."""


_DOING = {
    "resolve": "resolving the name",
    "connect": "connecting",
    "tls": "agreeing on TLS",
    "send": "sending the request",
    "wait": "waiting for the answer",
    "read": "reading the answer",
}

# OpenSSL's X509_V_ERR_… numbers (openssl/x509_vfy.h).
_CERTIFICATE = {
    9: Failure("tls_not_yet_valid", "the server's certificate is not valid yet"),
    10: Failure("tls_expired", "the server's certificate has expired"),
    18: Failure("tls_self_signed", "the server's certificate is signed by itself"),
    19: Failure("tls_self_signed", "the server's certificate chain ends at a root that is not trusted"),
    20: Failure("tls_untrusted", "the server's certificate is by an authority that is not trusted"),
    21: Failure("tls_untrusted", "the server sent a certificate without the chain that would prove it"),
    62: Failure("tls_wrong_name", "the server's certificate is for another name"),
    64: Failure("tls_wrong_name", "the server's certificate is not for this address"),
}

_ERRNO: dict[int, Failure] = {
    **dict.fromkeys(
        (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN),
        Failure("unreachable", "there is no way to the address: no route, or its network is down"),
    ),
    **dict.fromkeys(
        (errno.EMFILE, errno.ENFILE),
        Failure("local_failure", "this computer has no file descriptor left for a connection"),
    ),
    errno.EADDRNOTAVAIL: Failure("local_failure", "this computer has no free port for a connection"),
}


def failure_of(error: BaseException, deadline: Deadline) -> Failure:
    """Name what went wrong, from the exception and from what the attempt was doing."""
    doing = _DOING[deadline.phase]
    if deadline.over == "interrupted":
        return Failure("interrupted", f"stopped while {doing}: whether it arrived is not known")
    if deadline.over == "timeout":
        return Failure("timeout", f"the time was over while {doing}")
    for one in _chain(error):
        if (failure := _name(one, deadline)) is not None:
            return failure
    return Failure("local_failure", f"the request could not be made ({type(error).__name__})")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and all that it was raised from, the innermost first: that one knows most."""
    found = [error]
    for one in found:
        under = (getattr(one, "reason", None), one.__cause__, one.__context__, *one.args)
        found.extend(e for e in under if isinstance(e, BaseException) and e not in found)
    return reversed(found)


def _name(error: BaseException, deadline: Deadline) -> Failure | None:
    doing = _DOING[deadline.phase]
    match error:
        case TargetRefused():
            return Failure("target_refused", f"not sent: {error}")
        case ssl.SSLCertVerificationError():
            refused = Failure("tls_failed", "the server's certificate is not acceptable")
            return _CERTIFICATE.get(error.verify_code, refused)
        case ssl.SSLError() if deadline.phase == "tls" or "ALERT" in (error.reason or ""):
            return _tls(error.reason or "")
        case ConnectionError() if deadline.phase == "tls":
            return _tls("")
        case socket.gaierror():
            return Failure("dns_failed", f"the name could not be resolved: {error.strerror}")
        case UnicodeError():
            return Failure("dns_failed", "the host's name cannot be one")
        case ConnectionRefusedError():
            return Failure("connection_refused", "nothing listens at this address")
        case ConnectionError() | ssl.SSLError() | http.client.IncompleteRead():
            return Failure("connection_reset", f"the connection ended while {doing}")
        case TimeoutError():
            return Failure("timeout", f"the time was over while {doing}")
        case OSError() if error.errno is not None:
            other = f"this computer could not make the request: {error.strerror}"
            return _ERRNO.get(error.errno, Failure("local_failure", other))
        case http.client.LineTooLong():
            return Failure("answer_too_large", "the answer's head has a line over 64 KiB")
        case http.client.BadStatusLine() | http.client.UnknownProtocol():
            return Failure("protocol_error", "what came back is not HTTP")
        case http.client.HTTPException():  # the library has no class of its own for it
            return Failure("answer_too_large", "the answer has more than 100 headers")
    return None


def _tls(reason: str) -> Failure:
    """Name a failed handshake by OpenSSL's reason; empty where the connection just ended."""
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
        return Failure("tls_failed", "the server does not speak TLS here: is the URL's scheme http?")
    if "PROTOCOL" in reason:
        return Failure("tls_failed", "the server offers no version of TLS that is still safe")
    if "CERTIFICATE_REQUIRED" in reason:
        return Failure("tls_failed", "the server wants a certificate of the client: a task has none")
    if "HANDSHAKE_FAILURE" in reason:
        return Failure("tls_failed", "the server ended the TLS handshake: most often no shared cipher")
    return Failure("tls_failed", "the connection ended before TLS was agreed on")
