"""What a body may be, and how it may come: at an endpoint of every scheme, over a real socket.

One receiver has them all. What is signed here is well signed: a body alone never makes a signature bad.
"""

from __future__ import annotations

import gzip
import logging
import shutil
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from tests.contract.shop import Shop, ship
from tests.receiver.wire import PATIENCE, chunked, exchange, read, signed

from hookproof.schemes import names
from hookproof.testing import SECRET, FixedClock, signed_headers
from hookproof_receiver import Message, Receiver
from hookproof_receiver.testing import running_receiver
from hookproof_runtime.database import Connection

MAX_BODY = 1024**2
BODY = b'{"order": 4}'
JSON = "application/json"
TEXT = "text/plain"
UTF_16 = '{"order": 4}'.encode("utf-16")
TAKEN, NOT_JSON = (201, None), (400, "not_json")
TOO_LARGE, PACKED = (413, "too_large"), (415, "unsupported_encoding")
NO_MATCH = (401, "no_match")

Fields = Mapping[str, str | int | None]


class Row(NamedTuple):
    """A request, and what becomes of it."""

    case: str
    """`BODY-1`, and after a blank which of several."""
    body: bytes
    """What is signed."""
    due: tuple[int, str | None]
    """Status and code."""
    more: Fields = MappingProxyType({})
    """Fields that are added, replaced or left out."""
    sent: bytes | None = None
    """What comes in place of what was signed."""
    method: str = "POST"
    write: Callable[..., bytes] = signed
    """Writes the request."""
    cause: str | None = None
    """What an explanation proves."""

    def request(self, shop: Shop, scheme: str) -> bytes:
        """Signed in a second of its own, or it would be the message of another row."""
        shop.clock.advance(1)
        given: dict[str, Any] = {"scheme": scheme, "clock": shop.clock, "target": f"/hooks/{scheme}"}
        given |= {"method": self.method, "more": self.more}
        if self.sent is not None:
            given["sent"] = self.sent
        return self.write(self.body, **given)


def typed(content_type: str) -> Fields:
    return {"Content-Type": content_type}


def encoded(encoding: str) -> Fields:
    return {"Content-Encoding": encoding}


def handed_on(case: str, body: bytes, as_json: tuple[int, str | None]) -> list[Row]:
    """It is proved as it is; a handler that asks for JSON learns whether it is."""
    return [
        Row(case, body, as_json, typed(JSON)),
        Row(f"{case} as bytes", body, TAKEN, typed(TEXT)),
    ]


ROWS = (
    Row("BODY-1", BODY, TOO_LARGE, {"Content-Length": MAX_BODY + 1}, sent=b""),
    Row("BODY-1 sent all the same", b"x" * (MAX_BODY + 1), TOO_LARGE),
    Row("BODY-2", b"x" * (MAX_BODY + 1), TOO_LARGE, write=chunked),
    Row("BODY-3 gzip 1000:1", gzip.compress(b"0" * MAX_BODY), PACKED, encoded("gzip")),
    Row("BODY-3 gzip in gzip", gzip.compress(gzip.compress(BODY)), PACKED, encoded("gzip")),
    Row("BODY-3 brotli", b"\x8b\x05\x80" + BODY + b"\x03", PACKED, encoded("br")),
    Row("BODY-3 zstd", b"\x28\xb5\x2f\xfd" + BODY, PACKED, encoded("zstd")),
    Row("BODY-3 deflate", b"\x78\x9c" + BODY, PACKED, encoded("deflate")),
    Row("BODY-4", gzip.compress(gzip.compress(BODY)), PACKED, encoded("gzip, gzip")),
    Row("BODY-5", BODY, PACKED, encoded("gzip")),
    Row("BODY-5 after identity", BODY, PACKED, encoded("identity, gzip")),
    Row("BODY-5 identity alone", BODY, TAKEN, encoded("Identity")),
    Row("BODY-6", b"a=1&b=%20+", TAKEN, typed("application/x-www-form-urlencoded")),
    Row(
        "BODY-7",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
        TAKEN,
        typed("multipart/form-data; boundary=x"),
    ),
    Row("BODY-8", UTF_16, NOT_JSON, typed("application/json; charset=utf-16")),
    Row("BODY-8 as bytes", UTF_16, TAKEN, typed("text/plain; charset=utf-16")),
    *handed_on("BODY-9", b"\xef\xbb\xbf" + BODY, NOT_JSON),
    *handed_on("BODY-10", b'{"order": ', NOT_JSON),
    *handed_on("BODY-10 not UTF-8", b'{"order": "\xff\xfe\x80"}', NOT_JSON),
    *handed_on("BODY-11", b"[" * 100_000 + b"]" * 100_000, NOT_JSON),
    *handed_on("BODY-11 objects", b'{"run":' * 100_000 + b"4" + b"}" * 100_000, NOT_JSON),
    *handed_on("BODY-12", b'{"order": ' + b"9" * 1_000_000 + b"}", NOT_JSON),
    # JSON's grammar lets a name come twice; no identity is read out of what readers differ about.
    *handed_on("BODY-13", b'{"run": 1, "run": 2}', TAKEN),
    *handed_on("BODY-14", b'{"order": NaN}', NOT_JSON),
    *handed_on("BODY-14 Infinity", b'{"order": -Infinity}', NOT_JSON),
    # The escape is JSON, whatever a handler makes of it; its bytes are not UTF-8.
    *handed_on("BODY-15", rb'{"order": "\ud800"}', TAKEN),
    *handed_on("BODY-15 in bytes", b'{"order": "\xed\xa0\x80"}', NOT_JSON),
    Row("BODY-16 key order", b'{"a":1,"b":2}', NO_MATCH, sent=b'{"b":2,"a":1}', cause="json_sorted"),
    Row("BODY-16 white space", BODY, NO_MATCH, sent=b'{"order":4}', cause="json_spaced"),
    Row("BODY-17", b"a\r\nb\r\n", NO_MATCH, sent=b"a\nb\n", cause="line_ends"),
    Row("BODY-18", BODY, NO_MATCH, sent=BODY + b"\n", cause="newline_added"),
    *handed_on("BODY-19", b"", NOT_JSON),
    Row("BODY-19 signed, and lost", BODY, NO_MATCH, sent=b""),
    Row("BODY-20", BODY, TAKEN, method="GET"),
    Row("BODY-20 not asked for", BODY, (405, "method_not_allowed"), method="DELETE"),
    Row("BODY-21 all at once", BODY, TAKEN, {"Expect": "100-continue"}),
    Row("BODY-22", BODY, (417, "unsupported_expectation"), {"Expect": "garbage"}),
)

every = pytest.mark.parametrize(
    ("scheme", "row"),
    [
        pytest.param(scheme, row, id=f"{number}/{scheme} {name}".strip())
        for scheme in names()
        for row in ROWS
        for number, _, name in [row.case.partition(" ")]
    ],
)


def handle(message: Message, tx: Connection) -> Any:
    """Ask for JSON where it is said to be some, and keep the bytes."""
    if message.headers.get("content-type", "").startswith(JSON):
        message.json()
    return ship(message, tx)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Shop]:
    """A receiver with an endpoint a scheme, each of which looks into the body for an identity too."""
    database = Path(shutil.copy(empty_database, tmp_path_factory.mktemp("bodies")))
    clock = FixedClock()
    receiver = Receiver(f"sqlite:///{database}", clock=clock, max_body=MAX_BODY)
    for name in names():
        receiver.on(
            f"/hooks/{name}",
            scheme=name,
            secrets=SECRET,
            methods=("POST", "PUT", "PATCH", "GET"),
            identity="json:/run",
        )(handle)
    with running_receiver(receiver) as running:
        yield Shop(running, database, clock)


@pytest.mark.rule("P-BODY-6", "P-BODY-7", "P-SIG-5")
@every
def test_a_body_gets_its_answer(
    shop: Shop, caplog: pytest.LogCaptureFixture, scheme: str, row: Row
) -> None:
    """What was proved is kept as it came, and has its effect once; of all else nothing is there."""
    request = row.request(shop, scheme)
    before = shop.store()
    response = exchange(shop.port, request, expect=1).only
    after = shop.store()

    assert row.due == (response.status, response.code)
    if row.due in (TAKEN, NOT_JSON):
        assert "hookproof-message" in response.headers
        assert "hookproof-duplicate" not in response.headers
        assert (1, row.due == TAKEN) == (after[0] - before[0], after[2] - before[2])
    else:
        assert before == after
    if row.due == TAKEN:
        assert row.body == shop.effects()[-1]
    assert [] == [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize(
    ("scheme", "row"),
    [
        pytest.param(scheme, row, id=f"{row.case.partition(' ')[0]}/{scheme} explained, {row.cause}")
        for scheme in names()
        for row in ROWS
        if row.cause
    ],
)
def test_what_changed_the_body_on_its_way_is_said(shop: Shop, scheme: str, row: Row) -> None:
    verifier = shop.receiver.routes.verifier_at(f"/hooks/{scheme}", shop.clock)
    assert verifier is not None
    explanation = verifier.explain(
        row.sent or b"", signed_headers(row.body, scheme=scheme, clock=shop.clock)
    )

    assert [(row.cause, True)] == [(found.code, found.proved) for found in explanation.findings]


@pytest.mark.parametrize("scheme", [pytest.param(name, id=f"BODY-21/{name}") for name in names()])
def test_a_body_that_waits_to_be_asked_for_is_taken(shop: Shop, scheme: str) -> None:
    request = Row("BODY-21", BODY, TAKEN, {"Expect": "100-continue"}).request(shop, scheme)
    with socket.create_connection(("127.0.0.1", shop.port), timeout=PATIENCE) as connection:
        connection.sendall(request.removesuffix(BODY))
        assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(BODY)

        assert 201 == read(connection, expect=1).only.status
    assert BODY == shop.effects()[-1]
