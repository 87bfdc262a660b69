"""Peers that take their time, at a deadline of one second, beside requests and urllib3.

Run by `make bench-send`; takes about a minute, since the tricks end after four seconds: without that,
what a peer's time-out lets through would last for ever.
"""

from __future__ import annotations

import itertools
import sys
import time
import warnings
from collections.abc import Callable
from typing import NamedTuple

import requests
import urllib3
from tests.sender.attempting import attempt
from tests.sender.peer import OK, Connection, Peer, Script, after, raw, status

SECONDS = 1.0
GOAL = 0.1
"""Seconds past the deadline, at the most."""
EVERY, PIECES = 0.2, 20
HOPS = 5
ROUNDS = 3
UPLOAD = b"x" * 20_000_000
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


class Trick(NamedTuple):
    """A peer that is slow, and what it is sent."""

    name: str
    scripts: tuple[Script, ...]
    body: bytes = b"{}"
    tls: bool = False
    """Whether the trick is played within a handshake."""


def drip(beginning: bytes, piece: bytes, end: bytes = b"") -> Script:
    """Begin, go on a piece at a time, and end well."""

    def script(connection: Connection) -> None:
        connection.send(beginning)
        for _ in range(PIECES):
            connection.pause(EVERY)
            connection.send(piece)
        connection.send(end)

    return script


def flood(piece: bytes) -> Script:
    """Send as much as is taken, as long as the others take, and end well."""

    def script(connection: Connection) -> None:
        ends = time.monotonic() + EVERY * PIECES
        while time.monotonic() < ends:
            connection.send(piece)
        connection.send(OK)

    return script


def sip(connection: Connection) -> None:
    """Take little of a large request."""
    for _ in range(PIECES):
        connection.sock.recv(1024)
        connection.pause(EVERY)


TRICKS = (
    Trick(
        "body, a byte at a time",
        (drip(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % PIECES, b"x"),),
    ),
    Trick(
        "head, a line at a time",
        (drip(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n", b"Content-Length: 0\r\n\r\n"),),
    ),
    Trick("100 Continue, over and over", (drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n", OK),)),
    Trick(
        "100 Continue with 90 headers, a flood",
        (flood(b"HTTP/1.1 100 Continue\r\n" + b"A: b\r\n" * 90 + b"\r\n"),),
    ),
    Trick("chunks of one byte", (drip(CHUNKED, b"1\r\nx\r\n", b"0\r\n\r\n"),)),
    Trick(
        f"redirects, 0.8 s each, {HOPS} of them",
        (*[after(0.8, status(302, "Location: /hooks/orders", "Connection: close"))] * HOPS, raw(OK)),
    ),
    Trick("20 MB to a slow reader", (sip,), body=UPLOAD),
    Trick("TLS handshake, a byte at a time", (drip(b"\x16\x03\x03\x40\x00", b"\x02"),), tls=True),
)
Client = Callable[[str, bytes], str]
"""Makes one request, and says how it went."""


def ours(url: str, body: bytes) -> str:
    made = attempt(url, seconds=SECONDS, body=body, verify_tls=False)
    return made.cause or str(made.status)


def with_requests(url: str, body: bytes) -> str:
    try:
        return str(requests.post(url, data=body, timeout=SECONDS, verify=False).status_code)
    except requests.RequestException as error:
        return type(error).__name__


def with_urllib3(url: str, body: bytes) -> str:
    timeout = urllib3.Timeout(total=SECONDS)
    with urllib3.PoolManager(cert_reqs="CERT_NONE", retries=False, timeout=timeout) as pool:
        try:
            return str(pool.request("POST", url, body=body, redirect=False).status)
        except urllib3.exceptions.HTTPError as error:
            return type(error).__name__


CLIENTS: dict[str, Client] = {
    "hookproof": ours,
    "requests timeout=1": with_requests,
    "urllib3 Timeout(total=1)": with_urllib3,
}


def measure(trick: Trick, client: Client) -> tuple[float, str]:
    """Seconds past the deadline, 0 where it was kept, and how it went."""
    at_once = trick.scripts[0] if trick.tls or trick.body is UPLOAD else None
    with Peer(*trick.scripts, at_once=at_once) as peer:
        url = peer.url.replace("http:", "https:") if trick.tls else peer.url
        began = time.monotonic()
        outcome = client(url, trick.body)
        taken = time.monotonic() - began
    return max(0.0, taken - SECONDS), outcome


def main() -> int:
    """Print a table; 1 where the goal is missed."""
    warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)
    worst = dict.fromkeys(CLIENTS, 0.0)
    _write(f"seconds past a deadline of {SECONDS} s, and how it went")
    _write(f"{'':<39}" + "".join(f"{name:>27}" for name in CLIENTS))
    for trick in TRICKS:
        cells = []
        for name, client in CLIENTS.items():
            rounds = ROUNDS if client is ours else 1
            past, outcome = max(itertools.starmap(measure, [(trick, client)] * rounds))
            worst[name] = max(worst[name], past)
            cells.append(f"{past:.3f} {outcome:>16}")
        _write(f"{trick.name:<39}" + "".join(f"{cell:>27}" for cell in cells))
    _write(f"{'the worst':<39}" + "".join(f"{past:>10.3f}{'':17}" for past in worst.values()))
    holds = worst["hookproof"] <= GOAL
    _write(f"{'holds ' if holds else 'MISSED'}  at most {GOAL} s past the deadline, by any trick")
    return 0 if holds else 1


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
