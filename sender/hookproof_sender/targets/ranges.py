"""The special ranges of addresses, each with its name and where it is written down.

The sources are the IANA IPv4 and IPv6 Special-Purpose Address Registries and the RFC that each entry
names, and for the metadata services the documentation of their clouds.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Literal, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
"""Of either version."""

Network: TypeAlias = IPv4Network | IPv6Network
"""Of either version."""

Kind = Literal["loopback", "link-local", "metadata", "special"]
"""What a setting may open: loopback has its own, no setting opens the next two, a match the rest."""


@dataclass(frozen=True, slots=True)
class Range:
    """One special range."""

    network: Network
    """Its addresses."""
    name: str
    """What it is for, in a few words."""
    source: str
    """Where that is written down."""
    kind: Kind = "special"
    """What may open it."""

    def __str__(self) -> str:
        return f"{self.network}, {self.name} ({self.source})"


def _range(network: str, name: str, source: str, kind: Kind = "special") -> Range:
    return Range(ip_network(network), name, source, kind)


UNICAST = IPv6Network("2000::/3")
"""All that IANA gives out for global use; what lies outside is refused, whatever it may become."""

OUTSIDE = Range(
    IPv6Network("::/0"), "outside 2000::/3, where no public address is", "RFC 4291, section 2.4"
)
"""What an IPv6 address is in that lies in none of the ranges and outside `UNICAST`."""

RANGES: tuple[Range, ...] = (
    # IPv4, in order
    _range("0.0.0.0/8", "this network", "RFC 791"),
    _range("10.0.0.0/8", "private use", "RFC 1918"),
    _range("100.64.0.0/10", "shared address space of carriers", "RFC 6598"),
    _range("100.100.100.200/32", "a cloud's metadata service", "Alibaba Cloud", "metadata"),
    _range("127.0.0.0/8", "loopback", "RFC 1122", "loopback"),
    _range("168.63.129.16/32", "a cloud's metadata service", "Azure", "metadata"),
    _range("169.254.0.0/16", "link-local", "RFC 3927", "link-local"),
    _range(
        "169.254.169.254/32",
        "a cloud's metadata service",
        "AWS, Google Cloud, Azure and others",
        "metadata",
    ),
    _range("172.16.0.0/12", "private use", "RFC 1918"),
    _range("192.0.0.0/24", "protocol assignments", "RFC 6890"),
    _range("192.0.0.192/32", "a cloud's metadata service", "Oracle Cloud", "metadata"),
    _range("192.0.2.0/24", "documentation", "RFC 5737"),
    _range("192.31.196.0/24", "AS112 service", "RFC 7535"),
    _range("192.52.193.0/24", "automatic multicast tunnelling", "RFC 7450"),
    _range("192.88.99.0/24", "6to4 relays, deprecated", "RFC 7526"),
    _range("192.168.0.0/16", "private use", "RFC 1918"),
    _range("192.175.48.0/24", "AS112 service", "RFC 7534"),
    _range("198.18.0.0/15", "benchmarking", "RFC 2544"),
    _range("198.51.100.0/24", "documentation", "RFC 5737"),
    _range("203.0.113.0/24", "documentation", "RFC 5737"),
    _range("224.0.0.0/4", "multicast", "RFC 5771"),
    _range("240.0.0.0/4", "reserved", "RFC 1112"),
    _range("255.255.255.255/32", "limited broadcast", "RFC 919"),
    # IPv6, in order
    _range("::/128", "the unspecified address", "RFC 4291"),
    _range("::1/128", "loopback", "RFC 4291", "loopback"),
    _range("::/96", "IPv4-compatible addresses, deprecated", "RFC 4291"),
    _range("::ffff:0:0:0/96", "IPv4-translated addresses", "RFC 2765"),
    _range("64:ff9b::/96", "IPv4/IPv6 translation", "RFC 6052"),
    _range("64:ff9b:1::/48", "local IPv4/IPv6 translation", "RFC 8215"),
    _range("100::/64", "discard only", "RFC 6666"),
    _range("100:0:0:1::/64", "dummy prefix", "RFC 9780"),
    _range("2001::/23", "protocol assignments", "RFC 2928"),
    _range("2001::/32", "Teredo", "RFC 4380"),
    _range("2001:2::/48", "benchmarking", "RFC 5180"),
    _range("2001:10::/28", "ORCHID, deprecated", "RFC 4843"),
    _range("2001:20::/28", "ORCHIDv2", "RFC 7343"),
    _range("2001:30::/28", "drone remote identification", "RFC 9374"),
    _range("2001:db8::/32", "documentation", "RFC 3849"),
    _range("2620:4f:8000::/48", "AS112 service", "RFC 7534"),
    _range("3fff::/20", "documentation", "RFC 9637"),
    _range("5f00::/16", "segment routing", "RFC 9602"),
    _range("fc00::/7", "private use (unique local)", "RFC 4193"),
    _range("fd00:42::42/128", "a cloud's metadata service", "Scaleway", "metadata"),
    _range("fd00:c1::a9fe:a9fe/128", "a cloud's metadata service", "Oracle Cloud", "metadata"),
    _range("fd00:ec2::/32", "a cloud's metadata and other services", "AWS", "metadata"),
    _range("fd20:ce::254/128", "a cloud's metadata service", "Google Cloud", "metadata"),
    _range("fe80::/10", "link-local", "RFC 4291", "link-local"),
    _range("fec0::/10", "site-local, deprecated", "RFC 3879"),
    _range("ff00::/8", "multicast", "RFC 4291"),
)
"""All of them. 6to4 and IPv4-mapped addresses are judged by the IPv4 address in them (`embedded`)."""


def range_of(address: Address) -> Range | None:
    """The narrowest special range that an address lies in; None where it is an ordinary public one."""
    bits = int(address)
    for shift, ranges in _NARROWEST_FIRST[address.version]:
        if (found := ranges.get(bits >> shift)) is not None:
            return found
    return OUTSIDE if isinstance(address, IPv6Address) and address not in UNICAST else None


def _narrowest_first(version: int) -> list[tuple[int, dict[int, Range]]]:
    """The ranges by how many low bits they leave open: a look-up for each instead of one a range."""
    by_shift: dict[int, dict[int, Range]] = {}
    for one in RANGES:
        if one.network.version == version:
            shift = one.network.max_prefixlen - one.network.prefixlen
            by_shift.setdefault(shift, {})[int(one.network.network_address) >> shift] = one
    return sorted(by_shift.items())


_NARROWEST_FIRST = {version: _narrowest_first(version) for version in (4, 6)}
