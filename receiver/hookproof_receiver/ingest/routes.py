"""The endpoints under Flask."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import IO, Any

from flask import Blueprint, Flask, Response, request
from flask.signals import request_started
from werkzeug.exceptions import HTTPException

from hookproof.headers import guid

from .incoming import Incoming
from .refused import Refused, incomplete, too_large
from .reply import Reply
from .service import Ingest

_BODY = "hookproof.body"  # in the WSGI environment
_ALL = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # a 405 is ours to word


def blueprint(service: Ingest, name: str = "hookproof") -> Blueprint:
    """The endpoints, for any Flask application.

    The raw body is read before anything of the application can parse it: a `before_request` that
    looks at `request.form` does no harm.
    """
    made = Blueprint(name, __name__)
    views = {path: _view(service, path) for path in service.routes}
    for number, (path, view) in enumerate(views.items()):
        made.add_url_rule(
            path,
            endpoint=f"endpoint_{number}",
            view_func=view,
            methods=_ALL,
            provide_automatic_options=False,
            merge_slashes=False,
            strict_slashes=not path.endswith("/"),
        )

    def read_first(application: Flask, **_more: Any) -> None:
        if application.view_functions.get(request.endpoint or "") in views.values():
            with suppress(Refused):  # the view asks again, and answers
                _read(service.max_body)

    made.record(lambda state: _watch(read_first, state.app))
    return made


def _watch(read_first: Callable[..., None], application: object) -> None:
    request_started.connect(read_first, application, weak=False)


def answer_all(application: Flask, service: Ingest) -> None:
    """Answer what has no endpoint as the endpoints would; for an application that is ours alone."""

    def refuse(error: HTTPException) -> Response:
        incoming = _incoming(request.path, service.max_body)
        if error.code in (404, 405):  # for 405, a method that Flask was not told of
            return _respond(service.receive(incoming))
        status = error.code or 500
        code = "bad_request" if status < 500 else "handler_failed"
        refused = Refused(status, code, error.name.lower())
        return _respond(service.refuse(incoming, refused))

    application.register_error_handler(HTTPException, refuse)


def _view(service: Ingest, path: str) -> Any:
    return lambda: _respond(service.receive(_incoming(path, service.max_body)))


def _incoming(path: str, most: int) -> Incoming:
    query = request.query_string.decode("latin-1")
    headers = tuple(request.headers.items())
    return Incoming(
        method=request.method,
        path=path,
        target=f"{request.path}?{query}" if query else request.path,
        headers=headers,
        guid=guid(headers),
        declared=_declared(),
        read=lambda: _read(most),
    )


def _declared() -> int | None:
    text = request.environ.get("CONTENT_LENGTH") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def _read(most: int) -> bytes:
    """The body, once: in one piece where the server allows it, and left for others to read again.

    Not by `request.get_data()`: that holds a body twice while it reads, and obeys the application's own
    MAX_CONTENT_LENGTH.
    """
    environ, declared = request.environ, _declared()
    if _BODY not in environ:
        if declared is None and "wsgi.input_terminated" not in environ:
            return b""  # nobody says where it ends
        if declared is not None and declared > most:
            raise too_large(most)
        try:
            body = _read_stream(environ["wsgi.input"], most + 1 if declared is None else declared)
        except OSError:
            raise incomplete("the connection ended within the body") from None
        if not body:
            with suppress(HTTPException):  # somebody read it, and may have kept it
                body = request.get_data()
        environ[_BODY] = body
        environ["wsgi.input"] = BytesIO(body)  # shares the bytes
    kept: bytes = environ[_BODY]
    return kept


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


def _respond(reply: Reply) -> Response:
    response = Response(reply.body, reply.status)
    del response.headers["Content-Type"]
    response.headers.extend(reply.headers)
    return response
