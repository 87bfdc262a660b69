"""Addresses to listen at."""

from __future__ import annotations

import re
import socket

from hookproof.errors import BadConfiguration, CannotRun

_LISTEN = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[^:\[\]]+):([0-9]{1,5})").fullmatch


def split_listen(listen: str) -> tuple[str, int]:
    """The host and the port of `HOST:PORT`, `[::1]:PORT` for IPv6.

    Raises:
        BadConfiguration: it is no such address.
    """
    match = _LISTEN(listen)
    if match is None or int(match[2]) > 65535:
        raise BadConfiguration(f"listen at HOST:PORT, such as 127.0.0.1:8080, not {listen!r}")
    return match[1].strip("[]"), int(match[2])


def listen_socket(listen: str) -> socket.socket:
    """Listen at `HOST:PORT`; port 0 takes a free one.

    Raises:
        BadConfiguration: it is no such address.
        CannotRun: the port is taken, or the address is not this machine's.
    """
    listening = bound_socket(listen)
    try:
        listening.listen(1024)
    except OSError as error:
        listening.close()
        raise _cannot(listen, error) from error
    return listening


def bound_socket(listen: str) -> socket.socket:
    """Take the port, and take no connection yet; raises as `listen_socket` does."""
    host, port = split_listen(listen)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no host's name"
        raise CannotRun(f"{host} is no address of this machine: {reason}") from error
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        listening.close()
        raise _cannot(listen, error) from error
    return listening


def _cannot(listen: str, error: OSError) -> CannotRun:
    return CannotRun(
        f"cannot listen at {listen}: {error.strerror}; stop what listens there, or choose another "
        f"port: --listen {listen.rpartition(':')[0]}:0 takes a free one"
    )


def url_of(listening: socket.socket) -> str:
    """Where this machine reaches it: `http://127.0.0.1:8080`."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104  (every address, loopback among them)
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
