"""The endpoints under Flask."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Blueprint, Flask, Response, request
from flask.signals import request_started
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge

from .incoming import Incoming
from .refused import Refused, incomplete, too_large
from .reply import Reply
from .service import Ingest

_ALL = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # a 405 is ours to word
_CODES = {404: "no_endpoint", 405: "method_not_allowed"}


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
            request.max_content_length = service.max_body + 1
            with suppress(HTTPException):  # the view reads again, and answers
                request.get_data(cache=True)

    made.record(lambda state: _watch(read_first, state.app))
    return made


def _watch(read_first: Callable[..., None], application: object) -> None:
    request_started.connect(read_first, application, weak=False)


def answer_all(application: Flask, service: Ingest) -> None:
    """Answer what has no endpoint as the endpoints would; for an application that is ours alone."""

    def refuse(error: HTTPException) -> Response:
        status = error.code or 500
        refused = Refused(status, _CODES.get(status, "bad_request"), error.name.lower())
        allow = getattr(error, "valid_methods", None)
        return _respond(service.refuse(_incoming(request.path), refused, allow=allow and tuple(allow)))

    application.register_error_handler(HTTPException, refuse)


def _view(service: Ingest, path: str) -> Any:
    return lambda: _respond(service.receive(_incoming(path)))


def _incoming(path: str) -> Incoming:
    query = request.query_string.decode("latin-1")
    declared = request.environ.get("CONTENT_LENGTH") or ""
    return Incoming(
        method=request.method,
        path=path,
        target=f"{request.path}?{query}" if query else request.path,
        headers=tuple(request.headers.items()),
        declared=int(declared) if declared.isascii() and declared.isdigit() else None,
        read=_read,
    )


def _read() -> bytes:
    try:
        return request.get_data(cache=True)
    except RequestEntityTooLarge:
        raise too_large((request.max_content_length or 1) - 1) from None
    except BadRequest:  # werkzeug: the client is gone
        raise incomplete("the connection ended within the body") from None


def _respond(reply: Reply) -> Response:
    response = Response(reply.body, reply.status)
    del response.headers["Content-Type"]
    response.headers.extend(reply.headers)
    return response
