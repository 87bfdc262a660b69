"""Verification before any WSGI application.

app.wsgi_app = VerifiedWSGI(app.wsgi_app, verifier, paths=["/hooks/orders"])
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any

from ..errors import VerificationError
from ..verifier import Verifier
from .paths import Paths
from .refusal import CONTENT_TYPE, challenge, problem, unauthorized

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ENVIRON_KEY = "hookproof.delivery"
"""Where the application finds the delivery in its environ."""


class VerifiedWSGI:
    """Let proved requests through to an application, and answer the others 401.

    The body is read whole and put back, so that the application reads it as if for the first time. The
    delivery stands in `environ["hookproof.delivery"]`.

    Args:
        app: what is behind it.
        verifier: proves the requests.
        paths: the paths that are proved, with a slash at the end or without, below the prefix that the
            application is mounted at or with it; None proves all. Others go through untouched.
        max_body: bytes; a larger body is answered 413, and not read.
    """

    def __init__(
        self,
        app: WSGIApplication,
        verifier: Verifier,
        *,
        paths: Collection[str] | None = None,
        max_body: int = 8 * 1024**2,
    ) -> None:
        self._app = app
        self._verifier = verifier
        self._paths = Paths(paths)
        self._max_body = max_body

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if not self._paths.has(_decoded(environ, "PATH_INFO"), _decoded(environ, "SCRIPT_NAME")):
            return self._app(environ, start_response)
        body = self._read(environ)
        if body is None:
            return _answer(start_response, "413 Content Too Large", _TOO_LARGE)
        try:
            environ[ENVIRON_KEY] = self._verifier.verify(body, _headers(environ))
        except VerificationError as refused:
            more = ("WWW-Authenticate", challenge(self._verifier.scheme.name))
            return _answer(start_response, "401 Unauthorized", unauthorized(refused), more)
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        return self._app(environ, start_response)

    def _read(self, environ: WSGIEnvironment) -> bytes | None:
        """The whole body; None where it is larger than allowed."""
        length = environ.get("CONTENT_LENGTH") or ""
        stream = environ["wsgi.input"]
        if length.isdecimal() and length.isascii():
            too_large = len(length) > 15 or int(length) > self._max_body  # Python reads no 5,000 digits
            return None if too_large else stream.read(int(length))
        if not environ.get("wsgi.input_terminated"):
            return b""  # no length, and no end that the server promises: there is no body
        body: bytes = stream.read(self._max_body + 1)
        return None if len(body) > self._max_body else body


_TOO_LARGE = problem(413, "Content Too Large", "too_large")


def _decoded(environ: dict[str, Any], name: str) -> str:
    """A part of the path as it was meant: WSGI has its bytes as Latin-1, and routers read UTF-8."""
    text: str = environ.get(name, "")
    return text.encode("latin-1", "replace").decode("utf-8", "replace")


def _headers(environ: dict[str, Any]) -> list[tuple[str, str]]:
    """The request's headers, out of the environ's `HTTP_…` names."""
    return [
        (name[5:].replace("_", "-"), value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    ]


def _answer(
    start_response: Callable[..., Any], status: str, body: bytes, *more: tuple[str, str]
) -> list[bytes]:
    headers = [("Content-Type", CONTENT_TYPE), ("Content-Length", str(len(body))), *more]
    start_response(status, headers)
    return [body]
