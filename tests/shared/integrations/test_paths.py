"""No spelling of a path that reaches the application goes past the proof."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from tests.shared.integrations.shops import HOOK, OPEN, VERIFIER

from hookproof.integrations.asgi import VerifiedASGI
from hookproof.integrations.wsgi import VerifiedWSGI
from hookproof.testing import signed_headers

BODY = b'{"order": 4}'


def flask_shop(path: str, *, proved: str) -> Flask:
    app = Flask("shop")
    app.add_url_rule(path, "hook", lambda: "handled", methods=["POST"], strict_slashes=False)
    app.add_url_rule(OPEN, "open", lambda: "handled", methods=["POST"])
    app.wsgi_app = VerifiedWSGI(app.wsgi_app, VERIFIER, paths=[proved])  # type: ignore[method-assign]
    return app


@pytest.mark.parametrize(
    ("route", "proved", "asked", "prefix"),
    [
        pytest.param(HOOK, HOOK, f"{HOOK}/", "", id="a slash at the end"),
        pytest.param(HOOK, f"{HOOK}/", HOOK, "", id="a slash at the end of the setting"),
        pytest.param("/hooks/größe", "/hooks/größe", "/hooks/gr%C3%B6%C3%9Fe", "", id="beyond ASCII"),
        pytest.param(HOOK, HOOK, HOOK, "/api", id="below a prefix"),
        pytest.param(HOOK, f"/api{HOOK}", HOOK, "/api", id="below a prefix that the setting names"),
    ],
)
def test_under_wsgi(route: str, proved: str, asked: str, prefix: str) -> None:
    client = flask_shop(route, proved=proved).test_client()
    environ = {"SCRIPT_NAME": prefix}
    assert 401 == client.post(asked, data=BODY, environ_overrides=environ).status_code
    signed = client.post(asked, data=BODY, headers=signed_headers(BODY), environ_overrides=environ)
    assert (200, "handled") == (signed.status_code, signed.text)
    assert 200 == client.post(OPEN, data=BODY, environ_overrides=environ).status_code


async def hook(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("handled")


def starlette_shop(proved: str) -> Starlette:
    return Starlette(
        routes=[Route(HOOK, hook, methods=["POST"]), Route(OPEN, hook, methods=["POST"])],
        middleware=[Middleware(VerifiedASGI, verifier=VERIFIER, paths=[proved])],
    )


async def status_of(app: Any, path: str, root_path: str, headers: dict[str, str]) -> int:
    """What a server's scope for this request is answered."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": BODY, "more_body": False}

    async def send(event: Any) -> None:
        sent.append(event)

    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": path, "root_path": root_path, "headers": raw}
    await app({**scope, "query_string": b"", "http_version": "1.1", "scheme": "http"}, receive, send)
    status: int = sent[0]["status"]
    return status


@pytest.mark.parametrize("proved", [HOOK, f"/api{HOOK}", f"{HOOK}/"])
@pytest.mark.parametrize("placed", ["by a mount", "by the server"])
def test_below_a_prefix_under_asgi(placed: str, proved: str) -> None:
    inner = starlette_shop(proved)
    app = Starlette(routes=[Mount("/api", inner)]) if placed == "by a mount" else inner
    root_path = "" if placed == "by a mount" else "/api"
    path = f"/api{HOOK}"
    assert 401 == asyncio.run(status_of(app, path, root_path, {}))
    assert 200 == asyncio.run(status_of(app, path, root_path, signed_headers(BODY)))
    assert 200 == asyncio.run(status_of(app, f"/api{OPEN}", root_path, {}))


def test_a_length_of_5000_digits_is_too_large_and_raises_nothing() -> None:
    statuses: list[str] = []
    app = VerifiedWSGI(lambda _environ, _start: [b"handled"], VERIFIER)
    environ: Any = {"CONTENT_LENGTH": "9" * 5000, "wsgi.input": BytesIO(BODY)}
    app(environ, lambda status, *_: statuses.append(status))  # type: ignore[arg-type]
    assert ["413 Content Too Large"] == statuses
