"""The body that was checked is not the one that was signed: made by the software that does it."""

from __future__ import annotations

import base64
import gzip
import html
import json
import unicodedata
import zlib
from urllib.parse import quote, urlencode

import pytest

from . import software
from .asking import Fault, ask, guessed, header, proved

COMPACT = '{"order":4,"name":"Zoë","paid":true}'.encode()
SPACED = json.dumps({"order": 4, "name": "Zoë", "paid": True}).encode()
FORM = b"order=4&name=Zo%C3%AB%20B&note="

CASES = [
    pytest.param(COMPACT, software.flask_json(COMPACT), "json_compact", id="json_compact/Flask"),
    pytest.param(COMPACT, software.django_json(COMPACT), "json_compact", id="json_compact/Django"),
    pytest.param(SPACED, software.fastapi_json(SPACED), "json_spaced", id="json_spaced/FastAPI"),
    pytest.param(
        b'{"a": 1.50,"a":2 , "b":"\\u00eb"}'.replace(b" ", b""),
        b'{"a": 1.50, "a":2 , "b":"\\u00eb"}',
        "json_compact",
        id="json_compact/white space alone, doubled keys and digits kept",
    ),
    pytest.param(
        b'{"a": 1.50, "a": 2}', b'{"a":1.50,"a":2}', "json_spaced", id="json_spaced/doubled keys kept"
    ),
    pytest.param(
        json.dumps({"name": "Zoë", "to": ["🎉"]}, separators=(",", ":")).encode(),
        software.fastapi_json('{"name": "Zoë", "to": ["🎉"]}'.encode()),
        "json_ascii",
        id="json_ascii/FastAPI unescapes",
    ),
    pytest.param(
        b'{"a":1,"b":{"c":2,"d":3}}',
        b'{"b":{"d":3,"c":2},"a":1}',
        "json_sorted",
        id="json_sorted/sender sorts",
    ),
    pytest.param(
        json.dumps({"name": "Ö", "amount": 4}, sort_keys=True).encode(),
        '{"name":"Ö","amount":4}'.encode(),
        "json_sorted",
        id="json_sorted/as Python",
    ),
    pytest.param(software.json_tool(COMPACT), COMPACT, "json_indented", id="json_indented/json.tool"),
    pytest.param(
        json.dumps({"a": {"b": [1]}}, indent=2).encode(),
        b'{"a":{"b":[1]}}',
        "json_indented",
        id="json_indented/two blanks",
    ),
    pytest.param(
        json.dumps({"a": "é"}, indent="\t", ensure_ascii=False).encode(),
        '{"a":"é"}'.encode(),
        "json_indented",
        id="json_indented/tabs",
    ),
    pytest.param(
        b'{\n  "a" : {\n    "b" : 1\n  }\n}',
        b'{"a":{"b":1}}',
        "json_indented",
        id="json_indented/Jackson",
    ),
    pytest.param(
        b'{"url":"https:\\/\\/a.test\\/b","n":"\\u00eb"}',
        software.flask_json(b'{"url":"https:\\/\\/a.test\\/b","n":"\\u00eb"}'),
        "json_slashes",
        id="json_slashes/PHP signed, Flask wrote",
    ),
    pytest.param(
        b'{"a" :"https://x"}',
        b'{"a" :"https:\\/\\/x"}',
        "json_slashes",
        id="json_slashes/backslashes added",
    ),
    pytest.param(b'{"a":"\\u003cb\\u003e \\u0026"}', b'{"a":"<b> &"}', "json_html", id="json_html/Go"),
    pytest.param(
        b'{"a":"\\u003Cb\\u003E \\u0022\\u00EB"}',
        '{"a":"<b> \\"ë"}'.encode(),
        "json_html",
        id="json_html/.NET",
    ),
    pytest.param(
        b'{"price":10,"tiny":1e-7,"odd":0.1}',
        software.flask_json(b'{"price":10.0,"tiny":1e-7,"odd":0.1}'),
        "json_numbers",
        id="json_numbers/Python writes 10.0",
    ),
    pytest.param(COMPACT, software.requests_json(COMPACT), "json_twice", id="json_twice/requests"),
    pytest.param(json.dumps(COMPACT.decode()).encode(), COMPACT, "json_once", id="json_once"),
    pytest.param(
        COMPACT + b"\n", software.shell_variable(COMPACT + b"\n"), "newline_lost", id="newline_lost/sh"
    ),
    pytest.param(COMPACT, software.echo(COMPACT), "newline_added", id="newline_added/echo"),
    pytest.param(
        b'{"name":"Z","order":4}',
        software.flask_jsonify(b'{"name":"Z","order":4}'),
        "newline_added",
        id="newline_added/jsonify",
    ),
    pytest.param(b"a=1", b"\n  a=1\n\n", "blanks_added", id="blanks_added"),
    pytest.param(b"a\nb\nc", software.text_mode(b"a\nb\nc"), "line_ends", id="line_ends/text mode"),
    pytest.param(
        b"a\r\nb\r\n",
        software.text_read(b"a\r\nb\r\n"),
        "line_ends",
        id="line_ends/universal newlines",
    ),
    pytest.param(COMPACT, COMPACT.decode().encode("utf-8-sig"), "bom_added", id="bom_added/utf-8-sig"),
    pytest.param(
        b"\xef\xbb\xbf" + COMPACT,
        (b"\xef\xbb\xbf" + COMPACT).decode("utf-8-sig").encode(),
        "bom_lost",
        id="bom_lost/utf-8-sig",
    ),
    pytest.param(b"", COMPACT, "empty_signed", id="empty_signed"),
    pytest.param(b"{}", b"", "empty_checked", id="empty_checked/a lone {} was dropped"),
    pytest.param(COMPACT, COMPACT + b"\0" * 12, "nul_added", id="nul_added/buffer"),
    pytest.param(b"[object Object]", COMPACT, "body_object", id="body_object"),
    pytest.param(f"{COMPACT!r}".encode(), COMPACT, "body_repr", id="body_repr/f-string of bytes"),
    pytest.param(str(json.loads(COMPACT)).encode(), COMPACT, "body_repr", id="body_repr/str of a dict"),
    pytest.param(COMPACT, COMPACT.decode("latin-1").encode(), "charset", id="charset/read as Latin-1"),
    pytest.param(
        "Zoë €".encode(),
        "Zoë €".encode().decode("cp1252").encode(),
        "charset",
        id="charset/Windows-1252",
    ),
    pytest.param(
        COMPACT, COMPACT.decode().encode("latin-1"), "charset", id="charset/written in Latin-1"
    ),
    pytest.param(COMPACT, COMPACT.decode().encode("utf-16"), "charset", id="charset/UTF-16"),
    pytest.param(
        COMPACT.decode().encode("utf-16-le"), COMPACT, "charset", id="charset/signed in UTF-16"
    ),
    pytest.param(
        COMPACT,
        unicodedata.normalize("NFD", COMPACT.decode()).encode(),
        "unicode_form",
        id="unicode_form/NFD",
    ),
    pytest.param(COMPACT, gzip.compress(COMPACT), "compressed", id="compressed/gzip"),
    pytest.param(COMPACT, zlib.compress(COMPACT), "compressed", id="compressed/zlib"),
    pytest.param(gzip.compress(COMPACT, mtime=0), COMPACT, "decompressed", id="decompressed/gzip"),
    pytest.param(COMPACT, base64.b64encode(COMPACT), "base64_wrapped", id="base64_wrapped/API gateway"),
    pytest.param(base64.b64encode(COMPACT), COMPACT, "base64_signed", id="base64_signed"),
    pytest.param(COMPACT, quote(COMPACT).encode(), "percent", id="percent/encoded"),
    pytest.param(
        urlencode({"payload": COMPACT.decode()}).encode(),
        software.flask_payload(urlencode({"payload": COMPACT.decode()}).encode()),
        "form_field",
        id="form_field/Flask",
    ),
    pytest.param(
        COMPACT,
        b"payload=" + quote(COMPACT, safe="").encode(),
        "form_field",
        id="form_field/signed alone",
    ),
    pytest.param(FORM, software.flask_form(FORM), "form_encoded", id="form_encoded/Flask"),
    pytest.param(
        b"order=4&name=Zo%C3%AB+B",
        software.flask_form_as_json(b"order=4&name=Zo%C3%AB+B"),
        "form_decoded",
        id="form_decoded/Flask",
    ),
    pytest.param(COMPACT, COMPACT.replace(b'"', b'\\"'), "slashes_added", id="slashes_added/WordPress"),
    pytest.param(COMPACT, html.escape(COMPACT.decode()).encode(), "html_entities", id="html_entities"),
]


@pytest.mark.parametrize(("signed", "checked", "code"), CASES)
def test_a_changed_body_is_proved_by_the_form_that_was_signed(
    signed: bytes, checked: bytes, code: str
) -> None:
    assert signed != checked
    assert (code,) == proved(ask(Fault(checked, header(signed), ())))


def test_a_body_that_goes_on_behind_its_length_is_cut() -> None:
    headers = header(COMPACT) | {"Content-Length": str(len(COMPACT))}
    assert ("body_longer",) == proved(ask(Fault(COMPACT + b"GET / HTTP/1.1", headers, ())))


@pytest.mark.parametrize(
    ("checked", "headers", "code"),
    [
        pytest.param(
            software.flask_form_first(FORM),
            {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(FORM))},
            "body_read_before",
            id="body_read_before/Flask",
        ),
        pytest.param(
            COMPACT.decode().encode("ascii", "replace"),
            {"Content-Length": str(len(COMPACT))},
            "body_length",
            id="body_length",
        ),
        pytest.param(
            b"Zo\xeb".decode("utf-8", "replace").encode(), {}, "charset_lost", id="charset_lost"
        ),
        pytest.param(
            COMPACT,
            {"Content-Encoding": "gzip"},
            "decompressed",
            id="decompressed/another library's gzip",
        ),
        pytest.param(
            b'{"order":"4","x":"1"}',
            {"Content-Type": "application/x-www-form-urlencoded"},
            "form_decoded",
            id="form_decoded/order lost",
        ),
    ],
)
def test_what_cannot_be_reproduced_is_a_guess(
    checked: bytes, headers: dict[str, str], code: str
) -> None:
    explanation = ask(Fault(checked, header(b"what nobody can know") | headers, ()))
    assert () == proved(explanation)
    assert code in guessed(explanation)
