"""What came is shown, and does nothing."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import text
from tests.receiver.bare_server import eventually
from tests.receiver.pages.visitor import Visitor, served
from tests.receiver.wire import exchange, good, signed

from hookproof.clock import system_clock
from hookproof.testing import SECRET, FixedClock
from hookproof_receiver import Message, Receiver, Rejected
from hookproof_receiver.inspector.pages import PIECE, SHOWN
from hookproof_runtime.database import open_engine, writing
from hookproof_runtime.ids import new_id

SCRIPT = "<script>alert(1)</script>"
CANARY = "canary-c0ffee"
OWN_SCRIPTS = re.compile(r'<script src="/pages/(htmx\.min|live)\.[0-9a-f]{16}\.js" defer></script>')


def handle(message: Message):
    if b"fail" in message.body:
        raise OSError(f"{SCRIPT}\x1b[31m\u202e")
    if b"reject" in message.body:
        raise Rejected(422, SCRIPT)
    return 200, SCRIPT


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    folder = tmp_path_factory.mktemp("shop")
    receiver = Receiver(f"sqlite:///{folder}/inbox.db", pages=True, max_body=16 * 1024**2)
    receiver.on("/hooks/test", secrets=SECRET)(handle)
    with served(receiver, "127.0.0.1") as port:
        yield Visitor(port)


def delivered(shop: Visitor, *, status: int | None = None, **given) -> str:
    """Send a request, and the page that shows it."""
    response = good(shop.port, **given)
    assert status in (None, response.status), response
    shown = f"/deliveries/{response.headers['hookproof-delivery']}"
    eventually(lambda: shop.get(shown).status == 200)  # a refused one is written down behind its answer
    return shown


def page(shop: Visitor, target: str) -> str:
    response = shop.get(target)
    assert (200, "text/html; charset=utf-8") == (response.status, response.headers["content-type"])
    return response.body.decode()


HOSTILE = [
    pytest.param({"body": SCRIPT.encode()}, id="WEB-1/body"),
    pytest.param(
        {"body": b'{"a": "</pre><script>alert(1)</script>"}'}, id="WEB-1/body that ends its box"
    ),
    pytest.param({"more": {"X-Odd": SCRIPT}}, id="WEB-1/header value"),
    pytest.param({"target": f"/hooks/test?a={SCRIPT}"}, id="WEB-1/query"),
    pytest.param({"target": f"/hooks/test?{SCRIPT}"}, id="WEB-1/query without a name"),
    pytest.param({"guid": SCRIPT}, id="WEB-1/guid"),
    pytest.param({"body": b"fail"}, id="WEB-1/error text"),
    pytest.param({"body": b"reject"}, id="WEB-1/reply body"),
    pytest.param({"secret": "another-secret-of-somebody", "body": SCRIPT.encode()}, id="WEB-1/refused"),
    pytest.param({"body": b"</textarea><img src=x onerror=alert(1)>"}, id="WEB-2/textarea"),
    pytest.param({"body": b'<a href="javascript:alert(1)">x</a>'}, id="WEB-2/javascript link"),
    pytest.param({"body": b"<svg onload=alert(1)>"}, id="WEB-2/SVG"),
    pytest.param({"body": b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-"}, id="WEB-2/UTF-7"),
    pytest.param({"body": "\u202e\u2066evil\x1b[2J".encode()}, id="WEB-2/unseen characters"),
    pytest.param({"more": {"X-Odd": "{{7777*7}}{% raw %}"}}, id="WEB-1/a template's marks"),
]


@pytest.mark.rule("P-PAGE-8")
@pytest.mark.parametrize("given", HOSTILE)
def test_what_came_is_text_on_every_page(shop: Visitor, given) -> None:
    shown = delivered(shop, **given)
    for target in (shown, "/deliveries"):
        source = OWN_SCRIPTS.sub("", page(shop, target))
        assert set(re.findall(r"<(script|img|svg|iframe)\b[^>]*", source)) <= {"img"}
        assert ["", ""] == [one for one in re.findall(r'<img[^>]* alt="([^"]*)"', source)] * 2
        assert not re.search(r"<[^>]*\son\w+=|href=\"(?!/|#)", source)
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b]", source)
        assert "54439" not in source


@pytest.mark.rule("P-PAGE-16")
def test_an_open_list_is_sent_again_where_there_is_more(shop: Visitor) -> None:
    delivered(shop)
    nothing = shop.again("/deliveries?endpoint=/hooks/test")
    assert (204, b"") == (nothing.status, nothing.body)
    assert "set-cookie" not in nothing.headers
    came = delivered(shop, body=b"reject").encode()
    assert came in shop.get("/deliveries", Hookproof_Shown="0123456789abcdef").body
    assert 204 == shop.again("/deliveries").status


@pytest.mark.rule("P-PAGE-16")
def test_an_older_part_of_the_list_does_not_ask(shop: Visitor) -> None:
    shown = delivered(shop)
    assert "hx-get" not in page(shop, f"/deliveries?before={shown.rpartition('/')[2]}")


@pytest.mark.rule("P-PAGE-8")
def test_a_header_s_name_with_markup_is_no_header(shop: Visitor) -> None:
    asked = signed(more={"X-<script>": "1"})
    assert 400 == exchange(shop.port, asked, expect=1).only.status


@pytest.mark.rule("P-PAGE-8")
@pytest.mark.parametrize(
    "target",
    [
        pytest.param(f"/deliveries/{quote(SCRIPT)}", id="WEB-1/path of a page"),
        pytest.param(f"/deliveries?endpoint={quote(SCRIPT)}", id="WEB-1/query of a page"),
        pytest.param(f'/deliveries?"><script>{quote(SCRIPT)}', id="WEB-1/query as it is"),
        pytest.param(f"/login?next={quote(SCRIPT)}", id="WEB-1/where a login leads"),
    ],
)
def test_what_was_asked_for_is_text_too(shop: Visitor, target: str) -> None:
    for more in ({}, {"X_Forwarded_For": "203.0.113.9"}):
        assert b"<script>" not in shop.get(target, **more).body


@pytest.mark.rule("P-PAGE-8", "P-PAGE-9")
@pytest.mark.parametrize(
    ("target", "more"),
    [
        pytest.param("/hooks/test", {"Authorization": f"Bearer {CANARY}"}, id="SEC-6/authorization"),
        pytest.param("/hooks/test", {"Cookie": f"a={CANARY}"}, id="SEC-6/cookie"),
        pytest.param("/hooks/test", {"X-Api-Key": CANARY}, id="SEC-6/key"),
        pytest.param(
            "/hooks/test", {"Referer": f"http://u:{CANARY}@a.example/"}, id="SEC-6/user of a URL"
        ),
        pytest.param(f"/hooks/test?token={CANARY}", {}, id="SEC-6/query"),
        pytest.param(f"/hooks/test?{CANARY}", {}, id="SEC-6/query without a name"),
    ],
)
@pytest.mark.parametrize("secret", [SECRET, "another-secret-of-somebody"], ids=["proved", "refused"])
def test_no_credential_is_on_a_page(shop: Visitor, target: str, more, secret: str) -> None:
    shown = delivered(shop, target=target, more=more, secret=secret)
    for one in (shown, "/deliveries", "/"):
        source = page(shop, one)
        assert CANARY not in source
        assert SECRET not in source
        assert secret not in source


@pytest.mark.rule("P-PAGE-9")
def test_a_proved_request_says_what_it_is(tmp_path: Path) -> None:
    receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db", pages=True)
    receiver.on("/hooks/test", secrets=SECRET)(handle)
    with served(receiver, "127.0.0.1") as port:
        shop = Visitor(port)
        guid = "0b5c1f0e-8f5d-4d5e-9d8e-1b1e4f7d2c3a"
        shown = delivered(shop, body=b'{"fail": 1}', guid=guid, status=500)
        source = html.unescape(page(shop, shown))
        assert "a new message" in source
        assert "proved, signed 0." in source
        assert '<td data-label="Signature" class="wide">proved</td>' in page(shop, "/deliveries")
        assert f"<dt>GUID</dt><dd>{guid}</dd>" in source
        assert "<dt>Answer</dt><dd>500</dd>" in source
        assert re.search(r"<dt>Message</dt><dd>msg_\w{26}</dd>", source)
        assert "failed: OSError: " in source
        assert "X-Webhook-Signature" in source
        assert '{"fail": 1}' in source


@pytest.mark.rule("P-PAGE-9")
def test_a_refused_request_says_why(shop: Visitor) -> None:
    shown = delivered(shop, sent=b'{"order":  4}', status=401)
    source = html.unescape(page(shop, shown))
    assert "no_match: the signature was not made with the secret over these 13 bytes of body" in source
    assert "<dt>Answer</dt><dd>401</dd>" in source


@pytest.mark.rule("P-PAGE-10")
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(SCRIPT.encode(), id="WEB-3/markup"),
        pytest.param(b"\x89PNG\r\n\x1a\n", id="WEB-3/an image"),
        pytest.param(b"%PDF-1.7", id="WEB-3/a document"),
        pytest.param(b"\xef\xbb\xbf<html>", id="WEB-3/markup behind a mark"),
        pytest.param(b"", id="WEB-3/nothing"),
    ],
)
def test_a_body_is_handed_out_as_plain_text_to_be_saved(shop: Visitor, body: bytes) -> None:
    shown = delivered(shop, body=body)
    response = shop.get(f"{shown}/body")
    headers = response.headers
    assert body == response.body
    assert "text/plain; charset=utf-8" == headers["content-type"]
    assert "nosniff" == headers["x-content-type-options"]
    assert headers["content-disposition"].startswith("attachment; ")
    assert {"default-src 'none'", "sandbox"} <= set(headers["content-security-policy"].split("; "))


@pytest.mark.rule("P-PAGE-10")
@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"Content-Disposition": 'attachment; filename="x.html"'}, id="WEB-4/the sender's"),
        pytest.param({"guid": 'a";filename=x.html'}, id="WEB-4/a guid"),
    ],
)
def test_a_file_is_named_by_the_receiver(shop: Visitor, more) -> None:
    given = {"guid": more["guid"]} if "guid" in more else {"more": more}
    shown = delivered(shop, body=repr(more).encode(), **given)
    named = shop.get(f"{shown}/body").headers["content-disposition"]
    assert f'attachment; filename="{shown.rpartition("/")[2]}.txt"' == named


@pytest.mark.rule("P-PAGE-10")
@pytest.mark.parametrize(
    "one",
    [
        pytest.param('dlv_00000000000000000000000000";x="', id="WEB-4/quotes"),
        pytest.param("dlv_0000000000000000000000000%0d%0a", id="WEB-4/lines"),
        pytest.param("..%2f..%2fetc%2fpasswd", id="WEB-4/a way up"),
        pytest.param("dlv_00000000000000000000000000", id="WEB-4/nobody's"),
        pytest.param("msg_00000000000000000000000000", id="WEB-4/a message's"),
    ],
)
def test_what_is_no_id_leads_nowhere(shop: Visitor, one: str) -> None:
    for target in (f"/deliveries/{one}", f"/deliveries/{one}/body"):
        response = shop.get(target)
        assert response.status in (400, 404)  # the server takes no such path apart
        assert "content-disposition" not in response.headers


@pytest.mark.rule("P-PAGE-11")
def test_a_long_body_is_shown_in_parts(shop: Visitor) -> None:
    """WEB-11 in small; the whole of 10 MiB is below."""
    body = json.dumps(["é" * 50] * 3000, ensure_ascii=False).encode()
    shown = delivered(shop, body=body)
    pieces, target = [], shown
    while target:
        source = page(shop, target)
        box = re.search(r"<pre[^>]*>(.*?)</pre>", source, re.DOTALL)
        assert box is not None
        pieces.append(html.unescape(box[1]))
        assert len(box[1]) <= PIECE * 2
        after = re.search(r'href="([^"]*)">After<', source)
        target = html.unescape(after[1]).partition("#")[0] if after else ""
    assert body.decode() == "".join(pieces)
    assert -(-len(body) // PIECE) == len(pieces)


@pytest.mark.rule("P-PAGE-11")
@pytest.mark.parametrize("size", [pytest.param(10 * 1024**2, id="WEB-11")])
def test_a_page_of_a_10_mib_body_is_small(shop: Visitor, size: int) -> None:
    shown = delivered(shop, body=b"<" * size)
    for target in (shown, f"{shown}?from={size - 10}", f"{shown}?from=99999999999", f"{shown}?from=-1"):
        assert len(page(shop, target)) < 5 * PIECE
    assert size == len(shop.get(f"{shown}/body").body)


@pytest.mark.rule("P-PAGE-12")
def test_the_list_goes_on_where_it_ended_and_holds_each_once(tmp_path: Path) -> None:
    clock = FixedClock()
    receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db", pages=True, clock=clock)
    receiver.on("/hooks/test", secrets=SECRET)
    receiver.on("/hooks/other", secrets=SECRET)
    sent = []
    with served(receiver, "127.0.0.1") as port:
        shop = Visitor(port)
        for number in range(SHOWN + 7):
            clock.advance(1)
            given = {"secret": "another-secret-of-somebody"} if number % 5 == 0 else {}
            target = "/hooks/other" if number % 7 == 0 else "/hooks/test"
            at = (lambda now: lambda: now)(clock() - (10**12 if number == 13 else 0))  # one is too old
            came = good(port, target=target, body=b"%d" % number, clock=at, **given)
            sent.append(f"/deliveries/{came.headers['hookproof-delivery']}")
        clock.advance(1)
        delivered(shop, body=b"the last", secret="another-secret-of-somebody")  # behind the others
        assert list(reversed(sent)) == listed(shop, "/deliveries")[1:]
        refused = listed(shop, "/deliveries?verdict=refused")[1:]
        assert {13} | {number for number in range(SHOWN + 7) if number % 5 == 0} == {
            sent.index(one) for one in refused
        }
        assert [sent[13]] == listed(shop, "/deliveries?verdict=stale")
        other = listed(shop, "/deliveries?endpoint=/hooks/other")
        assert [one for number, one in enumerate(sent) if number % 7 == 0] == list(reversed(other))
        assert [] == listed(shop, "/deliveries?endpoint=/hooks/none&verdict=new")
        assert SHOWN < len(listed(shop, "/deliveries?verdict=nonsense&before=nonsense"))


def listed(shop: Visitor, target: str) -> list[str]:
    """All of a list, page by page."""
    found: list[str] = []
    while target:
        source = page(shop, target)
        found += re.findall(r'href="(/deliveries/dlv_\w{26})"', source)
        older = re.search(r'href="([^"]*)">Older<', source)
        target = html.unescape(older[1]) if older else ""
    return found


@pytest.mark.rule("P-PAGE-12")
@pytest.mark.parametrize("count", [pytest.param(100_000, id="WEB-12")])
def test_a_page_of_a_long_list_is_quick(tmp_path: Path, count: int) -> None:
    """20 ms is what was measured: where a machine is busy, it may take several tries."""
    receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db", pages=True)
    receiver.on("/hooks/test", secrets=SECRET)
    receiver.on("/hooks/rare", secrets=SECRET)
    with served(receiver, "127.0.0.1") as port:
        shop = Visitor(port)
        first = delivered(shop, target="/hooks/rare")
        fill(tmp_path, count)
        took = {}
        for target in (
            "/deliveries",
            f"/deliveries?before={new_id('dlv', system_clock() - count // 2 * 10**6)}",
            "/deliveries?verdict=answered",
            "/deliveries?verdict=refused",
            "/deliveries?endpoint=/hooks/rare",
        ):
            tries: list[float] = []
            while not tries or (min(tries) >= 0.2 and len(tries) < 10):
                started = time.perf_counter()
                source = page(shop, target)
                tries.append(time.perf_counter() - started)
            took[target] = min(tries)
        assert first in source
    assert max(took.values()) < 0.2, took


def fill(folder: Path, count: int) -> None:
    """Put so many requests on record beside those that are there, a tenth of them answered again."""
    now = system_clock()
    rows = [
        {
            "id": new_id("dlv", now + number * 10**6),
            "verdict": "answered" if number % 10 == 0 else "new",
            "received_ms": (now // 10**6) + number,
        }
        for number in range(count)
    ]
    engine = open_engine(f"sqlite:///{folder}/inbox.db")
    with writing(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO hookproof_deliveries (id, endpoint, verdict, rule, flags, method, target, "
                "secret_label, received_ms, status) VALUES (:id, '/hooks/test', :verdict, 4, '[]', "
                "'POST', '/hooks/test', '', :received_ms, 200)"
            ),
            rows,
        )
    engine.dispose()
