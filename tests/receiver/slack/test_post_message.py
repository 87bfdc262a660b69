"""chat.postMessage answers as Slack's Web API does, over a real socket: 200 also to what it refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine, event
from tests.receiver.bare_server import Server, served

from hookproof.testing import FixedClock
from hookproof_receiver.slack import Channel, SlackService
from hookproof_receiver.slack.channel import State
from hookproof_receiver.slack.pace import BURST
from hookproof_receiver.slack.payload import read_payload
from hookproof_receiver.slack.post_message import PostMessage
from hookproof_receiver.slack.routes import MAX_BODY, blueprint

PATH = "/api/chat.postMessage"
FORM = "application/x-www-form-urlencoded"
HELLO = {"channel": "#random", "text": "Your job has completed."}


@pytest.fixture
def server(service: SlackService) -> Iterator[Server]:
    with served(blueprint(service)) as server:
        yield server


@pytest.fixture
def app(service: SlackService) -> Channel:
    return service.new_channel("random")


def _post(server: Server, body: bytes, token: str | None, kind: str = "application/json") -> Any:
    headers = {"Content-Type": kind}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    answer = server.ask("POST", PATH, body, headers)
    assert 200 == answer.status
    assert answer.headers["content-type"].startswith("application/json")
    return json.loads(answer.body)


@pytest.mark.rule("P-SLACK-14")
def test_a_message_is_in_its_channel_and_the_answer_says_which(
    server: Server, service: SlackService, app: Channel, clock: FixedClock
) -> None:
    said = _post(server, json.dumps(HELLO).encode(), app.bot_token)
    (message,) = service.messages("random")
    assert {"ok", "channel", "ts", "message"} == set(said)
    assert (True, app.channel_id, message.ts) == (said["ok"], said["channel"], said["ts"])
    assert "Your job has completed." == said["message"]["text"] == message.text
    assert ("message", "bot_message") == (said["message"]["type"], said["message"]["subtype"])
    assert re.fullmatch(rf"{clock() // 10**9}\.\d{{6}}", said["ts"])
    assert HELLO == json.loads(message.payload)


@pytest.mark.rule("P-SLACK-14")
@pytest.mark.parametrize("named", ["#random", "random", "its id"])
@pytest.mark.parametrize("how", ["JSON", "a form", "a form that has the token too"])
def test_json_and_forms_are_taken(
    server: Server, service: SlackService, app: Channel, how: str, named: str
) -> None:
    content = {**HELLO, "channel": app.channel_id if named == "its id" else named}
    blocks = [{"type": "divider"}]
    if how == "JSON":
        said = _post(server, json.dumps({**content, "blocks": blocks}).encode(), app.bot_token)
    else:
        fields = {**content, "blocks": json.dumps(blocks)}
        token: str | None = app.bot_token
        if "token" in how:
            fields, token = {**fields, "token": app.bot_token}, None
        said = _post(server, urlencode(fields).encode(), token, FORM)
    assert said["ok"]
    (message,) = service.messages("random")
    assert {**content, "blocks": blocks} == json.loads(message.payload)


@pytest.mark.rule("P-SLACK-14")
def test_no_two_messages_have_one_ts(server: Server, app: Channel) -> None:
    """Not even in one moment."""
    body = json.dumps(HELLO).encode()
    assert 5 == len({_post(server, body, app.bot_token)["ts"] for _ in range(5)})


@pytest.mark.rule("P-SLACK-15")
@pytest.mark.parametrize(
    ("body", "error"),
    [
        pytest.param(b"", "invalid_json", id="nothing"),
        pytest.param(b"{", "invalid_json", id="cut short"),
        pytest.param(b"[" * 100_000, "invalid_json", id="nested too deep"),
        pytest.param(b"\xff", "invalid_json", id="no UTF-8"),
        pytest.param(b"[]", "json_not_object", id="a list"),
        pytest.param(b'{"channel": "#random"}', "no_text", id="no text"),
        pytest.param(b'{"channel": "#random", "text": " "}', "no_text", id="blanks"),
        pytest.param(b'{"text": "a"}', "channel_not_found", id="no channel"),
        pytest.param(
            b'{"text": "a", "channel": "#nowhere"}', "channel_not_found", id="no such channel"
        ),
        pytest.param(b'{"text": "a", "channel": "@ann"}', "channel_not_found", id="a user"),
        pytest.param(b'{"text": "a", "channel": 4}', "invalid_arguments", id="a channel that is none"),
        pytest.param(b'{"text": ["a"]}', "invalid_arguments", id="a text that is none"),
        pytest.param(
            b'{"channel": "#random", "text": "\\ud800"}', "invalid_arguments", id="half a pair"
        ),
        pytest.param(b'{"channel": "#random", "blocks": "["}', "invalid_blocks", id="blocks cut short"),
        pytest.param(
            b'{"channel": "#random", "blocks": "4"}', "invalid_blocks", id="blocks that are none"
        ),
        pytest.param(
            b'{"channel": "#random", "attachments": "["}', "invalid_attachments", id="attachments cut"
        ),
        pytest.param(
            json.dumps({"channel": "#random", "attachments": [{}] * 101}).encode(),
            "too_many_attachments",
            id="101 attachments",
        ),
        pytest.param(
            json.dumps({"channel": "#random", "text": "a" * 40_001}).encode(),
            "msg_too_long",
            id="a long text",
        ),
        pytest.param(
            json.dumps({"channel": "#alerts", "text": "a"}).encode(),
            "not_in_channel",
            id="another app's channel",
        ),
    ],
)
def test_what_it_refuses_is_answered_200_with_the_reason(
    server: Server, service: SlackService, app: Channel, body: bytes, error: str
) -> None:
    service.new_channel("alerts")
    assert {"ok": False, "error": error} == _post(server, body, app.bot_token)
    assert [] == service.messages("random") == service.messages("alerts")


@pytest.mark.rule("P-SLACK-15")
@pytest.mark.parametrize("kind", ["application/json", FORM])
def test_without_a_good_token_nothing_else_is_looked_at(
    server: Server, service: SlackService, app: Channel, kind: str
) -> None:
    assert {"ok": False, "error": "not_authed"} == _post(server, b"{", None, kind)
    for token in "xoxb-0-0-x", app.bot_token[:-1], app.token, "":
        expected = "invalid_auth" if token else "not_authed"
        assert {"ok": False, "error": expected} == _post(server, b"{", token, kind)


@pytest.mark.rule("P-SLACK-15")
@pytest.mark.parametrize(
    ("state", "error"),
    [
        pytest.param("archived", "is_archived", id="archived"),
        pytest.param("prohibited", "restricted_action", id="prohibited"),
    ],
)
def test_a_channel_that_takes_no_messages_says_why(
    server: Server, service: SlackService, app: Channel, state: State, error: str
) -> None:
    service.set_state("random", state)
    said = _post(server, json.dumps(HELLO).encode(), app.bot_token)
    assert {"ok": False, "error": error} == said


@pytest.mark.rule("P-SLACK-15")
def test_too_many_at_once_are_429(server: Server, app: Channel) -> None:
    body = json.dumps(HELLO).encode()
    for _ in range(BURST):
        assert _post(server, body, app.bot_token)["ok"]
    answer = server.ask(
        "POST",
        PATH,
        body,
        {"Content-Type": "application/json", "Authorization": f"Bearer {app.bot_token}"},
    )
    assert (429, "1") == (answer.status, answer.headers["retry-after"])
    assert {"ok": False, "error": "ratelimited"} == json.loads(answer.body)


def test_only_post_is_taken_and_only_so_much(server: Server, app: Channel) -> None:
    assert (405, "POST") == (
        (answer := server.ask("GET", PATH)).status,
        answer.headers["allow"],
    )
    headers = {"Authorization": f"Bearer {app.bot_token}"}
    assert 413 == server.ask("POST", PATH, b"x" * (MAX_BODY + 1), headers).status


def test_nothing_else_of_the_api_is_there(server: Server) -> None:
    """An endpoint's URL that is misspelled must not be answered 200 here."""
    assert 404 == server.ask("POST", "/api/chat.delete", b"{}").status
    assert 404 == server.ask("POST", "/api/orders", b"{}").status


def test_no_message_is_counted_to_find_where_one_goes(
    engine: Engine, service: SlackService, clock: FixedClock
) -> None:
    channel = service.new_channel("plan-runs")
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *what: asked.append(what[2]))
    payload = read_payload(b'{"text": "done", "channel": "#plan-runs"}')
    service.post(channel, payload)
    clock.advance(2)
    service.post_as(channel, PostMessage(channel.channel_id, payload))
    service.messages("plan-runs", limit=1)
    assert asked
    assert [] == [one for one in asked if "count(" in one]
