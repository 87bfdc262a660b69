"""requests and urllib3 under one deadline: where a library lets us change how bytes leave."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable
from functools import partial
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from ..targets import Policy
from .connecting import LookUp, connect
from .deadline import Deadline


class OneAttempt(HTTPAdapter):
    """Sends one request over a connection of its own, which nothing else ever uses.

    Used without a session: it follows no redirect, keeps no cookie, and reads no proxy, netrc or
    certificate bundle from the environment.

    Args:
        deadline: what the whole attempt must keep to.
        context: how a server's certificate is judged; None where there is no TLS.
        policy: where requests may go.
        look_up: resolves names.
    """

    def __init__(
        self, deadline: Deadline, context: ssl.SSLContext | None, policy: Policy, look_up: LookUp
    ) -> None:
        self._deadline = deadline
        self._context = context
        self._policy = policy
        self._look_up = look_up
        self._pools: list[HTTPConnectionPool] = []
        super().__init__(pool_connections=1, pool_maxsize=1)

    def get_connection_with_tls_context(
        self, request: Any, verify: Any, proxies: Any = None, cert: Any = None
    ) -> HTTPConnectionPool:
        """Make the pool of one connection that this attempt uses."""
        place, _ = self.build_connection_pool_key_attributes(request, verify, cert)
        host, port = place["host"], place["port"]
        dial = partial(
            connect,
            deadline=self._deadline,
            policy=self._policy,
            url=request.url,
            look_up=self._look_up,
        )
        pool = (
            _TlsPool(host, port, ssl_context=self._context, deadline=self._deadline, dial=dial)
            if place["scheme"] == "https"
            else _Pool(host, port, deadline=self._deadline, dial=dial)
        )
        self._pools.append(pool)
        return pool

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave the pool as it is: its context says how certificates are judged."""

    def close(self) -> None:
        """Close the connection."""
        for pool in self._pools:
            pool.close()
        super().close()


class _Head:
    """The head of an answer, line by line; one that just ends is not taken for a whole one.

    The standard library would: `HTTP/1.1 200` and nothing after it is a success to it.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.close = stream.close

    def readline(self, limit: int) -> bytes:
        line: bytes = self._stream.readline(limit)
        if not line.endswith(b"\n") and len(line) < limit:
            raise http.client.RemoteDisconnected("the head ended early")
        return line


class _FinalResponse(http.client.HTTPResponse):
    """An answer whose head is whole, and whose interim answers (1xx) are all passed over.

    The standard library passes over 100 alone, and would take any other for the answer.
    """

    def begin(self) -> None:
        stream, self.fp = self.fp, _Head(self.fp)  # type: ignore[assignment]  # all that is used of it
        try:
            super().begin()
        finally:
            if self.fp is not None:  # else it was closed
                self.fp = stream

    def _read_status(self) -> tuple[str, int, str]:
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]  # typeshed leaves it out
            if not 100 <= status <= 199:
                return version, status, reason
            http.client.parse_headers(self.fp)


class _Connection(HTTPConnection):
    response_class = _FinalResponse

    def __init__(
        self,
        *args: Any,
        deadline: Deadline,
        dial: Callable[[str, int], socket.socket],
        **options: Any,
    ) -> None:
        self._deadline = deadline
        self._dial = dial
        super().__init__(*args, **options)

    def _new_conn(self) -> socket.socket:
        sock = self._dial(self._dns_host, self.port)
        self._deadline.enter("send")
        return sock

    def getresponse(self) -> Any:
        self._deadline.enter("wait")
        if self.sock is None:  # urllib3 goes on after a reset while sending, which closed it
            raise ConnectionResetError
        return super().getresponse()


class _TlsConnection(_Connection, HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        self._deadline.enter("tls")
        return sock

    def connect(self) -> None:
        super().connect()
        self._deadline.enter("send")


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection

    def _validate_conn(self, conn: Any) -> None:
        # The library's own would warn of an unverified connection; the attempt's record says so.
        if conn.is_closed:
            conn.connect()
