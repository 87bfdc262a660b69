"""One request and its answer, over a connection that is new or used again."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import h11

from .answer import Answer
from .attempt import Request, Timings
from .connection import Connection
from .deadline import Deadline
from .request import Prepared


class Exchange:
    """How far an attempt has come."""

    def __init__(self) -> None:
        self.request: Request | None = None
        """What may be kept of the request; None until it is written."""
        self.connection: Connection | None = None
        """What it goes over; None until there is one."""
        self.reused = False
        """Whether an earlier attempt made the connection."""
        self.answer = Answer()
        """What has come."""
        self._head: h11.Request | None = None

    def use_again(self, connection: Connection, deadline: Deadline) -> None:
        """Go over a connection that is there."""
        self.connection = connection
        self.reused = True
        deadline.guard(connection.sock)

    def write(self, prepared: Prepared, proof: Mapping[str, str], body: bytes) -> None:
        """Write the request's head; for the arguments and what is raised see `Prepared.write`."""
        self._head, self.request = prepared.write(proof, body)

    def converse(self, body: bytes, deadline: Deadline) -> None:
        """Send the request and read its answer.

        Raises:
            Over: there was no time left.
            OSError, h11.RemoteProtocolError: no whole answer came.
        """
        assert self.connection is not None
        assert self._head is not None
        deadline.enter("send")
        try:
            self.connection.send(self._head, body)
        except ConnectionError:
            # Who closes before all is read may have said why.
            if not _has_come(self.connection):
                raise
        else:
            deadline.enter("wait")
            if not self.connection.receive():
                raise ConnectionResetError("no answer")
        deadline.enter("read")
        self.answer.read(self.connection, deadline)

    @property
    def leaves_open(self) -> bool:
        """Whether the connection may carry another request."""
        return self.answer.certain and self.connection is not None and self.connection.fit

    def timings(self, deadline: Deadline) -> Timings:
        """When each step was over."""
        at = deadline.entered
        sent_s, first_byte_s = at.get("wait"), at.get("read")
        if self.reused:
            return Timings(sent_s=sent_s, first_byte_s=first_byte_s)
        return Timings(
            resolved_s=at.get("connect"),
            connected_s=at.get("tls", at.get("send")),
            tls_s=at.get("send") if "tls" in at else None,
            sent_s=sent_s,
            first_byte_s=first_byte_s,
        )


def _has_come(connection: Connection) -> bool:
    with contextlib.suppress(OSError):
        return connection.receive()
    return False
