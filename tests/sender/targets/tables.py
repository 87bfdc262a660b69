"""The special ranges and addresses, written down a second time."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

from hookproof_sender.targets import Policy

NOBODY = Policy(is_own=lambda _: False)
"""The default, on a machine without interfaces."""

URL = "http://hooks.example/orders"

IPV4 = {
    1: ["0.0.0.0/8"],
    2: ["10.0.0.0/8"],
    3: ["100.64.0.0/10"],
    4: ["127.0.0.0/8"],
    5: ["169.254.0.0/16"],
    6: ["172.16.0.0/12"],
    7: ["192.0.0.0/24"],
    8: ["192.0.2.0/24"],
    9: ["192.31.196.0/24"],
    10: ["192.52.193.0/24"],
    11: ["192.88.99.0/24"],
    12: ["192.168.0.0/16"],
    13: ["192.175.48.0/24"],
    14: ["198.18.0.0/15"],
    15: ["198.51.100.0/24"],
    16: ["203.0.113.0/24"],
    17: ["224.0.0.0/4"],
    18: ["240.0.0.0/4"],
    19: ["255.255.255.255/32"],
    21: ["168.63.129.16/32"],
    22: ["100.100.100.200/32"],
}
"""The ranges of the cases SSRF4, by number."""

IPV6 = {
    1: ["::/128"],
    2: ["::1/128"],
    3: ["::/96"],
    5: ["::ffff:0:0:0/96"],
    6: ["64:ff9b::/96"],
    7: ["64:ff9b:1::/48"],
    8: ["100::/64"],
    9: ["100:0:0:1::/64"],
    10: ["2001::/32"],
    11: ["2001:2::/48"],
    12: ["2001:10::/28"],
    13: ["2001:20::/28"],
    14: ["2001:30::/28"],
    15: ["2001::/23"],
    16: ["2001:db8::/32"],
    18: ["2620:4f:8000::/48"],
    19: ["3fff::/20"],
    20: ["5f00::/16"],
    21: ["fc00::/7"],
    22: ["fd00:ec2::/32"],
    23: ["fe80::/10"],
    24: ["fec0::/10"],
    25: ["ff00::/8"],
}
"""The ranges of the cases SSRF6, by number; those that are judged by what they hold are not here."""


def isatap(inner: IPv4Address, prefix: str = "2a00:1450::", u: int = 0) -> str:
    """An ISATAP address in a public prefix."""
    return str(IPv6Address(int(IPv6Address(prefix)) | (u << 57) | (0x5EFE << 32) | int(inner)))


def rfc6052(prefix: str, length: int, inner: IPv4Address) -> str:
    """An IPv4 address behind a prefix of 48, 56, 64 or 96 bits, bits 64 to 71 left out."""
    bits = int(inner) << (128 - length - 32)
    if length < 96:
        after = 64 - length  # bits of it that come before the octet that is left out
        high, low = int(inner) >> (32 - after), int(inner) & ((1 << (32 - after)) - 1)
        bits = (high << 64) | (low << (56 - (32 - after)))
    return str(IPv6Address(int(IPv6Address(prefix)) | bits))


def embeddings(inner: IPv4Address) -> dict[str, str]:
    """An IPv4 address in every form that an IPv6 address can hold it in."""
    bits = int(inner)
    return {
        "IPv4-mapped": str(IPv6Address((0xFFFF << 32) | bits)),
        "IPv4-compatible": str(IPv6Address(bits)),
        "IPv4-translated": str(IPv6Address((0xFFFF << 48) | bits)),
        "NAT64": rfc6052("64:ff9b::", 96, inner),
        "local NAT64 /48": rfc6052("64:ff9b:1::", 48, inner),
        "local NAT64 /56": rfc6052("64:ff9b:1:ab00::", 56, inner),
        "local NAT64 /64": rfc6052("64:ff9b:1:abcd::", 64, inner),
        "local NAT64 /96": rfc6052("64:ff9b:1::", 96, inner),
        "6to4": str(IPv6Address((0x2002 << 112) | (bits << 80) | 1)),
        "Teredo server": str(IPv6Address((0x2001 << 112) | (bits << 64) | 0xF7F7_F7F7)),
        "Teredo client": str(IPv6Address((0x2001 << 112) | (0x0808_0808 << 64) | (bits ^ 0xFFFF_FFFF))),
        "ISATAP": isatap(inner),
        "ISATAP, unique": isatap(inner, u=1),
    }
