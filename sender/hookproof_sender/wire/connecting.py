"""From a name to a connected socket, within the attempt's deadline."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

from ..targets import Policy, Verdict
from .deadline import Deadline

_Address: TypeAlias = tuple[Any, ...]
"""What `socket.getaddrinfo` gives for one address."""

LookUp: TypeAlias = Callable[[str, int], list[_Address]]
"""Asks for the addresses of a name; it may block, and raises OSError."""

LOOKUPS_AT_ONCE = 32
"""A look-up cannot be called off, so a late one is left behind; this many may be under way."""

LOOKUPS = threading.BoundedSemaphore(LOOKUPS_AT_ONCE)
"""Held by each of them."""


class TargetRefused(Exception):
    """The policy refuses the URL, or an address that its name has; the text says why."""


def look_up(host: str, port: int) -> list[_Address]:
    """Ask the system."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def connect(
    host: str, port: int, deadline: Deadline, policy: Policy, url: str, look_up: LookUp = look_up
) -> socket.socket:
    """Resolve a name once, judge all its addresses, and connect to the first that takes us.

    Args:
        host: the URL's; the policy may name another place to connect to.
        port: the URL's.
        deadline: what all of it must keep to.
        policy: where requests may go.
        url: the whole of it, as it is sent.
        look_up: resolves a name.

    Raises:
        TargetRefused: the policy refuses it; nothing was sent.
        Over: there was no time left.
        OSError: the name has no address, or the last address's own error.
    """
    addresses, verdicts = judge(host, port, deadline, policy, url, look_up)
    for verdict in verdicts:
        if not verdict.permitted:
            raise TargetRefused(verdict.sentence)
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


def judge(
    host: str, port: int, deadline: Deadline, policy: Policy, url: str, look_up: LookUp = look_up
) -> tuple[list[_Address], tuple[Verdict, ...]]:
    """Resolve a name and judge every address; what is refused by its URL is not resolved.

    Raises:
        Over, OSError, UnicodeError: as for `resolve`.
    """
    if (refusal := policy.judge_url(url)) is not None:
        return [], (refusal,)
    addresses = resolve(*policy.place(host, port), deadline, look_up)
    return addresses, policy.judge(url, [str(address[4][0]) for address in addresses])


def resolve(host: str, port: int, deadline: Deadline, look_up: LookUp = look_up) -> list[_Address]:
    """Every address of a name, in the system's order.

    Raises:
        Over: it took too long.
        OSError: the name cannot be resolved.
        UnicodeError: the name cannot be one: an empty or too long label.
    """
    deadline.enter("resolve")
    with contextlib.suppress(socket.gaierror):  # it is a name
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    while not LOOKUPS.acquire(timeout=min(0.1, deadline.remaining())):
        pass  # in short waits: a stop sets no semaphore free
    outcome: list[list[_Address] | Exception] = []

    def ask() -> None:
        try:
            outcome.append(look_up(host, port))
        except Exception as error:
            outcome.append(error)
        finally:
            LOOKUPS.release()
            deadline.woken.set()

    try:
        threading.Thread(target=ask, name="hookproof-lookup", daemon=True).start()
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
