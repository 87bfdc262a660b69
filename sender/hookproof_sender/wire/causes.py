"""What an exception of the network means: the one place where errors of the libraries are named."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator
from http import HTTPStatus

import h11

from .connecting import TargetRefused
from .deadline import Deadline
from .failure import Failure as Failure
from .tls_causes import of_tls

_DOING = {
    "resolve": "resolving the name",
    "connect": "connecting",
    "tls": "agreeing on TLS",
    "send": "sending the request",
    "wait": "waiting for the answer",
    "read": "reading the answer",
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
        before = deadline.phase in ("resolve", "connect", "tls")
        arrived = "nothing of it was sent" if before else "whether it arrived is not known"
        return Failure("interrupted", f"stopped while {doing}: {arrived}")
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
    tls = of_tls(error, agreed=deadline.phase != "tls", answered=deadline.phase == "read")
    if tls is not None:
        return tls
    match error:
        case TargetRefused():
            return Failure("target_refused", f"not sent: {error}")
        case socket.gaierror():
            return Failure("dns_failed", f"the name could not be resolved: {error.strerror}")
        case UnicodeError():
            return Failure("dns_failed", "the host's name cannot be one")
        case ConnectionRefusedError():
            return Failure("connection_refused", "nothing listens at this address")
        case ConnectionError() | ssl.SSLError():
            return Failure("connection_reset", f"the connection ended while {doing}")
        case TimeoutError():
            return Failure("timeout", f"the time was over while {doing}")
        case OSError() if error.errno is not None:
            other = f"this computer could not make the request: {error.strerror}"
            return _ERRNO.get(error.errno, Failure("local_failure", other))
        case h11.RemoteProtocolError(error_status_hint=HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE):
            return Failure("answer_too_large", "the answer's head is over 64 KiB or 100 headers")
        case h11.RemoteProtocolError():
            return Failure("protocol_error", "what came back is not HTTP, or breaks its rules")
    return None
