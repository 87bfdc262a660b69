"""What is kept of an answer, and whether it leaves its connection fit for another request.

What its bytes mean is h11's to say; here it is asked for events. Strict where a mistake would take one
answer's bytes for another's.
"""

from __future__ import annotations

from http import HTTPStatus

import h11

from hookproof_runtime.masking import masked_headers

from .connection import Connection
from .deadline import Deadline

READ = 1024 * 1024
"""Bytes of an answer's body that are read, as they come; the rest is left."""

KEPT = 64 * 1024
"""Bytes of it that are kept."""

HEADERS_KEPT = 16 * 1024
"""Characters of its headers that are kept."""

_HEADERS = 100

_FRAME = 5
"""What a chunk takes beside its data at the least. It counts: a million chunks of a byte are work."""


class Answer:
    """What has come so far of one answer."""

    __slots__ = ("_body", "_headers", "certain", "status")

    def __init__(self) -> None:
        self.status: int | None = None
        """The final status; None until its head is whole."""
        self.certain = False
        """Whether its head leaves no doubt about where it ends."""
        self._headers: list[tuple[str, str]] = []
        self._body = bytearray()

    @property
    def body(self) -> bytes:
        """The beginning of the body, as it came: `KEPT` bytes at most."""
        return bytes(self._body)

    def value(self, name: str) -> str | None:
        """A header's values, joined with commas; None where there is none. `name` is in lower case."""
        values = [value for key, value in self._headers if key.lower() == name]
        return ", ".join(values) if values else None

    def masked_headers(self) -> tuple[tuple[str, str], ...]:
        """As many of the headers as are kept, from the first."""
        left, kept = HEADERS_KEPT, []
        for name, value in self._headers:
            left -= len(name) + len(value)
            if left < 0:
                break
            kept.append((name, value))
        return masked_headers(kept)

    def read(self, connection: Connection, deadline: Deadline) -> None:
        """Read an answer to its end, or to `READ` bytes; all interim ones (1xx) are passed over.

        Raises:
            h11.RemoteProtocolError: it is not HTTP, or, with the hint 431, its head is too large.
            Over: the time was over.
            OSError: it ended early.
        """
        read = 0
        while read < READ:
            deadline.check()  # of a socket that was shut down there may be megabytes left to read
            match connection.next_event():
                case h11.Data(data=data, chunk_start=begins):
                    self._body += data[: KEPT - len(self._body)]
                    read += len(data) + (_FRAME if begins else 0)
                case h11.EndOfMessage():
                    return
                case h11.InformationalResponse() | h11.Response() as head:
                    self._begin(head)

    def _begin(self, head: h11.InformationalResponse | h11.Response) -> None:
        if len(head.headers) > _HEADERS:
            raise h11.RemoteProtocolError(
                "too many headers", HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            )
        if isinstance(head, h11.InformationalResponse):
            return
        self.status = head.status_code
        self._headers = [
            (name.decode("ascii"), value.decode("latin-1")) for name, value in head.headers.raw_items()
        ]
        # Who sends both lengths may mean either, and whoever comes next would pay for it.
        both = {b"transfer-encoding", b"content-length"} <= {name for name, _ in head.headers}
        self.certain = head.http_version == b"1.1" and not both
