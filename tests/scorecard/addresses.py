"""The same special addresses put before each library that keeps requests off them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from ipaddress import ip_address

from hookproof_sender.targets import Policy

ADDRESSES: tuple[str, ...] = (
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.31.196.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "203.0.113.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "100:0:0:1::1",
    "2001::1",
    "2001:20::1",
    "2002:7f00:1::",
    "2620:4f:8000::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
)
"""One or more of every special range that somebody was seen to forget."""


def hookproof(address: str) -> bool:
    """Whether the default policy lets a request through."""
    (verdict,) = Policy().judge("http://hooks.example/", [address])
    return verdict.permitted


def _requests_hardened(address: str) -> bool:
    from requests_hardened.ip_filter import InvalidIPAddress, get_ip_address

    logging.getLogger("requests_hardened").setLevel(logging.ERROR)
    try:
        get_ip_address(address, 80, allow_loopback=False)
    except InvalidIPAddress:
        return False
    return True


JUDGES: dict[str, Callable[[str], bool]] = {
    "hookproof": hookproof,
    "requests-hardened": _requests_hardened,
    "ipaddress: is_global": lambda address: ip_address(address).is_global,
    "ipaddress: not is_private": lambda address: not ip_address(address).is_private,
}
"""Each library, and whether it lets a request to an address through. Nothing is resolved or sent."""


def summary() -> str:
    """A line a library: how many of the addresses it lets through, and which."""
    lines = []
    for name, judge in JUDGES.items():
        through = [address for address in ADDRESSES if judge(address)]
        lines.append(f"{name:<36}{len(through):>3} let through  {' '.join(through)}".rstrip())
    return "\n".join(lines)
