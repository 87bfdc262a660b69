"""The IPv4 addresses that an IPv6 address holds, and leads to where something on the way unpacks it."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network

_LOW_32_BITS = 0xFFFF_FFFF

# Each form's prefix, its name, and the shift to the IPv4 address's last bit.
_FORMS = [
    (IPv6Network("::/96"), "IPv4-compatible", 0),
    (IPv6Network("::ffff:0:0/96"), "IPv4-mapped", 0),
    (IPv6Network("::ffff:0:0:0/96"), "IPv4-translated", 0),
    (IPv6Network("64:ff9b::/96"), "NAT64", 0),
    (IPv6Network("64:ff9b:1::/48"), "local NAT64", 0),
    (IPv6Network("2001::/32"), "Teredo server", 64),
    (IPv6Network("2002::/16"), "6to4", 80),
]
_TEREDO = IPv6Network("2001::/32")
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
_ISATAP = {0x0000_5EFE, 0x0200_5EFE}  # RFC 5214, section 6.1: bits 64 to 95


def embedded(address: IPv6Address) -> Iterator[tuple[str, IPv4Address]]:
    """Each IPv4 address that this one may hold, with the name of its form."""
    bits = int(address)
    if bits <= 1:  # `::` and `::1` are what they are
        return
    for prefix, form, shift in _FORMS:
        if address in prefix:
            yield form, IPv4Address(bits >> shift & _LOW_32_BITS)
    if address in _TEREDO:
        yield "Teredo client", IPv4Address(~bits & _LOW_32_BITS)
    if bits >> 32 & _LOW_32_BITS in _ISATAP:
        yield "ISATAP", IPv4Address(bits & _LOW_32_BITS)
    if address in _LOCAL_NAT64:
        yield from (("local NAT64", inner) for inner in _around_the_zero_octet(bits))


def _around_the_zero_octet(bits: int) -> Iterator[IPv4Address]:
    """What a translator with a shorter prefix reads (RFC 6052, section 2.2): bits 64 to 71 left out."""
    without = (bits >> 64 << 56) | (bits & ((1 << 56) - 1))
    for length in (48, 56, 64):
        yield IPv4Address(without >> (120 - length - 32) & _LOW_32_BITS)
