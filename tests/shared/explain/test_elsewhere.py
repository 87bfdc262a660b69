"""Faults that other libraries and languages make: the first line of the explanation names them."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from io import BytesIO
from typing import Any

import pytest
import requests
import urllib3
from django.utils.html import escape as django_escape
from jinja2 import Environment
from markupsafe import escape
from pydantic import BaseModel

from hookproof.testing import SECRET

from . import software
from .asking import HEADER, NOW_S, Fault, ask, header, proved

stripe = pytest.importorskip("stripe", reason="the peers are installed with the development tools")
slack = pytest.importorskip(
    "slack_sdk.signature", reason="the peers are installed with the development tools"
)

COMPACT = '{"order":4,"name":"Zoë <b>","paid":true}'.encode()
SPACED = json.dumps({"order": 4, "name": "Zoë <b>", "paid": True}).encode()
FORM = b"order=4&name=Zo%C3%AB%20B&note="
PAGES = Environment(autoescape=True)


class Order(BaseModel):
    order: int
    name: str
    paid: bool


def pydantic(body: bytes, **how: Any) -> bytes:
    text: str = Order.model_validate_json(body).model_dump_json(**how)
    return text.encode()


def jinja(template: str, **names: Any) -> bytes:
    return PAGES.from_string(template).render(**names).encode()


def django_form(body: bytes) -> bytes:
    software.django_request(b"")
    from django.http import QueryDict

    text: str = QueryDict(body).urlencode()
    return text.encode()


def requests_form(**fields: str) -> bytes:
    body = requests.Request("POST", "http://shop.test/", data=fields).prepare().body
    assert isinstance(body, str)
    return body.encode()


def requests_text(body: bytes) -> bytes:
    """`response.text` of a text without a charset: Latin-1."""
    response = requests.Response()
    response.raw = BytesIO(body)
    response.headers["Content-Type"] = "text/plain"
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    return response.text.encode()


def urllib3_body(body: bytes) -> bytes:
    """What it reads of a compressed answer that is handed on."""
    headers = {"content-encoding": "gzip"}
    return urllib3.HTTPResponse(BytesIO(body), headers, preload_content=False).read(decode_content=True)


def stripe_header() -> str:
    return str(stripe.WebhookSignature.generate_signature_header(COMPACT.decode(), SECRET, NOW_S))


def slack_headers() -> dict[str, str]:
    verifier = slack.SignatureVerifier(SECRET)
    signature = verifier.generate_signature(timestamp=str(NOW_S), body=COMPACT)
    return {"X-Slack-Request-Timestamp": str(NOW_S), "X-Slack-Signature": signature}


def changed(id: str, code: str, signed: bytes, checked: bytes) -> Any:
    assert signed != checked
    return pytest.param(Fault(checked, header(signed), (code,)), id=f"{code}/{id}")


@pytest.mark.parametrize(
    "fault",
    [
        changed("pydantic", "json_spaced", SPACED, pydantic(SPACED)),
        changed("pydantic, indented", "json_compact", COMPACT, pydantic(COMPACT, indent=2)),
        changed(
            "Jinja's tojson",
            "json_compact",
            b'{"a":"\\u003cb\\u003e"}',
            jinja("{{ body | tojson }}", body={"a": "<b>"}),
        ),
        changed("Django", "html_entities", COMPACT, django_escape(COMPACT.decode()).encode()),
        changed("MarkupSafe", "html_entities", COMPACT, escape(COMPACT.decode()).encode()),
        changed("Jinja", "html_entities", COMPACT, jinja("{{ body }}", body=COMPACT.decode())),
        changed("Django", "form_encoded", FORM, django_form(FORM)),
        changed("requests", "form_encoded", b"a=b%20c&z=%C3%A9", requests_form(a="b c", z="é")),
        changed("requests", "charset", COMPACT, requests_text(COMPACT)),
        changed(
            "urllib3",
            "decompressed",
            gzip.compress(COMPACT, mtime=0),
            urllib3_body(gzip.compress(COMPACT, mtime=0)),
        ),
        pytest.param(
            Fault(COMPACT, {"Stripe-Signature": stripe_header()}, ("other_scheme",)),
            id="other_scheme/stripe signed",
        ),
        pytest.param(
            Fault(COMPACT, {HEADER: stripe_header()}, ("element_renamed",)),
            id="element_renamed/stripe signed",
        ),
        pytest.param(
            Fault(COMPACT, slack_headers(), ("other_scheme",)), id="other_scheme/slack_sdk signed"
        ),
    ],
)
def test_a_library(fault: Fault) -> None:
    explained(fault)


PHP = "$body = json_decode(stream_get_contents(STDIN), true);"
RUBY = "require 'json'; require 'active_support'; require 'active_support/core_ext/object/json';"


@pytest.mark.long
@pytest.mark.parametrize(
    ("code", "words", "given", "is_signed"),
    [
        pytest.param(
            "json_slashes",
            ["php", "-r", f"{PHP} echo json_encode($body);"],
            '{"to":"https://a.test/ë"}',
            True,
            id="json_slashes/PHP signed",
        ),
        pytest.param(
            "json_compact",
            ["php", "-r", f"{PHP} echo json_encode($body, JSON_PRETTY_PRINT);"],
            '{"a":[1,{"b":2}]}',
            False,
            id="json_compact/PHP wrote",
        ),
        pytest.param(
            "slashes_added",
            ["php", "-r", "echo addslashes(stream_get_contents(STDIN));"],
            COMPACT.decode(),
            False,
            id="slashes_added/PHP",
        ),
        pytest.param(
            "html_entities",
            ["php", "-r", "echo htmlspecialchars(stream_get_contents(STDIN));"],
            COMPACT.decode(),
            False,
            id="html_entities/PHP",
        ),
        pytest.param(
            "form_encoded",
            [
                "php",
                "-r",
                "parse_str(stream_get_contents(STDIN), $form); echo http_build_query($form);",
            ],
            FORM.decode(),
            False,
            id="form_encoded/PHP",
        ),
        pytest.param(
            "json_html",
            ["ruby", "-e", f"{RUBY} print JSON.parse(STDIN.read).to_json"],
            '{"a":"<b> & ë"}',
            True,
            id="json_html/Rails signed",
        ),
        pytest.param(
            "json_compact",
            ["ruby", "-rjson", "-e", "print JSON.pretty_generate(JSON.parse(STDIN.read))"],
            '{"a":[1,{"b":2}]}',
            False,
            id="json_compact/Ruby wrote",
        ),
        pytest.param(
            "json_sorted",
            ["perl", "-MJSON::PP", "-0777e", "print JSON::PP->new->canonical->encode(decode_json(<>))"],
            '{"b":{"d":1,"c":2},"a":3}',
            True,
            id="json_sorted/Perl signed",
        ),
    ],
)
def test_a_language(code: str, words: list[str], given: str, is_signed: bool) -> None:
    """What it made of the body is what was signed, or what was checked."""
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not here")
    made = subprocess.run(words, input=given.encode(), capture_output=True, check=True).stdout
    signed, checked = (made, given.encode()) if is_signed else (given.encode(), made)
    assert signed != checked
    explained(Fault(checked, header(signed), (code,)))


def explained(fault: Fault) -> None:
    explanation = ask(fault)

    assert fault.codes == proved(explanation)
    assert explanation.findings[0].seen == str(explanation).partition("\n")[0]
