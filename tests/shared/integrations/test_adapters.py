"""Each adapter in its real framework, behind a real server, under one suite."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
import uvicorn
from tests.shared.integrations import shops

from hookproof.testing import FORGERIES, forge, signed_headers
from hookproof_receiver.serving import Server

BODY = b'{"order": 4, "who": "Zo\xc3\xab"}'
FORM = b"payload=4&who=Zoe"
FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}
GUID = "11111111-2222-4333-8444-555555555555"


@contextmanager
def under_waitress(app: Any) -> Iterator[int]:
    server = Server(app, listen="127.0.0.1:0", threads=2, max_body=1024 * 1024)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield int(server.url.rpartition(":")[2])
    finally:
        server.stop()
        thread.join(10)


@contextmanager
def under_uvicorn(app: Any) -> Iterator[int]:
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", ws="none", lifespan="off")
    server = uvicorn.Server(config)
    started = threading.Event()
    startup = server.startup

    async def tell(sockets: Any = None) -> None:
        await startup(sockets)
        started.set()

    server.startup = tell  # type: ignore[method-assign]  # to know when it listens
    thread = threading.Thread(target=server.run)
    thread.start()
    assert started.wait(10)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)


Serve = Callable[[Any], Any]
SHOPS: dict[str, tuple[Callable[[], Any], Serve]] = {
    "flask": (shops.flask, under_waitress),
    "django": (shops.django, under_waitress),
    "wsgi": (shops.wsgi, under_waitress),
    "starlette": (shops.starlette, under_uvicorn),
    "fastapi": (shops.fastapi, under_uvicorn),
    "asgi stream": (shops.streaming, under_uvicorn),
}


def but(*names: str) -> pytest.MarkDecorator:
    """Run a test in all shops but these."""
    others = [name for name in SHOPS if name not in names]
    return pytest.mark.parametrize("shop", others, indirect=True, scope="module")


@pytest.fixture(scope="module", params=SHOPS)
def shop(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    make, serve = SHOPS[request.param]
    with serve(make()) as port:
        yield request.param, port


def post(port: int, body: Any, headers: dict[str, str], path: str = shops.HOOK) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(connection):
        connection.request("POST", path, body, headers, encode_chunked=not isinstance(body, bytes))
        answer = connection.getresponse()
        return answer.status, dict(answer.headers), json.loads(answer.read() or b"null")


def test_a_proved_request_reaches_the_application_with_its_delivery(shop: tuple[str, int]) -> None:
    status, _, told = post(shop[1], BODY, signed_headers(BODY, guid=GUID))
    assert (200, len(BODY), GUID) == (status, told["size"], told["guid"])


@pytest.mark.parametrize("kind", FORGERIES)
def test_anything_else_is_answered_401_with_the_code_alone(shop: tuple[str, int], kind: str) -> None:
    forged = forge(kind)
    status, headers, told = post(shop[1], forged.body, dict(forged.headers))
    headers = {name.lower(): value for name, value in headers.items()}
    assert (401, {"status": 401, "title": "Unauthorized", "code": forged.code}) == (status, told)
    assert "application/problem+json" == headers["content-type"]
    assert 'Signature realm="http-task"' == headers["www-authenticate"]


def test_a_form_is_proved_as_it_came_and_is_still_there(shop: tuple[str, int]) -> None:
    status, _, told = post(shop[1], FORM, {**FORM_TYPE, **signed_headers(FORM)})
    expected = {} if shop[0] == "asgi stream" else {"payload": "4", "who": "Zoe"}
    assert (200, expected) == (status, told["form"])


@but("django")  # which goes by Content-Length alone: under WSGI it reads no chunked body
def test_a_streamed_body_is_proved_whole(shop: tuple[str, int]) -> None:
    whole = b"0123456789" * 1000
    pieces = (whole[at : at + 777] for at in range(0, len(whole), 777))
    headers = {"Transfer-Encoding": "chunked", **signed_headers(whole)}
    status, _, told = post(shop[1], pieces, headers)
    assert (200, len(whole)) == (status, told["size"])


def test_an_empty_body_is_proved_like_any_other(shop: tuple[str, int]) -> None:
    status, _, told = post(shop[1], b"", signed_headers(b""))
    assert (200, 0) == (status, told["size"])
    assert 401 == post(shop[1], b"", {})[0]


@but("flask", "django")  # a decorator leaves the bound to its framework
def test_a_body_over_the_bound_is_answered_413_by_the_middleware(shop: tuple[str, int]) -> None:
    large = b"x" * (shops.MAX_BODY + 1)
    status, _, told = post(shop[1], large, signed_headers(large))
    assert (413, "too_large") == (status, told["code"])
    exact = large[:-1]
    assert 200 == post(shop[1], exact, signed_headers(exact))[0]


@but("asgi stream")  # which proves every path
def test_other_paths_go_through_untouched(shop: tuple[str, int]) -> None:
    assert (200, {"open": True}) == post(shop[1], b"{}", {}, shops.OPEN)[::2]
