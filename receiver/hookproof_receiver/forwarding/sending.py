"""One request over a connection of its own, and its answer.

On the standard library alone, and with nothing that it would add by itself: no redirects, no proxies or
netrc of the environment, no header that was not given, but for three that every request needs.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
import ssl
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import urlsplit

from .causes import NotForwarded, cause_of

MOST = 1024 * 1024
"""Bytes that are read of an answer's body; the rest is left."""

_METHOD = re.compile(r"[A-Z]{1,32}").fullmatch
_TARGET = re.compile(r"[!-~]+").fullmatch
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_VALUE = re.compile(r"[\t -~\x80-\xff]*").fullmatch


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that was answered."""

    status: int
    """200 to 599."""
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    """The answer's, as they came."""
    body: bytes = field(repr=False)
    """The answer's, its first MiB, never decompressed."""
    duration_s: float
    """Seconds from the start to the answer's end."""

    def header(self, name: str) -> str | None:
        """A header's first value, its name in any case; None where it did not come."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def send(
    url: str,
    method: str,
    headers: Iterable[tuple[str, str]],
    body: bytes,
    timeout_s: float,
) -> Sent:
    """Send one request, and read its answer whole.

    Args:
        url: where: `http://` or `https://`, as its user gave it. All addresses of its host are tried;
            certificates are judged as the system does (`SSL_CERT_FILE` adds authorities).
        method: `POST`.
        headers: in the order and spelling in which they are sent; `Host` comes before them, behind them
            `Content-Length` and `Connection: close`.
        body: the bytes.
        timeout_s: seconds for all of it together, but for resolving a name; what drips does not
            stretch them.

    Raises:
        NotForwarded: no whole answer came.
        ValueError: the request cannot be written as HTTP.
    """
    started = time.monotonic()
    until = started + timeout_s
    parts = urlsplit(url)
    request = _written(
        method, parts.path or "/", parts.query, parts.netloc.rpartition("@")[2], headers, body
    )
    try:
        connection = _connect(parts.hostname or "", parts.port, parts.scheme == "https", until)
    except (OSError, UnicodeError) as error:
        _fail(error, sent=False)
    with closing(connection):
        try:
            with suppress(ConnectionError):  # it may have answered before it read all
                connection.settimeout(_left(until))
                connection.sendall(request)
            status, fields, answer = _read(connection, method, until)
        except (OSError, http.client.HTTPException) as error:
            _fail(error, sent=True)
    return Sent(status, fields, answer, time.monotonic() - started)


def _written(
    method: str,
    path: str,
    query: str,
    host: str,
    headers: Iterable[tuple[str, str]],
    body: bytes,
) -> bytes:
    target = f"{path}?{query}" if query else path
    fields = [("Host", host), *headers]
    if body or method not in ("GET", "HEAD", "DELETE"):
        fields.append(("Content-Length", str(len(body))))
    fields.append(("Connection", "close"))
    if not _METHOD(method) or not _TARGET(target):
        raise ValueError("the method or the target cannot be written as HTTP")
    for name, value in fields:
        if not _NAME(name) or not _VALUE(value):
            raise ValueError(f"the header {name!r} cannot be written as HTTP")
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def _connect(host: str, port: int | None, secure: bool, until: float) -> socket.socket:
    port = port or (443 if secure else 80)
    plain = socket.create_connection((host, port), timeout=_left(until))
    if not secure:
        return plain
    try:
        plain.settimeout(_left(until))
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


def _read(
    connection: socket.socket, method: str, until: float
) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    source: Any = _Source(connection, until)
    with http.client.HTTPResponse(source, method=method) as response:
        response.begin()
        while response.status < 200:  # http.client itself expects no interim answer but 100
            response.headers = response.msg = None  # type: ignore[assignment]
            response.begin()
        if response.status > 599:
            raise http.client.BadStatusLine(str(response.status))
        body = response.read(MOST)
        if response.length and len(body) < MOST:  # what is left of a declared length
            raise http.client.IncompleteRead(body)
        return response.status, tuple(response.getheaders()), body


class _Source(io.RawIOBase):
    """A connection as http.client reads one, with one deadline over all its reads."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self._connection = connection
        self._until = until

    def makefile(self, _mode: str) -> io.BufferedReader:
        return _Lines(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(_left(self._until))
        return self._connection.recv_into(buffer)


class _Lines(io.BufferedReader):
    """Reads no half line: http.client would take the end of a connection for the end of a head."""

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if not line.endswith(b"\n") and len(line) != size:
            raise ConnectionResetError
        return line


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _fail(error: OSError | http.client.HTTPException | UnicodeError, *, sent: bool) -> NoReturn:
    if isinstance(error, UnicodeError):  # of a name that IDNA does not take
        error = socket.gaierror()
    cause, sentence = cause_of(error, sent=sent)
    raise NotForwarded(cause, sentence, sent=sent) from error
