"""A chunked body, read strictly (RFC 9112, 7.1)."""

from __future__ import annotations

import re
from typing import Protocol

from ..ingest.refused import bad_request, too_large

MAX_LINE = 256
"""Bytes of a chunk's size with its extensions, which are ignored; and of one trailer field."""
MAX_TRAILERS = 4096
"""Bytes of all trailer fields together; they are read and dropped: nothing in them was proved."""

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})(?:[ \t]*;[\t -~\x80-\xff]*)?").fullmatch


class Sink(Protocol):
    """Where the body goes."""

    def append(self, data: bytes) -> object:
        """Add bytes at the end."""
        ...


class Chunks:
    """Takes the bytes of a chunked body as they come, in any pieces.

    Args:
        sink: where the body goes.
        most: bytes of body, without the chunks' own; more is refused with 413.
    """

    def __init__(self, sink: Sink, most: int) -> None:
        self._sink = sink
        self._most = most
        self._line = b""  # a line that has not ended yet
        self._left = 0  # bytes of the chunk at hand that are still to come
        self._ends_chunk = False  # the next line must be empty
        self._in_trailers = False
        self._trailers = 0
        self.size = 0
        """Bytes of body so far."""
        self.completed = False
        """Whether the body has ended."""

    def received(self, data: bytes) -> int:
        """Take bytes; the number of those that belong to this body.

        Raises:
            Refused: this is no chunked body, or it is too large.
        """
        position = 0
        while position < len(data) and not self.completed:
            if self._left:
                piece = data[position : position + self._left]
                self._sink.append(piece)
                self._left -= len(piece)
                position += len(piece)
                self._ends_chunk = self._left == 0
            else:
                position = self._read_line(data, position)
        return position

    def _read_line(self, data: bytes, position: int) -> int:
        end = data.find(b"\n", position)
        stop = len(data) if end < 0 else end + 1
        self._line += data[position : min(stop, position + MAX_LINE + 3)]
        if len(self._line) > MAX_LINE + 2:
            raise bad_request("a line of the chunked body is too long")
        if end >= 0:
            if not self._line.endswith(b"\r\n"):
                raise bad_request("a line of the chunked body does not end with CR LF")
            line, self._line = self._line[:-2], b""
            self._take(line)
        elif self._ends_chunk and not b"\r\n".startswith(self._line):
            raise bad_request("a chunk is longer than it says")
        return stop

    def _take(self, line: bytes) -> None:
        if self._ends_chunk:
            if line:
                raise bad_request("a chunk is longer than it says")
            self._ends_chunk = False
        elif self._in_trailers:
            self._trailers += len(line)
            if self._trailers > MAX_TRAILERS:
                raise bad_request("the trailers are too long")
            self.completed = not line
        else:
            self._begin(line)

    def _begin(self, line: bytes) -> None:
        size = _SIZE(line)
        if size is None:
            raise bad_request("a chunk's size is not 1 to 16 hexadecimal digits")
        self._left = int(size[1], 16)
        self.size += self._left
        if self.size > self._most:
            raise too_large(self._most)
        self._in_trailers = self._left == 0
