"""Requests as bytes, and what came back: with what no HTTP client would send."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from hookproof.clock import Clock, system_clock
from hookproof.testing import SECRET, signed_headers

PATIENCE = 10.0
"""Seconds: a guard against hanging, never a measurement."""


class Response(NamedTuple):
    status: int
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def code(self) -> str | None:
        """The problem's code; None where it is no problem."""
        if self.headers.get("content-type") != "application/problem+json":
            return None
        problem = json.loads(self.body)
        assert set(problem) == {"status", "title", "code"}
        assert self.status == problem["status"]
        return str(problem["code"])


def head(
    fields: Iterable[tuple[str, str | int]], *, target: str = "/hooks/test", method: str = "POST"
) -> bytes:
    """A request's head, with these fields and no other."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields), "", ""]
    return "\r\n".join(lines).encode("latin-1")


def signed(
    body: bytes = b'{"order": 4}',
    *,
    target: str = "/hooks/test",
    method: str = "POST",
    secret: str | bytes = SECRET,
    scheme: str = "http-task",
    clock: Clock = system_clock,
    guid: str | None = None,
    more: Mapping[str, str | int | None] = {},
    sent: bytes | None = None,
) -> bytes:
    """A good request.

    Args:
        more: fields that are added, replaced, or (None) left out.
        sent: what goes out in place of the body that was signed.
    """
    out = body if sent is None else sent
    fields: dict[str, str | int | None] = {
        "Host": "receiver.example",
        "Content-Length": len(out),
        **signed_headers(body, secrets=secret, scheme=scheme, clock=clock, guid=guid),
        **more,
    }
    given = [(name, value) for name, value in fields.items() if value is not None]
    return head(given, target=target, method=method) + out


def chunked(body: bytes, *, size: int = 65536, **given: Any) -> bytes:
    """A good request whose body comes in chunks of `size`; see `signed`."""
    coded = {**given.pop("more", {}), "Content-Length": None, "Transfer-Encoding": "chunked"}
    whole = signed(body, sent=b"", more=coded, **given)
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return whole + b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


class Exchange(NamedTuple):
    responses: list[Response]
    closed: bool
    """Whether the server closed the connection, in good order."""

    @property
    def statuses(self) -> list[int]:
        return [response.status for response in self.responses]

    @property
    def only(self) -> Response:
        (response,) = self.responses
        return response


def exchange(port: int, data: bytes, *, finish: bool = False, expect: int | None = None) -> Exchange:
    """Send bytes over a connection of their own, and read what comes.

    Args:
        port: where.
        data: all of them at once.
        finish: say that no more comes (a half-closed connection).
        expect: read no further than so many responses; None reads until the server closes.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(data)
        if finish:
            connection.shutdown(socket.SHUT_WR)
        return read(connection, expect)


def read(connection: socket.socket, expect: int | None = None) -> Exchange:
    """Read responses from a connection; see `exchange`."""
    until = time.monotonic() + PATIENCE
    came = b""
    responses: list[Response] = []
    while expect is None or len(responses) < expect:
        connection.settimeout(max(0.01, until - time.monotonic()))
        try:
            data = connection.recv(65536)
        except TimeoutError:
            return Exchange(responses, closed=False)
        if not data:
            assert came == b"", "the last response is not whole"
            return Exchange(responses, closed=True)
        came += data
        while (taken := _take(came)) is not None:
            response, came = taken
            if response.status != 100:
                responses.append(response)
    return Exchange(responses, closed=False)


def good(port: int, **given: Any) -> Response:
    """Send one good request, and its response."""
    return exchange(port, signed(**given), expect=1).only


def _take(data: bytes) -> tuple[Response, bytes] | None:
    top, found, rest = data.partition(b"\r\n\r\n")
    if not found:
        return None
    first, *lines = top.decode("latin-1").split("\r\n")
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    length = int(headers.get("content-length", "0"))
    if len(rest) < length:
        return None
    return Response(int(first.split(" ")[1]), headers, rest[:length]), rest[length:]
