"""A channel as people know one."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator

import pytest
from tests.receiver.pages.visitor import Visitor, served

from hookproof.testing import SECRET, FixedClock
from hookproof_receiver import Receiver
from hookproof_receiver.slack import SlackService
from hookproof_receiver.slack.pages import LONGEST, SHOWN, stretches
from hookproof_receiver.slack.payload import read_payload
from hookproof_receiver.slack.spans import Pre, Text
from hookproof_runtime.database import open_engine

SCRIPT = "<script>alert(1)</script>"


class Workspace:
    """A channel of its own, and a visitor of its page."""

    def __init__(
        self, visitor: Visitor, service: SlackService, clock: FixedClock, name: str = "plan-runs"
    ) -> None:
        self.visitor = visitor
        self.service = service
        self.clock = clock
        self.channel = service.new_channel(name)
        self.path = f"/slack/{name}"

    def post(self, content: object) -> None:
        self.clock.advance(2)
        self.service.post(self.channel, read_payload(json.dumps(content).encode()))

    def page(self, target: str | None = None) -> str:
        response = self.visitor.get(target or self.path)
        assert 200 == response.status
        return response.body.decode()


@pytest.fixture
def workspace(first: Workspace) -> Workspace:
    name = f"channel-{len(first.service.channels())}"
    return Workspace(first.visitor, first.service, first.clock, name)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    clock = FixedClock()
    url = f"sqlite:///{tmp_path_factory.mktemp('slack')}/inbox.db"
    receiver = Receiver(url, pages=True, slack=True, clock=clock)
    receiver.on("/hooks/test", secrets=SECRET)
    with served(receiver, "127.0.0.1") as port:
        engine = open_engine(url)
        yield Workspace(Visitor(port), SlackService(engine, clock), clock)
        engine.dispose()


@pytest.mark.rule("P-PAGE-15")
def test_a_message_is_shown_as_in_slack(workspace: Workspace) -> None:
    workspace.post(
        {
            "username": "Nightly orders",
            "text": "*done*: _9,312_ ~lost~ `id` <http://www.example.com:3005/flows/1?recipe=4&amp;tab=recipe|"
            "the recipe> <@U1|ann>\n> quoted\n```\nSELECT 1;\n```",
        }
    )
    source = workspace.page()
    assert "<strong>done</strong>: <em>9,312</em> <del>lost</del> <code>id</code>" in source
    link = re.search(r"<a href=\"(http[^\"]*)\"([^>]*)>([^<]*)</a>", source)
    assert link is not None
    assert ("http://www.example.com:3005/flows/1?recipe=4&tab=recipe", "the recipe") == (
        html.unescape(link[1]),
        link[3],
    )
    assert 'rel="noopener noreferrer"' in link[2]
    assert '<span class="mention">@ann</span>' in source
    assert re.search(r"<blockquote>quoted\s*</blockquote>", source)
    assert re.search(r"<pre><code>\s*SELECT 1;\s*</code></pre>", source)
    assert re.search(r'<span class="avatar tone-\d" aria-hidden="true">N</span>', source)
    assert "<strong>Nightly orders</strong>" in source
    assert workspace.channel.token not in source


@pytest.mark.rule("P-PAGE-15")
def test_the_usual_blocks_are_shown(workspace: Workspace) -> None:
    plain = {"type": "plain_text", "text": "Deploy"}
    workspace.post(
        {
            "blocks": [
                {"type": "header", "text": plain},
                {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Rows*\n7"}]},
                {"type": "divider"},
                {"type": "image", "image_url": "https://example.com/x.png", "alt_text": "a chart"},
                {"type": "actions", "elements": [{"type": "button", "text": plain}]},
                {"type": "context", "elements": [{"type": "mrkdwn", "text": "small print"}]},
                {"type": "no_such_thing"},
            ],
            "attachments": [{"color": "good", "text": "well"}],
        }
    )
    source = workspace.page()
    for wanted in (
        "<h4>Deploy</h4>", "<strong>Rows</strong>", "<hr>", ">a chart</a>", "<li>Deploy</li>",
        "small print", "no_such_thing", 'fill="#2eb67d"', "incoming-webhook",
    ):  # fmt: skip
        assert wanted in source, wanted
    assert "<img" not in source.partition("<main")[2]  # it is never loaded


@pytest.mark.rule("P-PAGE-8")
@pytest.mark.parametrize(
    "content",
    [
        pytest.param({"text": SCRIPT}, id="WEB-1/a message"),
        pytest.param({"text": "&lt;script&gt;alert(1)"}, id="WEB-1/a message's own escapes"),
        pytest.param({"text": "x", "username": SCRIPT}, id="WEB-1/an app's name"),
        pytest.param({"text": f"`{SCRIPT}` ```{SCRIPT}```"}, id="WEB-1/code"),
        pytest.param({"text": f"<https://a.example/{SCRIPT}|{SCRIPT}>"}, id="WEB-1/a link"),
        pytest.param({"text": '<https://a.example/" onclick="alert(1)|x>'}, id="WEB-1/a link's quotes"),
        pytest.param({"text": "<javascript:alert(1)|x> <data:x|y>"}, id="WEB-2/javascript link"),
        pytest.param({"text": "\u202eevil\u2066 \x1b[31m"}, id="WEB-2/unseen characters in a message"),
        pytest.param(
            {"attachments": [{"color": '#fff" onload="alert(1)', "text": SCRIPT}]}, id="WEB-1/a colour"
        ),
        pytest.param({"blocks": [{"type": SCRIPT}]}, id="WEB-1/a block's type"),
        pytest.param(
            {"blocks": [{"type": "image", "image_url": "javascript:alert(1)", "alt_text": SCRIPT}]},
            id="WEB-2/an image's address",
        ),
    ],
)
def test_a_message_does_nothing(workspace: Workspace, content) -> None:
    workspace.post(content)
    source = workspace.page()
    assert re.findall(r"<script[^>]*>", source) == re.findall(r'<script src="/pages/[^>]*>', source)
    assert not re.search(r"<[^>]*\son\w+=", source)
    assert not re.search(r'href="(?!/|#|https?://)', source)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b]", source)


@pytest.mark.rule("P-PAGE-16")
def test_a_channel_is_asked_for_again_and_answers_only_what_is_new(workspace: Workspace) -> None:
    nothing = workspace.visitor.again(workspace.path)
    assert (204, b"") == (nothing.status, nothing.body)
    shown = re.search(r'Hookproof-Shown": "([0-9a-f]+)"', workspace.page())
    assert shown is not None
    workspace.post({"text": "one"})
    assert b"one" in workspace.visitor.get(workspace.path, Hookproof_Shown=shown[1]).body
    assert 204 == workspace.visitor.again(workspace.path).status


@pytest.mark.rule("P-PAGE-16")
def test_a_long_channel_is_shown_in_parts_the_newest_first(workspace: Workspace) -> None:
    for number in range(SHOWN + 3):
        workspace.post({"text": f"message-{number}."})
    source = workspace.page()
    assert [f"message-{number}." for number in range(3, SHOWN + 3)] == re.findall(
        r"message-\d+\.", source
    )
    older = re.search(r'href="([^"]*)">Older<', source)
    assert older is not None
    source = workspace.page(html.unescape(older[1]))
    assert ["message-0.", "message-1.", "message-2."] == re.findall(r"message-\d+\.", source)
    assert "hx-get" not in source
    assert ">Newest<" in source


@pytest.mark.rule("P-PAGE-16")
def test_a_page_shows_fewer_messages_where_they_are_long(workspace: Workspace) -> None:
    for number in range(6):
        workspace.post({"text": f"message-{number}." + "x" * (LONGEST // 3)})
    seen: list[str] = []
    target: str | None = None
    while True:
        source = workspace.page(target)
        shown = re.findall(r"message-\d+\.", source)
        assert 1 <= len(shown) <= 2
        seen = shown + seen
        older = re.search(r'href="([^"]*)">Older<', source)
        if older is None:
            break
        target = html.unescape(older[1])
    assert [f"message-{number}." for number in range(6)] == seen


@pytest.mark.rule("P-PAGE-15")
def test_channels_are_listed_and_those_that_are_not_there_are_not_found(workspace: Workspace) -> None:
    workspace.service.set_state(workspace.channel.name, "archived")
    assert "archived" in workspace.page("/slack")
    assert "archived" in workspace.page()
    assert 404 == workspace.visitor.get("/slack/none").status


def test_blank_lines_around_a_box_go() -> None:
    found = stretches([Text("a\n"), Pre("x"), Text("\n"), Pre("y"), Text("\nb\n\nc\n")])
    assert [(Text("a"),), (Pre("x"),), (Pre("y"),), (Text("b\n\nc"),)] == [one.spans for one in found]
