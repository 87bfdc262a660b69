"""`--connect-to HOST:PORT:ADDR:PORT`: another place to connect to, as curl has it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hookproof.errors import BadConfiguration

_HOST = r"\[[0-9A-Fa-f:.]+\]|[^:\[\]]*"
_FORM = re.compile(rf"({_HOST}):([0-9]*):({_HOST}):([0-9]*)")


@dataclass(frozen=True, slots=True)
class ConnectTo:
    """One rule. The URL, the Host header and the name that TLS asks for stay as they are."""

    host: str
    """The URL's host that it is for, in lower case; empty for any."""
    port: int | None
    """The URL's port that it is for; None for any."""
    to_host: str
    """A name or an address to connect to instead; empty leaves the host."""
    to_port: int | None
    """The port to connect to instead; None leaves it."""

    @classmethod
    def parse(cls, text: str) -> ConnectTo:
        """Read one, an IPv6 address in brackets.

        Raises:
            BadConfiguration: it is none.
        """
        match = _FORM.fullmatch(text)
        if match is None or any(port and not 1 <= int(port) <= 65535 for port in match.group(2, 4)):
            raise BadConfiguration(
                f"--connect-to {text}: write HOST:PORT:ADDR:PORT, such as "
                "example.com:443:127.0.0.1:8443; HOST and PORT may be left out, the colons not"
            )
        host, port, to_host, to_port = match.groups()
        return cls(
            host.strip("[]").lower(),
            int(port) if port else None,
            to_host.strip("[]"),
            int(to_port) if to_port else None,
        )

    def is_for(self, host: str, port: int) -> bool:
        """Whether it speaks of this place."""
        return self.host in ("", host.lower()) and self.port in (None, port)
