"""The decorator in a real Flask application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask, request

from hookproof import Delivery, Verifier
from hookproof.integrations.flask import verified
from hookproof.testing import FORGERIES, SECRET, forge, signed_headers

FORM = urlencode({"payload": '{"order": 4}', "x": "ü"}).encode()
FORM_TYPE = "application/x-www-form-urlencoded"


@pytest.fixture
def app() -> Flask:
    app = Flask("shop")

    @app.post("/hooks/<place>")
    @verified(Verifier(secrets=SECRET))
    def hook(delivery: Delivery, place: str) -> dict[str, Any]:
        """Say what came."""
        return {"size": len(delivery.body), "place": place, "form": request.form.to_dict()}

    return app


def test_a_proved_request_reaches_the_view_with_its_delivery(app: Flask) -> None:
    answer = app.test_client().post("/hooks/orders", data=b"{}", headers=signed_headers(b"{}"))

    assert (answer.status_code, answer.json) == (200, {"size": 2, "place": "orders", "form": {}})


@pytest.mark.parametrize("kind", FORGERIES)
def test_anything_else_is_answered_401_with_the_code_alone(app: Flask, kind: str) -> None:
    forged = forge(kind)
    answer = app.test_client().post("/hooks/orders", data=forged.body, headers=forged.headers)

    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert {"status": 401, "title": "Unauthorized", "code": forged.code} == answer.get_json(force=True)
    assert answer.headers["WWW-Authenticate"] == 'Signature realm="http-task"'


def test_a_form_is_proved_as_it_came_and_is_still_there_for_the_view(app: Flask) -> None:
    headers = signed_headers(FORM)
    answer = app.test_client().post("/hooks/a", data=FORM, headers=headers, content_type=FORM_TYPE)

    form = {"payload": '{"order": 4}', "x": "ü"}
    assert {"size": len(FORM), "place": "a", "form": form} == answer.json


@pytest.mark.parametrize(
    ("read", "status"),
    [
        pytest.param(lambda: request.form, 401, id="form first: nothing is left to prove"),
        pytest.param(lambda: (request.get_data(), request.form), 200, id="raw body first"),
    ],
)
def test_what_a_before_request_reads_first_decides(
    app: Flask, read: Callable[[], object], status: int
) -> None:
    @app.before_request
    def first() -> None:
        read()

    headers = signed_headers(FORM)
    answer = app.test_client().post("/hooks/a", data=FORM, headers=headers, content_type=FORM_TYPE)

    assert status == answer.status_code
    if status == 401:
        assert answer.get_json(force=True)["code"] == "no_match"
        assert verified.__doc__ is not None
        assert "`request.form`" in verified.__doc__


def test_two_signature_headers_are_refused(app: Flask) -> None:
    [(name, value)] = signed_headers(b"{}").items()
    answer = app.test_client().post("/hooks/a", data=b"{}", headers=[(name, value), (name, value)])

    assert answer.status_code == 401
    assert answer.get_json(force=True)["code"] in ("duplicate_header", "duplicate_element")


def test_a_decorated_view_keeps_its_name_and_docstring(app: Flask) -> None:
    view = app.view_functions["hook"]

    assert (view.__name__, view.__doc__) == ("hook", "Say what came.")
