"""`forbiddenIPs`: the addresses that the operator forbids beside the special ranges."""

from __future__ import annotations

from ipaddress import ip_network

from hookproof.errors import BadConfiguration

from .ranges import Address, Network


class Forbidden:
    """Addresses and networks, of both versions.

    Args:
        text: as the platform has it, split by semicolons; blanks around an item do not count.

    Raises:
        BadConfiguration: an item is neither an address nor a network.
    """

    __slots__ = ("networks",)

    def __init__(self, text: str = "") -> None:
        items = [item.strip() for item in text.split(";")]
        self.networks: tuple[Network, ...] = tuple(_network(item) for item in items if item)
        """The items, in their order; a single address is a network of one."""

    def __repr__(self) -> str:
        return f"Forbidden({'; '.join(map(str, self.networks))!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Forbidden) and self.networks == other.networks

    def __hash__(self) -> int:
        return hash(self.networks)

    def holding(self, address: Address) -> Network | None:
        """The first item that an address lies in; None where it lies in none."""
        return next((network for network in self.networks if address in network), None)


def _network(item: str) -> Network:
    try:
        network = ip_network(item)
    except ValueError:
        raise BadConfiguration(
            f"forbiddenIPs: {item!r} is neither an address nor a network: write 10.1.2.3 or "
            "10.1.0.0/16 (no bit set behind the prefix), and semicolons between them"
        ) from None
    return network
