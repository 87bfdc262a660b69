"""Every page in Chromium: by day, by night, on a phone, by keyboard, and without JavaScript."""

from __future__ import annotations

import json
import re
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.browser.browsing import (
    LIGHT,
    LOOKS,
    NO_SCRIPT,
    PHONE,
    Desk,
    Look,
    Response,
    Visit,
    browsing,
    expect,
    needs_chromium,
)
from tests.receiver.pages.visitor import ELSEWHERE, new_token, served
from tests.receiver.wire import exchange, good, signed

from hookproof.clock import system_clock
from hookproof.testing import SECRET, FixedClock
from hookproof_receiver import Receiver
from hookproof_receiver.slack import SlackService
from hookproof_receiver.slack.payload import read_payload
from hookproof_runtime.database import open_engine

pytestmark = [pytest.mark.long, needs_chromium, pytest.mark.timeout(300)]

RECIPE = "http://www.example.com:3005/flows/1?recipe=4&tab=recipe"
"""As the user's document has it."""
LONG = "a-word-that-has-no-end-" * 20
MESSAGES = (
    {"text": "Your job has completed."},
    {
        "username": "Nightly orders",
        "text": f"*done* in `{LONG}`\n> 9,312 rows\n```\n{LONG}\n```\n<https://a.example/{LONG}|{LONG}>",
        "attachments": [{"color": "danger", "text": "one *row* was rejected"}],
    },
    {
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "Deploy"}},
            {"type": "section", "fields": [{"type": "mrkdwn", "text": "*a*"}] * 4},
            {
                "type": "actions",
                "elements": [{"type": "button", "text": {"type": "plain_text", "text": "b"}}],
            },
        ]
    },
    {"text": "<script>document.title = 'run'</script>"},
)


class Place:
    """A receiver with something of everything, and a browser."""

    def __init__(self, port: int, desk: Desk, folder: Path, delivery: str) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.desk = desk
        self.folder = folder
        self.delivery = delivery

    def url(self, path: str) -> str:
        return self.base + path.replace("DELIVERY", self.delivery)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("place")
    url = f"sqlite:///{folder}/inbox.db"
    receiver = Receiver(url, pages=True, platform=True, slack=True, hosts=["www.example.com"])
    receiver.on("/hooks/test", secrets=SECRET)
    with served(receiver, "127.0.0.1") as port:
        for number in range(60):
            good(port, body=json.dumps({"order": number}).encode())
        more = {"X-Long": LONG, "Authorization": "Bearer x"}
        refused = signed(json.dumps([LONG] * 40).encode(), target=f"/hooks/test?{LONG}=1", more=more)
        exchange(port, refused.replace(b"sha256=", b"sha256=0", 1)[:-1] + b" ", expect=1)
        proved = good(port, body=json.dumps({"<b>": LONG}).encode(), more=more)
        engine = open_engine(url)
        slack = SlackService(engine, system_clock)
        channel = slack.new_channel("plan-runs")
        slack.new_channel("a" * 80)
        for number, content in enumerate(MESSAGES):
            later = SlackService(engine, FixedClock(system_clock() / 10**9 + number * 10))
            later.post(channel, read_payload(json.dumps(content).encode()))
        names = {"www.example.com:3005": f"127.0.0.1:{port}"}
        with browsing(names) as desk:
            yield Place(port, desk, folder, proved.headers["hookproof-delivery"])
        engine.dispose()


PAGES = [
    "/",
    "/deliveries",
    "/deliveries?verdict=refused",
    "/deliveries/DELIVERY",
    "/flows",
    "/flows/1?recipe=4&tab=recipe",
    "/flows/1?recipe=4&tab=jobs",
    "/slack",
    "/slack/plan-runs",
    f"/slack/{'a' * 80}",
]


def looks_well(visit: Visit) -> None:
    assert [] == visit.problems
    assert 0 == visit.overflow()
    assert [] == visit.unnamed()
    assert [] == visit.faint()


@pytest.mark.rule("P-PAGE-1", "P-PAGE-17")
@pytest.mark.parametrize("look", [pytest.param(one, id=one.name) for one in LOOKS])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_is_readable_and_asks_for_nothing_from_elsewhere(
    place: Place, path: str, look: Look
) -> None:
    with place.desk.visit(place.url(path), look) as visit:
        looks_well(visit)


def test_a_long_value_leaves_the_name_of_its_header_whole(place: Place) -> None:
    with place.desk.visit(place.url("/deliveries/DELIVERY")) as visit:
        name = visit.page.get_by_role("rowheader", name="X-Webhook-Signature")
        lines = name.evaluate(
            "node => { const all = document.createRange(); all.selectNodeContents(node);"
            " return new Set([...all.getClientRects()].map((one) => one.top)).size; }"
        )
        assert 1 == lines


@pytest.mark.rule("P-PAGE-17")
@pytest.mark.parametrize("path", PAGES)
def test_all_that_can_be_used_is_reached_by_keyboard_and_shows_it(place: Place, path: str) -> None:
    with place.desk.visit(place.url(path)) as visit:
        assert [] == visit.out_of_reach()


@pytest.mark.rule("P-PAGE-13", "P-PAGE-14")
def test_a_job_is_run_from_its_page_and_moves_before_one_s_eyes(place: Place) -> None:
    with place.desk.visit(RECIPE) as visit:
        page = visit.page
        page.get_by_role("button", name="Run job").click()
        page.wait_for_url(RECIPE)
        page.get_by_role("heading", name="Job 1").get_by_text("completed").wait_for(timeout=60_000)
        looks_well(visit)
        with page.expect_download() as saving:
            page.get_by_role("link", name="orders.csv").click()
        assert "job-1-orders.csv" == saving.value.suggested_filename


@pytest.mark.rule("P-PAGE-14")
@pytest.mark.parametrize(
    "look", [pytest.param(LIGHT, id="light"), pytest.param(NO_SCRIPT, id="no script")]
)
def test_a_job_is_cancelled_from_its_page(place: Place, look: Look) -> None:
    with place.desk.visit(place.url("/flows/1?recipe=4&tab=recipe"), look) as visit:
        for _ in range(4):
            visit.page.get_by_role("button", name="Run job").click()
            visit.page.wait_for_load_state()
        visit.page.get_by_role("button", name="Cancel").first.click()
        visit.page.get_by_text("cancelled").first.wait_for(timeout=10_000)
        assert [] == [one for one in visit.problems if "ERR_ABORTED" not in one]


@pytest.mark.rule("P-PAGE-14")
def test_without_javascript_the_page_comes_again_by_itself(place: Place) -> None:
    with place.desk.visit(place.url("/flows/1?recipe=4&tab=recipe"), NO_SCRIPT) as visit:
        visit.page.get_by_role("button", name="Run job").click()
        moving = visit.page.locator(".run").first
        moving.get_by_text("completed").first.wait_for(timeout=60_000)


@pytest.mark.rule("P-PAGE-16")
def test_a_message_comes_into_an_open_channel(place: Place) -> None:
    engine = open_engine(f"sqlite:///{place.folder}/inbox.db")
    service = SlackService(engine, lambda: system_clock() + 10**12)
    channel = service.new_channel("live")
    with place.desk.visit(place.url("/slack/live"), PHONE) as visit:
        visit.page.get_by_text("Nobody has posted here yet").wait_for()
        asked = urllib.request.Request(
            place.base + channel.path,
            b'{"text": "Your job has completed."}',
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(asked, timeout=10).close()
        visit.page.get_by_text("Your job has completed.").wait_for(timeout=10_000)
        looks_well(visit)
    engine.dispose()


def run_by_api(place: Place) -> int:
    """Run recipe 4 as an HTTP task does; its job group."""
    token = new_token(place.folder, "run-job").text
    asked = urllib.request.Request(
        place.url("/v4/jobGroups"),
        b'{"wrangledDataset": {"id": 4}}',
        {"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return int(json.load(answer)["id"])


@pytest.mark.rule("P-PAGE-16")
def test_a_job_that_a_task_runs_comes_into_an_open_page_and_is_seen_to_its_end(place: Place) -> None:
    with place.desk.visit(place.url("/flows/1?recipe=4&tab=recipe"), PHONE) as visit:
        visit.page.evaluate("window.isTheSame = true")
        job = visit.page.get_by_role("heading", name=f"Job {run_by_api(place)} ")
        job.wait_for(timeout=10_000)
        job.get_by_text("completed").wait_for(timeout=60_000)
        assert visit.page.evaluate("window.isTheSame")
        looks_well(visit)


@pytest.mark.rule("P-PAGE-16")
def test_a_request_comes_into_an_open_list_and_leaves_the_focus_where_it_was(place: Place) -> None:
    with place.desk.visit(place.url("/deliveries")) as visit:
        newest = visit.page.locator("tbody a").first
        newest.focus()
        held = newest.get_attribute("id")
        came = good(int(place.base.rpartition(":")[2]), body=b'{"order": "new"}')
        visit.page.locator(f"#{came.headers['hookproof-delivery']}").wait_for(timeout=10_000)
        assert held == visit.page.evaluate("document.activeElement.id")
        looks_well(visit)


@pytest.mark.rule("P-PAGE-16")
@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/deliveries", id="requests"),
        pytest.param("/flows/1?recipe=4&tab=jobs", id="a recipe"),
        pytest.param("/slack/plan-runs", id="a channel"),
    ],
)
def test_a_page_asks_while_it_is_seen_and_is_sent_nothing_that_it_shows(
    place: Place, path: str
) -> None:
    def is_one(answer: Response) -> bool:
        return "hookproof-shown" in answer.request.headers

    with place.desk.visit(place.url(path)) as visit:
        page = visit.page
        with page.expect_response(is_one) as first:
            pass
        # While jobs of other tests move, or are young, more may come.
        assert first.value.status in (200, 204)
        with page.expect_response(lambda one: is_one(one) and one.status == 204, timeout=90_000):
            pass
        assert 0 == page.evaluate(_HIDE, True)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.wait_for_timeout(2500)
        assert [] == asked
        assert 1 == page.evaluate(_HIDE, False)  # at once
        looks_well(visit)


_HIDE = """(hidden) => {
  let sent = 0;
  const count = () => { sent += 1; };
  document.addEventListener('htmx:beforeSend', count);
  Object.defineProperty(document, 'hidden', {configurable: true, get: () => hidden});
  document.dispatchEvent(new Event('visibilitychange'));
  document.removeEventListener('htmx:beforeSend', count);
  return sent;
}"""
"""Hide the page, or show it again; how many requests that sends."""


def test_what_happened_grows_older_on_an_open_page(place: Place) -> None:
    good(int(place.base.rpartition(":")[2]), body=b'{"order": "ages"}')
    with place.desk.visit(place.url("/deliveries")) as visit:
        newest = visit.page.locator("tbody time").first
        expect(newest).not_to_have_text(newest.inner_text(), timeout=5000)
        expect(newest).to_have_text(re.compile(r"[0-9]+ (s|min) ago"))


@pytest.mark.rule("P-PAGE-8")
def test_no_markup_of_a_message_is_the_page_s(place: Place) -> None:
    with place.desk.visit(place.url("/slack/plan-runs")) as visit:
        assert "#plan-runs · hookproof" == visit.page.title()
        assert visit.page.get_by_text("<script>document.title = 'run'</script>").is_visible()


@pytest.mark.rule("P-PAGE-6")
@pytest.mark.parametrize(
    "how", [pytest.param(one, id=f"WEB-7/{one}") for one in ("frame", "fetch", "form")]
)
def test_a_page_of_another_site_gets_nothing(place: Place, how: str) -> None:
    """The browser's own word, beside that of the tests that forge it."""
    target = place.url("/flows/1?recipe=4&tab=recipe")
    body = {
        "frame": f'<iframe src="{target}"></iframe>',
        "fetch": f'<script>fetch("{target}", {{mode: "no-cors", credentials: "include"}})</script>',
        "form": f'<form method="post" action="{place.url("/flows/1/run")}"></form>'
        "<script>document.forms[0].submit()</script>",
    }[how]
    with other_site(f"<!doctype html><title>other</title>{body}") as other:
        context = place.desk.browser.new_context()
        try:
            page = context.new_page()
            if how == "fetch":  # the answer is kept even from the tools
                with page.expect_event("requestfailed", lambda one: one.url == target):
                    page.goto(other)
                return
            with page.expect_response(lambda came: came.url.startswith(place.base)) as answer:
                page.goto(other)
            assert 403 == answer.value.status
        finally:
            context.close()


@contextmanager
def other_site(source: str) -> Iterator[str]:
    """A site at another port, whose one page is this."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(source.encode())

        def log_message(self, *_words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.rule("P-PAGE-5", "P-PAGE-17")
@pytest.mark.parametrize("look", [pytest.param(one, id=one.name) for one in LOOKS])
def test_a_person_logs_in_and_out(tmp_path: Path, place: Place, look: Look) -> None:
    receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db", pages=True)
    receiver.on("/hooks/test", secrets=SECRET)
    with (
        served(receiver, ELSEWHERE) as port,
        place.desk.visit(f"http://127.0.0.1:{port}/deliveries", look) as visit,
    ):
        page = visit.page
        looks_well(visit)
        page.get_by_label("Token").fill("wrong")
        page.keyboard.press("Enter")
        page.get_by_role("alert").wait_for()
        visit.problems.clear()  # of the 403
        page.get_by_label("Token").fill(new_token(tmp_path).text)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Deliveries").wait_for()
        looks_well(visit)
        page.get_by_role("button", name="Log out").click()
        page.get_by_role("heading", name="Log in").wait_for()
        assert [] == visit.problems


def test_what_is_looked_for_is_found(place: Place) -> None:
    """A page with each fault: the bench must see them."""
    context = place.desk.browser.new_context(viewport={"width": 360, "height": 600})
    try:
        page = context.new_page()
        page.set_content(
            "<title>x</title><div style='width:900px'>wide</div><input><img src='data:,'>"
            "<p style='color:#aaa;background:#fff'>faint</p><a href='/x' style='outline:0'>unseen</a>"
        )
        visit = Visit(page)
        assert visit.overflow() > 0
        assert {"input", "image", "not"} <= {one.split(" ")[0] for one in visit.unnamed()}
        assert ["2.32 faint"] == visit.faint()
        assert ["a /x", "input "] == visit.out_of_reach()
    finally:
        context.close()
