"""The endpoints under WSGI alone: without what a framework adds to every request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from io import BytesIO
from typing import IO, Any, TypeAlias

from hookproof.headers import guid

from .incoming import Incoming, target_of
from .problem import title
from .refused import incomplete, too_large
from .service import Ingest

Environ: TypeAlias = dict[str, Any]
"""A request as WSGI has it."""

Application: TypeAlias = Callable[[Environ, Any], Iterable[bytes]]
"""A WSGI application."""

RAW_HEADERS = "hookproof.headers"
"""In the environment: all headers as they came, pairs of text in Latin-1. A server of ours puts it
there; without it, names are those that WSGI kept, and those that came twice are one."""

_BODY = "hookproof.body"  # in the environment, once it was read
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class Front:
    """Answers what is for an endpoint, and leaves the rest to an application.

    Args:
        service: the endpoints.
        application: answers every other path and method, and so words what is refused there.
    """

    def __init__(self, service: Ingest, application: Application) -> None:
        self._service = service
        self._application = application

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        route = self._service.routes.get(path)
        if route is None or environ["REQUEST_METHOD"] not in route.methods:
            return self._application(environ, start_response)
        reply = self._service.receive(incoming(environ, path, self._service.max_body))
        status = _STATUS.get(reply.status) or f"{reply.status} {title(reply.status)}"
        start_response(status, [*reply.headers, ("Content-Length", str(len(reply.body)))])
        return [reply.body]


def incoming(environ: Environ, path: str, most: int) -> Incoming:
    """A request of an endpoint, with its body not read yet.

    Args:
        environ: the request.
        path: the endpoint's.
        most: bytes of body; more is refused when it is read.
    """
    headers = environ.get(RAW_HEADERS) or _headers(environ)
    return Incoming(
        method=environ["REQUEST_METHOD"],
        path=path,
        target=target_of(environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")),
        headers=headers,
        guid=guid(headers),
        declared=_declared(environ),
        read=lambda: read(environ, most),
    )


def read(environ: Environ, most: int) -> bytes:
    """The body, once: in one piece where the server allows it, and left for others to read again.

    Raises:
        Refused: it is larger than `most` bytes, or not all there.
    """
    declared = _declared(environ)
    if _BODY not in environ:
        if declared is None and "wsgi.input_terminated" not in environ:
            return b""  # nobody says where it ends
        if declared is not None and declared > most:
            raise too_large(most)
        try:
            body = _read_stream(environ["wsgi.input"], most + 1 if declared is None else declared)
        except OSError:
            raise incomplete("the connection ended within the body") from None
        environ[_BODY] = body
        environ["wsgi.input"] = BytesIO(body)  # shares the bytes
    kept: bytes = environ[_BODY]
    return kept


def _declared(environ: Environ) -> int | None:
    text = environ.get("CONTENT_LENGTH") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def _headers(environ: Environ) -> tuple[tuple[str, str], ...]:
    found = [
        (name[5:].replace("_", "-").title(), value)
        for name, value in environ.items()
        if name.startswith("HTTP_") and name not in ("HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH")
    ]
    for name, header in (("CONTENT_TYPE", "Content-Type"), ("CONTENT_LENGTH", "Content-Length")):
        if environ.get(name):
            found.append((header, environ[name]))
    return tuple(found)


def _read_stream(stream: IO[bytes], size: int) -> bytes:
    first = stream.read(size)
    if not first or len(first) == size:
        return first
    pieces = [first]
    size -= len(first)
    while size and (piece := stream.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
