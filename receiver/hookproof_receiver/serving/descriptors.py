"""How many connections this process may hold, and for how long."""

from __future__ import annotations

import resource
import socket
import sys

CONNECTIONS = 2000
"""Open connections at the most; further ones wait in the operating system's queue."""

_OTHERS = 200  # descriptors for the database, files, pipes
_EACH = 2  # a connection, and a file for a body that is too long for memory


def connections() -> int:
    """How many connections may be open, by the process's limit as it stands."""
    return _within(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def connections_at_most() -> int:
    """How many there may be once `allow_connections` has raised the limit."""
    return _within(resource.getrlimit(resource.RLIMIT_NOFILE)[1])


def give_up_after(listening: socket.socket, seconds: float) -> None:
    """Break off connections whose peer takes nothing of its answer for so long, where the system can.

    Such a peer holds them for ever otherwise: nobody can write to it.

    Args:
        listening: the connections that it takes from now on.
        seconds: at least a millisecond.
    """
    if sys.platform == "linux":
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(seconds * 1000))


def allow_connections() -> None:
    """Raise this process's limit of descriptors, as far as it may, for `CONNECTIONS`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS * _EACH + _OTHERS
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _within(limit: int) -> int:
    if limit == resource.RLIM_INFINITY:
        return CONNECTIONS
    return max(1, min(CONNECTIONS, (limit - _OTHERS) // _EACH))
