"""From a name to a connected socket, within the attempt's deadline."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
from typing import Any, TypeAlias

from .deadline import Deadline, Over

_Address: TypeAlias = tuple[Any, ...]
"""What `socket.getaddrinfo` gives for one address."""

LOOKUPS_AT_ONCE = 32
"""A look-up cannot be called off, so a late one is left behind; this many may be under way."""

LOOKUPS = threading.BoundedSemaphore(LOOKUPS_AT_ONCE)
"""Held by each of them."""


def connect(host: str, port: int, deadline: Deadline) -> socket.socket:
    """Resolve a name and connect to the first of its addresses that takes us.

    Raises:
        Over: there was no time left.
        OSError: the name has no address, or the last address's own error.
    """
    addresses = resolve(host, port, deadline)
    deadline.enter("connect")
    failure: OSError = socket.gaierror(socket.EAI_NONAME, "the name has no address")
    for number, address in enumerate(addresses):
        # An even share: a dead first address must not leave nothing to those behind it.
        share = deadline.remaining() / (len(addresses) - number)
        try:
            return _connect_to(address, share, deadline)
        except OSError as error:
            failure = error
    raise failure


def resolve(host: str, port: int, deadline: Deadline) -> list[_Address]:
    """Every address of a name, in the system's order.

    Raises:
        Over: it took too long.
        OSError: the name cannot be resolved.
        UnicodeError: the name cannot be one: an empty or too long label.
    """
    deadline.enter("resolve")
    with contextlib.suppress(socket.gaierror):  # it is a name
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    if not LOOKUPS.acquire(timeout=deadline.remaining()):
        deadline.cut("timeout")
        raise Over
    outcome: list[list[_Address] | Exception] = []

    def look_up() -> None:
        try:
            outcome.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:
            outcome.append(error)
        finally:
            LOOKUPS.release()
            deadline.woken.set()

    try:
        threading.Thread(target=look_up, name="hookproof-lookup", daemon=True).start()
    except RuntimeError as error:  # no thread can be had: this is the computer's, not the name's
        LOOKUPS.release()
        raise OSError(errno.EAGAIN, "no thread for a look-up") from error
    if not deadline.woken.wait(deadline.remaining()):
        deadline.cut("timeout")
    deadline.check()
    if isinstance(outcome[0], Exception):
        raise outcome[0]
    return outcome[0]


def _connect_to(address: _Address, seconds: float, deadline: Deadline) -> socket.socket:
    family, kind, protocol, _, where = address
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        deadline.guard(sock)
        deadline.check()  # what was cut before it was guarded must not connect
        sock.settimeout(seconds)
        sock.connect(where)
        sock.settimeout(deadline.remaining())
    except BaseException:
        sock.close()
        raise
    return sock
