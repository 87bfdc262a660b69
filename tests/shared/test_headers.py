"""Headers in whatever shape a framework has them, and the GUID among them."""

from __future__ import annotations

from email.message import Message
from http.client import parse_headers
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shared.vectors.vector import BODY, HEADER, SECRET, header
from tests.shared.verdicts import verdict
from werkzeug.datastructures import EnvironHeaders, Headers, MultiDict

from hookproof import MalformedSignature, Verifier
from hookproof.headers import GUID_HEADER, every, guid, one

VALUE = header()
NAMES = [HEADER, HEADER.lower(), HEADER.upper()]


class Multi:
    """As Starlette's headers: a mapping that has each name once, and all pairs under another name."""

    def multi_items(self) -> list[tuple[str, str]]:
        return [("x-webhook-signature", VALUE), ("a", "1"), ("a", "2")]

    def items(self) -> list[tuple[str, str]]:
        raise AssertionError("this would hide that a header came twice")


def _message() -> Message:
    message = Message()
    message[HEADER.lower()] = VALUE
    return message


SHAPES = [
    *(pytest.param({name: VALUE, "a": "b"}, id=f"dict with {name}") for name in NAMES),
    pytest.param({HEADER.encode(): VALUE.encode()}, id="dict of bytes"),
    pytest.param({HEADER: VALUE.encode()}, id="dict of str to bytes"),
    pytest.param([("a", "b"), (HEADER.lower(), VALUE)], id="pairs"),
    pytest.param(((b"x-webhook-signature", VALUE.encode()),), id="pairs of bytes, as ASGI has them"),
    pytest.param([[HEADER, VALUE]], id="lists of two"),
    pytest.param(Headers({HEADER: VALUE}), id="Werkzeug's Headers"),
    pytest.param(EnvironHeaders({"HTTP_X_WEBHOOK_SIGNATURE": VALUE}), id="Werkzeug's EnvironHeaders"),
    pytest.param(MultiDict([(HEADER, VALUE)]), id="Werkzeug's MultiDict"),
    pytest.param(parse_headers(BytesIO(f"{HEADER}: {VALUE}\r\n\r\n".encode())), id="http.client's"),
    pytest.param(_message(), id="email's Message"),
    pytest.param(Multi(), id="Starlette's"),
    pytest.param({HEADER: VALUE}.items(), id="a dict's items"),
]


@pytest.mark.parametrize("headers", SHAPES)
def test_headers_are_taken_as_a_framework_has_them(headers: Any) -> None:
    assert verdict(BODY, headers) is None


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([(HEADER, VALUE), (HEADER, VALUE)], id="pairs"),
        pytest.param([(HEADER, VALUE), (HEADER.lower().encode(), b"x")], id="pairs of two kinds"),
        pytest.param(Headers([(HEADER, VALUE), (HEADER, VALUE)]), id="Werkzeug's Headers"),
        pytest.param(
            parse_headers(BytesIO(f"{HEADER}: {VALUE}\r\n{HEADER}: {VALUE}\r\n\r\n".encode())),
            id="http.client's",
        ),
        pytest.param({HEADER.lower(): VALUE, HEADER.upper(): VALUE}, id="dict in two cases"),
    ],
)
def test_a_header_that_came_twice_is_refused(headers: Any) -> None:
    assert verdict(BODY, headers) == "duplicate_header"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="none"),
        pytest.param({"X-Webhook-Signatur": VALUE, "X_Webhook_Signature": VALUE}, id="near names"),
    ],
)
def test_a_header_that_is_not_there_is_missing(headers: Any) -> None:
    assert verdict(BODY, headers) == "missing_header"


def test_the_exact_name_counts_in_a_plain_dict() -> None:
    assert one({"x-webhook-signature": "b", HEADER: "a"}, HEADER) == "a"


def test_all_values_of_a_name_come_in_their_order() -> None:
    assert every([("A", "1"), ("b", "2"), (b"a", b"\xe9")], "a") == ["1", "é"]


@pytest.mark.parametrize(
    ("headers", "match"),
    [
        pytest.param(None, "headers must be a mapping or pairs.*NoneType", id="None"),
        pytest.param("X-Webhook-Signature: t=1", "headers must be a mapping or pairs.*str", id="str"),
        pytest.param(b"{}", "the order is verify\\(body, headers\\)", id="bytes"),
        pytest.param(iter([(HEADER, VALUE)]), "read more than once", id="an iterator"),
        pytest.param({HEADER: 5}, "str or bytes, not int", id="a number for a value"),
        pytest.param({HEADER: [VALUE]}, "str or bytes, not list", id="a list of values"),
        pytest.param([("a", "b", "c")], "pairs of names and values", id="three of them"),
        pytest.param([HEADER], "pairs of names and values", id="names alone"),
        pytest.param(7, "headers must be a mapping or pairs.*int", id="a number"),
    ],
)
def test_what_is_no_headers_is_a_type_error(headers: Any, match: str) -> None:
    with pytest.raises(TypeError, match=match):
        Verifier(secrets=SECRET).verify(BODY, headers)


UUID_TEXT = "0f8fad5b-d9cb-469f-a165-70867728950e"


@given(st.uuids(), st.booleans(), st.booleans(), st.booleans())
def test_a_uuid_is_one_guid_in_all_its_forms(
    value: UUID, upper: bool, braces: bool, hyphens: bool
) -> None:
    text = str(value) if hyphens else value.hex
    text = text.upper() if upper else text
    text = f"{{{text}}}" if braces else text

    assert str(value) == guid({GUID_HEADER.lower(): text})


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(UUID_TEXT, f"  {UUID_TEXT} ", id="blanks around it"),
        pytest.param("run-17", "run-17", id="no UUID"),
        pytest.param("';DROP/**/TABLE/**/message;--", "';DROP/**/TABLE/**/message;--", id="SQL"),
        pytest.param(None, "two words", id="a blank inside"),
        pytest.param("../../etc/passwd", "../../etc/passwd", id="a path"),
        pytest.param(UUID_TEXT[:-1], UUID_TEXT[:-1], id="a digit short"),
        pytest.param("x" * 128, "x" * 128, id="128 characters"),
        pytest.param(None, "x" * 129, id="129 characters"),
        pytest.param(None, "", id="empty"),
        pytest.param(None, "  ", id="blanks"),
        pytest.param(None, f"{UUID_TEXT}, {UUID_TEXT}", id="two joined by a server"),
        pytest.param(None, "é", id="not ASCII"),
        pytest.param(None, "a\0b", id="a NUL"),
        pytest.param(None, "a\nb", id="a newline"),
    ],
)
def test_a_guid_is_read_strictly(expected: str | None, text: str) -> None:
    assert expected == guid({GUID_HEADER: text})


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([(GUID_HEADER, UUID_TEXT), (GUID_HEADER, UUID_TEXT)], id="the same"),
        pytest.param([(GUID_HEADER, UUID_TEXT), (GUID_HEADER.lower(), "x")], id="another"),
        pytest.param([], id="none"),
    ],
)
def test_a_guid_that_did_not_come_once_is_none(headers: Any) -> None:
    assert guid(headers) is None


def test_a_missing_header_is_named() -> None:
    with pytest.raises(MalformedSignature, match="there is no header X-A"):
        one([], "X-A")
