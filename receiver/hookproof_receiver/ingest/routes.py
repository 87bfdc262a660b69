"""The endpoints under Flask."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from flask import Blueprint, Flask, Response, request
from flask.signals import request_started
from werkzeug.exceptions import HTTPException

from . import wsgi
from .incoming import Incoming, target_of
from .problem import title
from .refused import Refused
from .reply import Reply
from .service import Ingest

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


def application_of(service: Ingest) -> Flask:
    """An application that is ours alone: what has no endpoint is answered as the endpoints would."""
    application = Flask("hookproof_receiver", static_folder=None)
    application.debug = False  # FLASK_DEBUG is of somebody else's application
    application.url_map.merge_slashes = False
    application.register_blueprint(blueprint(service))

    def refuse(error: HTTPException) -> Response:
        incoming = _incoming(request.path, service.max_body)
        if error.code in (404, 405):  # for 405, a method that Flask was not told of
            return _respond(service.receive(incoming))
        status = error.code or 500
        code = "bad_request" if status < 500 else "handler_failed"
        refused = Refused(status, code, error.name.lower())
        return _respond(service.refuse(incoming, refused))

    application.register_error_handler(HTTPException, refuse)
    return application


def _view(service: Ingest, path: str) -> Any:
    return lambda: _respond(service.receive(_incoming(path, service.max_body)))


def _incoming(path: str, most: int) -> Incoming:
    found = wsgi.incoming(request.environ, path, most)
    # As Flask decoded the path.
    target = target_of(request.path, request.query_string.decode("latin-1"))
    return replace(found, target=target, read=lambda: _read(most))


def _read(most: int) -> bytes:
    """The body, before anybody else reads it, or as whoever did kept it.

    Not by `request.get_data()` alone: that holds a body twice while it reads, and obeys the
    application's own MAX_CONTENT_LENGTH.
    """
    body = wsgi.read(request.environ, most)
    if not body:
        with suppress(HTTPException):
            body = request.get_data()
    return body


def _respond(reply: Reply) -> Response:
    response = Response(reply.body, f"{reply.status} {title(reply.status)}")
    del response.headers["Content-Type"]
    response.headers.extend(reply.headers)
    return response
