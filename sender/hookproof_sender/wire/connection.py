"""A connection that carries requests one after the other."""

from __future__ import annotations

import contextlib
import socket
import ssl
import time

import h11

from ..targets import Policy
from .connecting import LookUp, connect
from .deadline import Deadline
from .request import Prepared

_JOINED = 64 * 1024  # up to here a body is sent with its head, as one packet where it can be
_PENDING = 64 * 1024  # so many bytes may wait for the end of a head or a line


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
        self.peer = peer
        self.made = time.monotonic()
        """When it was made, by `time.monotonic`."""
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_PENDING)

    def send(self, request: h11.Request, body: bytes) -> None:
        """Send a request.

        Raises:
            OSError: not all of it could be sent.
        """
        if self._http.our_state is h11.DONE:
            self._http.start_next_cycle()
        head = self._http.send(request)
        body = self._http.send(h11.Data(data=body))
        if len(body) <= _JOINED:
            self.sock.sendall(head + body)
        else:
            self.sock.sendall(head)
            self.sock.sendall(body)
        self._http.send(h11.EndOfMessage())

    def receive(self) -> bool:
        """Wait for further bytes; False where the peer sends none any more."""
        data = self.sock.recv(_PENDING + 1 - len(self._unread))  # one too many is what h11 refuses
        self._http.receive_data(data)
        return bool(data)

    def next_event(self) -> object:
        """What comes next of an answer, as one of h11's events.

        Raises:
            h11.RemoteProtocolError: it is not HTTP, or, with the hint 431, too large.
            OSError: it ended early.
        """
        while (event := self._http.next_event()) is h11.NEED_DATA:
            # h11 waits for the whole head. Whoever speaks something else may never end one.
            if self._http.their_state is h11.SEND_RESPONSE and _is_no_answer(self._unread):
                raise h11.RemoteProtocolError("no status line")
            if not self.receive():
                with contextlib.suppress(h11.RemoteProtocolError):
                    return self._http.next_event()  # the end is the body's, or comes too early
                raise ConnectionResetError("the answer ended early")
        return event

    @property
    def fit(self) -> bool:
        """Whether the last request went out whole, its answer came whole, and neither side said that
        it was the last.
        """
        both = (self._http.our_state, self._http.their_state)
        return both == (h11.DONE, h11.DONE) and self._http.trailing_data == (b"", False)

    @property
    def _unread(self) -> bytes:
        return self._http.trailing_data[0]

    @property
    def clean(self) -> bool:
        """Whether nothing has come that nobody asked for, an end included."""
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


def _is_no_answer(beginning: bytes) -> bool:
    return b"\n" in beginning and not beginning.startswith(b"HTTP/")


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
