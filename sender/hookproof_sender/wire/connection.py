"""A connection that carries requests one after the other."""

from __future__ import annotations

import contextlib
import socket
import ssl
import time

from ..targets import Policy
from .connecting import LookUp, connect
from .deadline import Deadline
from .request import Prepared
from .stream import Stream

_JOINED = 64 * 1024  # up to here a body is sent with its head, as one packet where it can be


class Connection:
    """Made of a connected socket.

    Args:
        sock: with TLS agreed on, where it is spoken.
        peer: address and port at the other end.
        prepared: what is alike in every request that it carries.
    """

    def __init__(self, sock: socket.socket, peer: str, prepared: Prepared) -> None:
        sock.settimeout(None)  # the deadline shuts it down; a time-out would begin again with each byte
        self.sock = sock
        self.prepared = prepared
        self.stream = Stream(sock)
        self.peer = peer
        self.made = time.monotonic()
        """When it was made, by `time.monotonic`."""

    def send(self, head: bytes, body: bytes) -> None:
        """Send a request.

        Raises:
            OSError: not all of it could be sent.
        """
        if len(body) <= _JOINED:
            self.sock.sendall(head + body)
        else:
            self.sock.sendall(head)
            self.sock.sendall(body)

    @property
    def clean(self) -> bool:
        """Whether nothing has come that nobody asked for, an end included."""
        if self.stream.unread:
            return False
        if isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
            return False
        try:
            # The base class's own: beneath TLS too, any byte is one too many.
            socket.socket.recv(self.sock, 1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def close(self) -> None:
        """Close it."""
        with contextlib.suppress(OSError):
            self.sock.close()


def open_connection(
    prepared: Prepared,
    context: ssl.SSLContext | None,
    deadline: Deadline,
    policy: Policy,
    look_up: LookUp,
) -> Connection:
    """Connect where the policy lets requests go, and agree on TLS where there is a context for it.

    Raises:
        TargetRefused: the policy refuses it.
        Over: there was no time left.
        OSError: it did not come about.
    """
    sock = connect(prepared.host, prepared.port, deadline, policy, prepared.url, look_up)
    try:
        peer = _peer_of(sock)
        if context is not None:
            deadline.enter("tls")
            sock = _with_tls(sock, context, prepared.host.rstrip("."))
        return Connection(sock, peer, prepared)
    except BaseException:
        sock.close()
        raise


def _with_tls(sock: socket.socket, context: ssl.SSLContext, name: str) -> ssl.SSLSocket:
    sock.settimeout(None)
    # In two steps: the first would leave out the second where the connection is already gone.
    secured = context.wrap_socket(sock, server_hostname=name, do_handshake_on_connect=False)
    try:
        _peer_of(secured)
        secured.do_handshake()
    except BaseException:
        secured.close()
        raise
    return secured


def _peer_of(sock: socket.socket) -> str:
    try:
        host, port = sock.getpeername()[:2]
    except OSError as error:  # it was connected, so it has been reset
        raise ConnectionResetError from error
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
