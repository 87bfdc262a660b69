"""A WSGI application as a front: in threads, with the whole request at hand."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from typing import Any

from waitress.task import ThreadedTaskDispatcher

from ..ingest import Reply
from ..ingest.wsgi import RAW_HEADERS
from .front import Request
from .server import Application


class Threads:
    """Runs a WSGI application.

    Args:
        application: what answers.
        number: requests that are answered at the same time; further ones wait.
    """

    def __init__(self, application: Application, number: int) -> None:
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # one for each that waits
        self._application = application
        # Not concurrent.futures': the end of the process would wait for its threads.
        self._dispatcher = ThreadedTaskDispatcher()
        self._dispatcher.set_thread_count(number)

    async def __call__(self, request: Request) -> Reply:
        """Answer one request."""
        call = _Call(self._application, request)
        self._dispatcher.add_task(call)
        return await call.reply

    def close(self) -> None:
        """Give up what still waits, and wait a second for what runs."""
        self._dispatcher.shutdown(timeout=1)


class _Call:
    """One request, in the shape that waitress's dispatcher asks a task for."""

    def __init__(self, application: Application, request: Request) -> None:
        self._application = application
        self._request = request
        self._loop = asyncio.get_running_loop()
        self.reply: asyncio.Future[Reply] = self._loop.create_future()

    def service(self) -> None:
        """Answer it, in a thread."""
        try:
            self._tell(self._answer(), None)
        except Exception as error:
            self._tell(None, error)

    def cancel(self) -> None:
        """It will not be answered."""
        self._tell(None, RuntimeError("the server has ended"))

    def _answer(self) -> Reply:
        status, headers = "500 ", list[tuple[str, str]]()
        collected: list[bytes] = []

        def start(given: str, fields: list[tuple[str, str]], _error: Any = None) -> Any:
            nonlocal status, headers
            status, headers = given, fields
            return collected.append

        pieces: Iterable[bytes] = self._application(environ(self._request), start)
        try:
            collected.extend(pieces)
        finally:
            if hasattr(pieces, "close"):
                pieces.close()
        # The length is the server's to add.
        kept = tuple(field for field in headers if field[0].lower() != "content-length")
        return Reply(int(status[:3]), kept, b"".join(collected))

    def _tell(self, reply: Reply | None, error: Exception | None) -> None:
        def tell() -> None:
            if self.reply.done():
                return  # nobody waits any more
            if reply is not None:
                self.reply.set_result(reply)
            else:
                assert error is not None
                self.reply.set_exception(error)

        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(tell)


def environ(request: Request) -> dict[str, Any]:
    """A request as PEP 3333 has it."""
    given = dict(request.headers)
    host, _, port = given.get("host", "").rpartition(":")
    made: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path.encode().decode("latin-1"),
        "QUERY_STRING": request.query,
        "REMOTE_ADDR": request.peer.rpartition(":")[0].strip("[]"),
        "SERVER_NAME": host or given.get("host", ""),
        "SERVER_PORT": port if host else "80",
        "SERVER_PROTOCOL": request.version,
        "CONTENT_LENGTH": str(len(request.body)),
        RAW_HEADERS: request.headers,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(request.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers:
        if "_" in name:
            continue  # it would pass for another one with a dash
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            made[key] = value
        elif key != "CONTENT_LENGTH":
            key = f"HTTP_{key}"
            made[key] = f"{made[key]}, {value}" if key in made else value
    return made
