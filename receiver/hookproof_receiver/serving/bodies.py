"""Bodies as granian hands them on, within bounds of size, time and memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol

from ..ingest import Refused
from ..ingest.refused import bad_request, incomplete, too_large
from .channel import LINGER

SMALL = 64 * 1024
"""Bytes; a body that is declared to be no larger is read in one step, and counts for nothing."""
TOGETHER = 256 * 1024**2
"""Bytes of larger bodies that may be in memory at the same time, until they are answered."""
LAST = 1.0
"""Seconds that a body may still take once the server stops."""
SILENT = 0.5
"""Seconds of silence after which a refused peer is taken to send no more."""


class Source(Protocol):
    """A request's body: granian's protocol object."""

    async def __call__(self) -> bytes:
        """All of it; raises where it was cut or is malformed."""
        ...

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Piece by piece; raises nothing: see `Bodies.read`."""
        ...


class Bodies:
    """Reads bodies; for one event loop.

    Args:
        most: bytes of one body; more is refused with 413.
        within: seconds that a body may take to come, however steadily it trickles.
        silent: seconds that its peer may be silent; a small one has no more than this in all.
        together: bytes of all larger ones; what would need more is refused with 503.
    """

    def __init__(self, most: int, within: float, silent: float, *, together: int = TOGETHER) -> None:
        self._most = most
        self._within = within
        self._silent = min(silent, within)
        self._free = max(together, most)
        self._coming: set[asyncio.Timeout] = set()
        self._small_until: dict[asyncio.Task[object], float] = {}  # by the loop's clock
        self._watching: asyncio.TimerHandle | None = None
        self._ended = False

    def end(self) -> None:
        """Wait for no more of what is still to come: the server stops."""
        self._ended = True
        last = asyncio.get_running_loop().time() + LAST
        for timeout in self._coming:
            timeout.reschedule(last)
        for task, until in self._small_until.items():
            self._small_until[task] = min(until, last)
        self._watch_in(LAST)

    async def read(self, source: Source, declared: int | None) -> bytes:
        """One whole body.

        Args:
            source: where it comes from.
            declared: what `Content-Length` says; None for a chunked body.

        Raises:
            Refused: it is too large, malformed, cut short or too slow, or there is no room.
        """
        if declared is not None and declared > self._most:
            raise too_large(self._most)
        if declared is not None and declared <= SMALL:
            return await self._small(source)
        timeout = asyncio.timeout(LAST if self._ended else self._silent)
        self._coming.add(timeout)
        try:
            async with timeout:
                return await self._stream(source, declared, timeout)
        except TimeoutError:
            if self._ended:
                raise Refused(503, "busy", "the server stops, and the body was not there") from None
            raise incomplete("the body did not come in time") from None
        except RuntimeError:  # granian's ProtocolClosed
            raise incomplete("the connection ended within the body, or its chunks are none") from None
        finally:
            self._coming.discard(timeout)

    async def _small(self, source: Source) -> bytes:
        """A body of one piece, most often there already: watched, without a timer of its own."""
        task = asyncio.current_task()
        assert task is not None
        loop = asyncio.get_running_loop()
        self._small_until[task] = loop.time() + (LAST if self._ended else self._silent)
        if self._watching is None:
            self._watch_in(self._step)
        try:
            return await source()
        except asyncio.CancelledError:
            if task in self._small_until:
                raise
            if task.uncancel():
                raise
            if self._ended:
                raise Refused(503, "busy", "the server stops, and the body was not there") from None
            raise incomplete("the body did not come in time") from None
        except RuntimeError:  # granian's ProtocolClosed
            raise incomplete("the connection ended within the body") from None
        finally:
            self._small_until.pop(task, None)

    def _watch(self) -> None:
        now = asyncio.get_running_loop().time()
        for task, until in list(self._small_until.items()):
            if until <= now:
                del self._small_until[task]
                task.cancel()
        self._watching = None
        if self._small_until:
            self._watch_in(self._step)

    @property
    def _step(self) -> float:
        return (LAST if self._ended else self._silent) / 8

    def _watch_in(self, seconds: float) -> None:
        if self._watching is not None:
            self._watching.cancel()
        self._watching = asyncio.get_running_loop().call_later(seconds, self._watch)

    def answered(self, body: bytes) -> None:
        """A body that was read is not needed any more."""
        if len(body) > SMALL:
            self._free += len(body)

    async def _stream(self, source: Source, declared: int | None, timeout: asyncio.Timeout) -> bytes:
        """Piece by piece, with the room that the pieces take accounted for.

        An empty piece ends the stream; granian sends a second one where the body was cut or malformed,
        or had trailers. With a declared length, the length tells.
        """
        now = asyncio.get_running_loop().time
        until = now() + self._within
        body = bytearray()
        ends = 0
        try:
            async for piece in source:
                ends += not piece
                body += piece
                self._free -= len(piece)
                if not self._ended:
                    timeout.reschedule(min(until, now() + self._silent))
                if len(body) > self._most:
                    raise too_large(self._most)
                if self._free < 0:
                    raise Refused(503, "busy", "the bodies that come fill the memory for them")
            if declared is not None and len(body) != declared:
                raise incomplete("the connection ended within the body")
            if declared is None and ends != 1:
                raise bad_request("the chunked body is malformed, cut short, or has trailers")
        except BaseException:
            self._free += len(body)
            raise
        if len(body) <= SMALL:
            self._free += len(body)
        return bytes(body)


async def discard(source: Source) -> None:
    """Read what a refused peer still sends, for `LINGER` seconds at the most.

    Closing on unread bytes would reset the connection, and the peer would never see the answer.
    """
    now = asyncio.get_running_loop().time
    until = now() + LINGER
    try:
        async with asyncio.timeout(SILENT) as patience:
            async for _ in source:
                patience.reschedule(min(until, now() + SILENT))
    except (TimeoutError, RuntimeError):
        return
