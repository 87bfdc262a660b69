"""The same shop in each framework: it answers with what it was given of a proved request."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings as django_settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from fastapi import FastAPI, Request
from flask import Flask, request
from starlette.applications import Starlette
from starlette.requests import Request as StarletteRequest
from starlette.responses import JSONResponse
from starlette.routing import Route

from hookproof import Delivery, Verifier
from hookproof.integrations import django as for_django
from hookproof.integrations import flask as for_flask
from hookproof.integrations.asgi import VerifiedASGI
from hookproof.integrations.wsgi import VerifiedWSGI
from hookproof.testing import SECRET

VERIFIER = Verifier(secrets=SECRET)
HOOK = "/hooks/orders"
OPEN = "/open"
MAX_BODY = 64 * 1024


def told(delivery: Delivery, form: dict[str, Any], guid: str | None = None) -> dict[str, Any]:
    return {"size": len(delivery.body), "guid": guid or delivery.guid, "form": form}


def flask() -> Any:
    app = Flask("shop")

    @app.post(HOOK)
    @for_flask.verified(VERIFIER)
    def hook(delivery: Delivery) -> dict[str, Any]:
        return told(delivery, request.form.to_dict())

    @app.post(OPEN)
    def unproved() -> dict[str, Any]:
        return {"open": True}

    return app


@for_django.verified(VERIFIER)
def django_hook(request: HttpRequest, delivery: Delivery) -> JsonResponse:
    return JsonResponse(told(delivery, request.POST.dict()))


def django_open(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"open": True})


urlpatterns = [
    path(HOOK[1:], csrf_exempt(django_hook)),
    path(OPEN[1:], csrf_exempt(django_open)),
]


def django() -> Any:
    if not django_settings.configured:
        django_settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="test")
    return get_wsgi_application()


def wsgi() -> Any:
    inner = Flask("shop")

    @inner.post(HOOK)
    def hook() -> dict[str, Any]:
        return told(request.environ["hookproof.delivery"], request.form.to_dict())

    @inner.post(OPEN)
    def unproved() -> dict[str, Any]:
        return {"open": "hookproof.delivery" not in request.environ}

    inner.wsgi_app = VerifiedWSGI(  # type: ignore[method-assign]  # Flask's own way of adding one
        inner.wsgi_app, VERIFIER, paths=[HOOK], max_body=MAX_BODY
    )
    return inner


def starlette() -> Any:
    async def hook(request: StarletteRequest) -> JSONResponse:
        form = dict(parse_qsl((await request.body()).decode()))
        return JSONResponse(told(request.state.delivery, form))

    async def unproved(request: StarletteRequest) -> JSONResponse:
        return JSONResponse({"open": not hasattr(request.state, "delivery")})

    app = Starlette(
        routes=[Route(HOOK, hook, methods=["POST"]), Route(OPEN, unproved, methods=["POST"])]
    )
    app.add_middleware(VerifiedASGI, verifier=VERIFIER, paths=[HOOK], max_body=MAX_BODY)
    return app


def fastapi() -> Any:
    app = FastAPI()
    app.add_middleware(VerifiedASGI, verifier=VERIFIER, paths=[HOOK], max_body=MAX_BODY)

    @app.post(HOOK)
    async def hook(request: Request) -> dict[str, Any]:
        form = dict(parse_qsl((await request.body()).decode()))
        return told(request.state.delivery, form)

    @app.post(OPEN)
    async def unproved() -> dict[str, Any]:
        return {"open": True}

    return app


def streaming() -> Any:
    """An ASGI application that takes its body as a stream of events."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            event = await receive()
            body += event.get("body", b"")
            more = event.get("more_body", False)
        answer = json.dumps(told(scope["state"]["delivery"], {}) | {"size": len(body)}).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": answer})

    return VerifiedASGI(app, VERIFIER, max_body=MAX_BODY)
