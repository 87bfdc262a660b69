"""Which hosts the pages answer to. Pure.

A site of somebody else's may have its own name lead to this machine (DNS rebinding): the browser then
takes our pages for that site's. It still says the name it was given, and no such name is in the list.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

from hookproof.errors import BadConfiguration

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::[0-9]{1,5})?", re.ASCII)
_LOOPBACK_NAMES = frozenset({"localhost"})


class Hosts:
    """The names and addresses that pages answer to.

    Args:
        listen: the host that the server listens at; None where that is not known.
        more: further names, such as `www.example.com`.

    Raises:
        BadConfiguration: one of them is no name and no address.
    """

    def __init__(self, listen: str | None, more: Iterable[str] = ()) -> None:
        self._names = {_named(name) for name in more}
        self._any_address = listen in ("0.0.0.0", "::", "")  # noqa: S104  (compared, not bound)
        if listen and not self._any_address:
            self._names.add(listen.lower())

    def has(self, header: str | None) -> bool:
        """Whether a `Host` header is one of them, whatever its port.

        A server that listens at every address answers to each address, written as one: a browser that
        was given an address belongs to no name.
        """
        name = name_of(header)
        return name is not None and (
            name in self._names
            or is_loopback(name)
            or (self._any_address and _address(name) is not None)
        )


def name_of(header: str | None) -> str | None:
    """The name or address in a `Host` header, in lower case; None where it is no such header."""
    match = _HOST.fullmatch(header or "")
    return None if match is None else match[1].strip("[]").lower().rstrip(".") or None


def is_loopback(host: str) -> bool:
    """Whether a host names this machine alone: `localhost`, or an address of the loopback."""
    name = host.lower().rstrip(".")
    if name in _LOOPBACK_NAMES or name.endswith(".localhost"):
        return True
    address = _address(name)
    return address is not None and address.is_loopback


def _named(given: str) -> str:
    name = name_of(given if given.count(":") < 2 or given.startswith("[") else f"[{given}]")
    if name is None or name != given.strip("[]").lower().rstrip("."):
        raise BadConfiguration(
            f"{given!r} is no host for the pages to answer to: give a name without a port, such as "
            "www.example.com"
        )
    return name


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
