"""waitress's parser behind the guard."""

from __future__ import annotations

import re
import time
from typing import Any

from waitress.buffers import OverflowableBuffer
from waitress.parser import HTTPRequestParser

from ..ingest import Reply, problem
from ..ingest.refused import Refused, bad_request, incomplete, too_large
from .chunks import Chunks
from .head import as_pairs, check, check_start
from .refused_lines import RefusedLines

_EMPTY_LINES = re.compile(rb"\A(?:\r\n)+").match


class Refusal:
    """A refused request's answer, in the shape that waitress asks an error for."""

    def __init__(self, refused: Refused, lines: RefusedLines) -> None:
        self.refused = refused
        self._lines = lines

    def to_response(self, _ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Status line, headers and body. Says in the log why; the peer is told the code alone."""
        reply = self._lines.answer(self.refused, time.monotonic())
        return f"{reply.status} {problem.title(reply.status)}", list(reply.headers), reply.body


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress ships no types
    """Collects one request; one that is refused is complete at once, with `error` set."""

    completed: Any  # these are waitress's
    error: Any
    body_rcv: Any
    expect_continue: bool
    chunks: Chunks | None = None
    """Reads the body of a chunked request."""
    fields: tuple[tuple[str, str], ...] = ()
    """The header fields as they came: waitress joins those of one name, and drops names with `_`."""
    reply: Reply | None = None
    """The answer, where there is one before a thread was asked for it."""

    @property
    def size(self) -> int:
        """Bytes of the body."""
        return 0 if self.body_rcv is None else len(self.body_rcv.getbuf())

    def __init__(self, adj: Any, once: frozenset[bytes], lines: RefusedLines) -> None:
        super().__init__(adj)
        self._once = once
        self._lines = lines

    def received(self, data: bytes) -> int:
        """Take bytes; the number of those that belong to this request."""
        if self.completed:
            return 0
        try:
            if self.chunks is not None:
                return self._receive_chunks(self.chunks, data)
            if self.body_rcv is None:
                check_start(_head(self.header_plus + data))
            consumed: int = super().received(data)
        except Refused as refused:
            self.refuse(refused)
            return len(data)
        if self.error is not None:  # waitress found something that the guard let pass
            self.refuse(_translate(self.error, self.adj.max_request_body_size - 1))
        elif self.completed:
            self.expect_continue = False  # it is all here: nothing to ask for
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Judge the head, and let waitress take it apart.

        Raises:
            Refused: by the guard.
        """
        check(header_plus, self._once)
        self.fields = as_pairs(header_plus)
        super().parse_header(header_plus)
        if self.chunked:
            buffer = OverflowableBuffer(self.adj.inbuf_overflow)
            self.chunks = Chunks(buffer, self.adj.max_request_body_size - 1)
            self.body_rcv = _Collected(buffer)

    def refuse(self, refused: Refused) -> None:
        """End the request here. What is left of it must not be read as another."""
        self.error = Refusal(refused, self._lines)
        self.completed = True
        self.version = "1.1"  # of the answer
        self.expect_continue = False  # or waitress would ask for the body of a request that is refused

    def cut_short(self) -> None:
        """The peer sent no more: answer what there is of a request."""
        if self.headers_finished:
            self.refuse(incomplete("the connection ended within the body"))
        else:
            self.refuse(bad_request("the connection ended within the head"))

    def _receive_chunks(self, chunks: Chunks, data: bytes) -> int:
        consumed = chunks.received(data)
        if chunks.completed:
            self.headers["CONTENT_LENGTH"] = str(chunks.size)
            self.completed = True
        return consumed


class _Collected:
    """What waitress asks a finished body for."""

    def __init__(self, buffer: Any) -> None:
        self._buffer = buffer

    def getfile(self) -> Any:
        return self._buffer.getfile()

    def getbuf(self) -> Any:
        return self._buffer


def _head(data: bytes) -> bytes:
    empty = _EMPTY_LINES(data)
    start = empty.end() if empty else 0
    end = data.find(b"\r\n\r\n", start)
    return data[start:] if end < 0 else data[start : end + 4]


def _translate(error: Any, most: int) -> Refused:
    if error.code == 413:
        return too_large(most)
    return bad_request(f"the server's parser refused it ({error.reason})")
