"""What real software makes of a body: the frameworks themselves parse, and write anew."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from io import BytesIO, TextIOWrapper
from typing import Any
from urllib.parse import urlencode

import requests
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from flask import Flask
from flask import request as flask_request
from tests.shared.integrations import shops

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def in_flask(body: bytes, media_type: str, read: Callable[[Any], bytes]) -> bytes:
    """What a Flask view reads of a request with this body."""
    app = Flask("shop")
    seen: list[bytes] = []

    @app.post("/hooks")
    def hooks() -> str:
        seen.append(read(flask_request))
        return ""

    assert 200 == app.test_client().post("/hooks", data=body, content_type=media_type).status_code
    return seen[0]


def flask_json(body: bytes) -> bytes:
    """The view dumps what `get_json` gave."""
    return in_flask(body, JSON, lambda request: json.dumps(request.get_json()).encode())


def flask_jsonify(body: bytes) -> bytes:
    """The view forwards `jsonify(...)`: keys sorted, a line feed behind."""
    from flask import jsonify

    return in_flask(body, JSON, lambda request: jsonify(request.get_json()).get_data())


def flask_form_first(body: bytes) -> bytes:
    """A hook reads `request.form` before the view takes the data."""

    def read(request: Any) -> bytes:
        _ = request.form
        data: bytes = request.get_data()
        return data

    return in_flask(body, FORM, read)


def flask_form(body: bytes) -> bytes:
    """The view encodes the form that werkzeug parsed."""
    return in_flask(body, FORM, lambda request: urlencode(list(request.form.items())).encode())


def flask_payload(body: bytes) -> bytes:
    """The view takes the field `payload`, as GitHub's forms have it."""
    return in_flask(body, FORM, lambda request: request.form["payload"].encode())


def flask_form_as_json(body: bytes) -> bytes:
    """The view dumps the form as JSON."""
    return in_flask(body, FORM, lambda request: json.dumps(request.form.to_dict()).encode())


def django_request(body: bytes) -> Any:
    """A request as a Django view gets it."""
    shops.django()  # settings are a process's own: the same for all tests
    from django.test import RequestFactory

    return RequestFactory().post("/hooks", data=body, content_type=JSON)


def django_json(body: bytes) -> bytes:
    """A Django view forwards `JsonResponse(json.loads(request.body))`."""
    request = django_request(body)
    from django.http import JsonResponse

    return bytes(JsonResponse(json.loads(request.body)).content)


def in_fastapi(body: bytes, answer: Callable[[Request], Awaitable[Response]]) -> bytes:
    """What a FastAPI route answers to a request with this body."""
    app = FastAPI()
    app.add_route("/hooks", answer, methods=["POST"])
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/hooks",
        "headers": [(b"content-type", b"application/json")],
        "query_string": b"",
        "http_version": "1.1",
    }
    asyncio.run(app(scope, receive, send))
    return b"".join(message.get("body", b"") for message in sent)


def fastapi_json(body: bytes) -> bytes:
    """A route forwards what it parsed as a JSONResponse."""

    async def hooks(request: Request) -> Response:
        return JSONResponse(await request.json())

    return in_fastapi(body, hooks)


def requests_json(body: bytes) -> bytes:
    """`requests.post(json=text)`, where `data=` was meant."""
    prepared = requests.Request("POST", "http://shop.test/", json=body.decode()).prepare()
    assert isinstance(prepared.body, bytes)
    return prepared.body


def json_tool(body: bytes) -> bytes:
    """`python -m json.tool`, as people make a body legible."""
    run = subprocess.run(
        [sys.executable, "-m", "json.tool"], input=body, capture_output=True, check=True
    )
    return run.stdout


def shell_variable(body: bytes) -> bytes:
    """`body=$(cat)`: a shell takes the line ends away."""
    command = 'body=$(cat); printf %s "$body"'
    return subprocess.run(["sh", "-c", command], input=body, capture_output=True, check=True).stdout


def echo(body: bytes) -> bytes:
    """`echo "$body"`."""
    command = 'body=$(cat); echo "$body"'
    return subprocess.run(["sh", "-c", command], input=body, capture_output=True, check=True).stdout


def text_mode(body: bytes) -> bytes:
    """A file that was written in text mode where lines end with CR LF."""
    raw = BytesIO()
    wrapper = TextIOWrapper(raw, encoding="utf-8", newline="\r\n")
    wrapper.write(body.decode())
    wrapper.flush()
    return raw.getvalue()


def text_read(body: bytes) -> bytes:
    """A file that was read in text mode: universal line ends."""
    return TextIOWrapper(BytesIO(body), encoding="utf-8").read().encode()
