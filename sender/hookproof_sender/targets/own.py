"""Whether an address is this machine's own, asked of the system without sending anything."""

from __future__ import annotations

import contextlib
import socket

from .ranges import Address

_DISCARD = 9  # any port would do: nothing is sent


def is_own(address: Address) -> bool:
    """Whether the way to an address ends at this machine: one of its interfaces has it.

    Connecting a datagram socket sends no packet; it has the system look the way up, and pick this
    machine's end of it. To an address of its own that end is the address itself.
    """
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.connect((str(address), _DISCARD))
        return bool(sock.getsockname()[0] == str(address))
    return False
