"""Verification before any ASGI application: Starlette, FastAPI, Quart, Django's.

app.add_middleware(VerifiedASGI, verifier=verifier, paths=["/hooks/orders"])
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any, TypeAlias

from ..errors import VerificationError
from ..verifier import Verifier
from .paths import Paths
from .refusal import CONTENT_TYPE, challenge, problem, unauthorized

Scope: TypeAlias = MutableMapping[str, Any]
"""What ASGI calls a scope."""
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
"""How the application is handed the body."""
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
"""How the application answers."""
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
"""An ASGI application."""

STATE_KEY = "delivery"
"""Where the application finds the delivery: `request.state.delivery`, or `scope["state"]`."""


class VerifiedASGI:
    """Let proved requests through to an application, and answer the others 401.

    The body is read whole and handed on, so that the application reads it as if for the first time,
    however it reads. The delivery stands in `request.state.delivery`.

    Args:
        app: what is behind it.
        verifier: proves the requests.
        paths: the paths that are proved, with a slash at the end or without, below the prefix that the
            application is mounted at or with it; None proves all. Others go through untouched.
        max_body: bytes; a larger body is answered 413, and not read on.
    """

    def __init__(
        self,
        app: Application,
        verifier: Verifier,
        *,
        paths: Collection[str] | None = None,
        max_body: int = 8 * 1024**2,
    ) -> None:
        self._app = app
        self._verifier = verifier
        self._paths = Paths(paths)
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        # Servers put the prefix in front of the path, and so do routers that mount applications.
        if scope["type"] != "http" or not self._paths.has(scope["path"], scope.get("root_path", "")):
            await self._app(scope, receive, send)
            return
        body = bytearray()
        more = True
        while more:
            event = await receive()
            if event["type"] == "http.disconnect":
                return  # nobody is left to answer
            body += event.get("body", b"")
            more = event.get("more_body", False)
            if len(body) > self._max_body:
                await _answer(send, 413, problem(413, "Content Too Large", "too_large"))
                return
        try:
            delivery = self._verifier.verify(bytes(body), scope["headers"])
        except VerificationError as refused:
            realm = challenge(self._verifier.scheme.name).encode()
            await _answer(send, 401, unauthorized(refused), (b"www-authenticate", realm))
            return
        scope.setdefault("state", {})[STATE_KEY] = delivery
        await self._app(scope, _handing_on(delivery.body, receive), send)


def _handing_on(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once, and then what the server has to say."""
    given = False

    async def give() -> MutableMapping[str, Any]:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give


async def _answer(send: Send, status: int, body: bytes, *more: tuple[bytes, bytes]) -> None:
    headers = [
        (b"content-type", CONTENT_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
