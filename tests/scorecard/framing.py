"""The same ambiguous bytes and the same slow peers put before each server.

*Clean* is a case whose application saw nothing wrong, whatever was answered: no body but the one that
HTTP lets it read, no signature under another name, no second request out of the body of the first. Of
slow peers, a case is clean where a good request is answered within a second meanwhile.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.receiver.serving.framing import FRAMING, Case
from tests.receiver.serving.garden import GARDEN
from tests.receiver.serving.test_slow import HALF_HEAD, IDLE, STUCK_BODY, STUCK_CHUNK, held
from tests.receiver.wire import head, read, signed
from tests.scorecard.servers import SERVERS, Open, opened, why_missing

SPOOF = head((("Host", "a"), ("Content-Length", 0), ("X_Webhook_Signature", "spoof")))
CASES: Mapping[str, Case] = {
    **{name: case for name, case in FRAMING.items() if name.startswith("FRM-")},
    **GARDEN,
    "FRM-G33": Case(SPOOF, 400, (b"",)),
}
WAIT = 0.4
"""Seconds of silence after which a server has said all that it says."""
WITHIN = 1.0
"""Seconds in which a good request is to be answered."""


def framing(server: Open) -> list[str]:
    """The cases that are not clean."""
    return [name for name, case in CASES.items() if not _is_clean(server, case)]


def slow(server: Open) -> list[str]:
    """The floods of slow peers in which a good request waits."""
    return [name for name, among in SLOW.items() if not among(server.port)]


def _is_clean(server: Open, case: Case) -> bool:
    before = len(seen(server.seen))
    with socket.create_connection(("127.0.0.1", server.port), timeout=WAIT) as connection:
        try:
            connection.sendall(case.data)
            if case.finish:
                connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        except OSError:
            pass  # it said all that it says, or closed on what it did not read
    time.sleep(0.05)  # it may see the end of a connection only now
    new = seen(server.seen)[before:]
    bodies = [bytes.fromhex(one["body"] or "") for one in new]
    spoofed = any("spoof" in (one["signature"] or "") for one in new)
    return not spoofed and (not bodies or (len(bodies) == 1 and bodies[0] in case.readings))


def seen(file: Path) -> list[dict[str, str | None]]:
    """What the application was given so far."""
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text().splitlines()]


def is_answered(port: int) -> bool:
    """Whether a good request is, in time."""
    with socket.create_connection(("127.0.0.1", port), timeout=WITHIN) as connection:
        connection.sendall(signed(b"good"))
        try:
            return connection.recv(12)[9:12] == b"200"
        except OSError:
            return False


def _held(data: bytes) -> Callable[[int], bool]:
    def answers(port: int) -> bool:
        with held(port, 200, data):
            return is_answered(port)

    return answers


def _after_a_thousand(port: int) -> bool:
    for _ in range(1000):
        socket.create_connection(("127.0.0.1", port)).close()
    return is_answered(port)


def _kept_alive(port: int) -> bool:
    with held(port, 200, signed(b"one")) as connections:
        for connection in connections:
            connection.settimeout(WITHIN)
            try:
                if read(connection, expect=1).statuses != [200]:
                    return False
            except (AssertionError, OSError):
                return False
        return is_answered(port)


SLOW: Mapping[str, Callable[[int], bool]] = {
    "SLOW-1": _held(IDLE),
    "SLOW-2": _held(HALF_HEAD),
    "SLOW-4": _held(STUCK_BODY),
    "SLOW-4/chunked": _held(STUCK_CHUNK),
    "SLOW-6": _after_a_thousand,
    "SLOW-8": _kept_alive,
}
"""Two hundred peers each, but for SLOW-6."""


def summary() -> str:
    """A line a server: how many cases are clean, and which are not."""
    lines = []
    for name in SERVERS:
        missing = why_missing(name)
        if missing is not None:
            lines.append(f"{name:<22} {missing}")
            continue
        with opened(name) as server:
            wrong, waits = framing(server), slow(server)
        clean = f"{len(CASES) - len(wrong):>3} of {len(CASES)}"
        answered = f"{len(SLOW) - len(waits)} of {len(SLOW)}"
        lines.append(f"{name:<22} {clean}  {answered}  {' '.join([*wrong, *waits])}".rstrip())
    return "\n".join(lines)
