"""A channel's URL answers as Slack's does, over a real socket, and keeps what it took."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine
from tests.receiver.bare_server import Server, served

from hookproof.errors import BadConfiguration
from hookproof.testing import FixedClock
from hookproof_receiver.slack import Channel, SlackService, store
from hookproof_receiver.slack.channel import State
from hookproof_receiver.slack.pace import BURST
from hookproof_receiver.slack.payload import read_payload
from hookproof_receiver.slack.routes import MAX_BODY, blueprint
from hookproof_runtime.database import writing

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HELLO = b'{"text": "Your job has completed."}'


@pytest.fixture
def server(service: SlackService) -> Iterator[Server]:
    with served(blueprint(service)) as server:
        yield server


@pytest.fixture
def channel(service: SlackService) -> Channel:
    return service.new_channel("plan-runs")


def _texts(service: SlackService, name: str = "plan-runs") -> list[str]:
    return [message.text for message in service.messages(name)]


@pytest.mark.rule("P-SLACK-8")
def test_a_message_is_ok_and_in_its_channel(
    server: Server, service: SlackService, channel: Channel, clock: FixedClock
) -> None:
    answer = server.ask("POST", channel.path, HELLO, JSON)
    assert (200, b"ok") == (answer.status, answer.body)
    assert answer.headers["content-type"].startswith("text/plain")
    (message,) = service.messages("plan-runs")
    assert ("plan-runs", "Your job has completed.") == (message.channel, message.text)
    assert (HELLO.decode(), clock()) == (message.payload, message.received_ns)


def test_messages_stay_in_their_order_and_in_their_channel(
    server: Server, service: SlackService, channel: Channel
) -> None:
    other = service.new_channel("#alerts")
    for number in range(5):
        server.ask("POST", channel.path, b'{"text": "%d"}' % number, JSON)
        server.ask("POST", other.path, b'{"text": "other %d"}' % number, JSON)
    assert ["0", "1", "2", "3", "4"] == _texts(service)
    assert [f"other {number}" for number in range(5)] == _texts(service, "alerts")
    assert [("alerts", 5), ("plan-runs", 5)] == [
        (channel.name, count) for channel, count in service.channels()
    ]


@pytest.mark.rule("P-SLACK-8")
@pytest.mark.parametrize(
    ("body", "headers", "text"),
    [
        pytest.param(b'{"text": "h\xc3\xa9\\u00e9\\ud83d\\ude00"}', JSON, "héé😀", id="not ASCII"),
        pytest.param(b'{"text": "a\\nb\\u0000"}', JSON, "a\nb\0", id="control characters"),
        pytest.param(HELLO, {}, "Your job has completed.", id="no content type"),
        pytest.param(HELLO, {"Content-Type": "text/plain"}, "Your job has completed.", id="plain text"),
        pytest.param(
            urlencode({"payload": HELLO}).encode(), FORM, "Your job has completed.", id="a form"
        ),
        pytest.param(
            b'--x\r\nContent-Disposition: form-data; name="payload"\r\n\r\n{"text": "hi"}\r\n--x--\r\n',
            {"Content-Type": "multipart/form-data; boundary=x"},
            "hi",
            id="a form in parts",
        ),
        pytest.param(b'{"blocks": [{"type": "divider"}]}', JSON, "", id="blocks alone"),
        pytest.param(b'{"attachments": [{"text": "a"}], "text": ""}', JSON, "", id="attachments alone"),
    ],
)
def test_what_slack_takes_is_taken(
    server: Server,
    service: SlackService,
    channel: Channel,
    body: bytes,
    headers: dict[str, str],
    text: str,
) -> None:
    answer = server.ask("POST", channel.path, body, headers)
    assert (200, b"ok") == (answer.status, answer.body)
    assert [text] == _texts(service)


@pytest.mark.rule("P-SLACK-10")
@pytest.mark.parametrize(
    ("body", "headers", "word"),
    [
        pytest.param(b"", JSON, b"invalid_payload", id="nothing"),
        pytest.param(b"{", JSON, b"invalid_payload", id="cut short"),
        pytest.param(b'"text"', JSON, b"invalid_payload", id="no object"),
        pytest.param(b"[]", JSON, b"invalid_payload", id="a list"),
        pytest.param(b"\xff", JSON, b"invalid_payload", id="no UTF-8"),
        pytest.param(b'{"text": NaN}', JSON, b"invalid_payload", id="NaN"),
        pytest.param(b"[" * 100_000, JSON, b"invalid_payload", id="nested too deep"),
        pytest.param(b'{"text": "\\ud800"}', JSON, b"invalid_payload", id="half a pair"),
        pytest.param(b'{"text": {"a": 1}}', JSON, b"invalid_payload", id="a text that is none"),
        pytest.param(
            b'{"text": "The plan "nightly" is done"}', JSON, b"invalid_payload", id="quotes not escaped"
        ),
        pytest.param(HELLO, FORM, b"invalid_payload", id="JSON that says it is a form"),
        pytest.param(b"text=hi", FORM, b"invalid_payload", id="a form without payload"),
        pytest.param(b"payload=hi", FORM, b"invalid_payload", id="a form whose payload is no JSON"),
        pytest.param(b"{}", JSON, b"no_text", id="empty"),
        pytest.param(b'{"text": ""}', JSON, b"no_text", id="an empty text"),
        pytest.param(b'{"text": null}', JSON, b"no_text", id="a null text"),
        pytest.param(b'{"text": " \\n"}', JSON, b"no_text", id="blanks"),
        pytest.param(b'{"blocks": []}', JSON, b"no_text", id="no blocks"),
        pytest.param(b'{"message": "hi"}', JSON, b"no_text", id="another key"),
        pytest.param(
            b'{"text": "a", "channel": 4}', JSON, b"invalid_payload", id="a channel that is none"
        ),
        pytest.param(b'{"blocks": {}}', JSON, b"invalid_blocks", id="blocks that are no list"),
        pytest.param(b'{"blocks": ["a"]}', JSON, b"invalid_blocks", id="blocks that are none"),
        pytest.param(
            b'{"blocks": [{"type": 4}]}', JSON, b"invalid_blocks", id="a block without a type"
        ),
        pytest.param(
            json.dumps({"text": "a", "blocks": [{"type": "divider"}] * 51}).encode(),
            JSON,
            b"invalid_blocks",
            id="51 blocks",
        ),
        pytest.param(
            json.dumps({"attachments": [{"text": "a"}] * 101}).encode(),
            JSON,
            b"too_many_attachments",
            id="101 attachments",
        ),
    ],
)
def test_what_slack_refuses_is_400_with_its_word_and_not_kept(
    server: Server,
    service: SlackService,
    channel: Channel,
    body: bytes,
    headers: dict[str, str],
    word: bytes,
) -> None:
    answer = server.ask("POST", channel.path, body, headers)
    assert (400, word) == (answer.status, answer.body)
    assert answer.headers["content-type"].startswith("text/plain")
    assert [] == _texts(service)


def _wrong(channel: Channel) -> dict[str, tuple[str, int, bytes]]:
    team, service, token = channel.team_id, channel.service_id, channel.token
    return {
        "another team": (f"/services/T0000000000/{service}/{token}", 404, b"no_team"),
        "nothing": ("/services", 404, b"no_team"),
        "a slash": ("/services/", 404, b"no_team"),
        "another service": (f"/services/{team}/B0000000000/{token}", 404, b"no_service"),
        "no service": (f"/services/{team}", 404, b"no_service"),
        "another token": (f"/services/{team}/{service}/{'x' * 24}", 403, b"invalid_token"),
        "a token in capitals": (
            f"/services/{team}/{service}/{token.swapcase()}",
            403,
            b"invalid_token",
        ),
        "a token cut short": (f"/services/{team}/{service}/{token[:-1]}", 403, b"invalid_token"),
        "no token": (f"/services/{team}/{service}", 403, b"invalid_token"),
        "a slash after it": (f"{channel.path}/", 403, b"invalid_token"),
        "more after it": (f"{channel.path}/x", 403, b"invalid_token"),
        "no UTF-8": (f"/services/{team}/{service}/%ff", 403, b"invalid_token"),
    }


@pytest.mark.rule("P-SLACK-9")
@pytest.mark.parametrize("name", list(_wrong(Channel("", "", "", "", "", "", 0))))
def test_an_address_that_is_wrong_says_which_part_of_it(
    server: Server, service: SlackService, channel: Channel, name: str
) -> None:
    address, status, word = _wrong(channel)[name]
    answer = server.ask("POST", address, HELLO, JSON)
    assert (status, word) == (answer.status, answer.body)
    assert [] == _texts(service)


@pytest.mark.rule("P-SLACK-13")
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_only_post_is_taken(
    server: Server, service: SlackService, channel: Channel, method: str
) -> None:
    answer = server.ask(method, channel.path, None if method in {"GET", "HEAD"} else HELLO, JSON)
    assert (405, "POST") == (answer.status, answer.headers["allow"])
    assert [] == _texts(service)


@pytest.mark.rule("P-SLACK-13")
@pytest.mark.parametrize("headers", [pytest.param(JSON, id="JSON"), pytest.param(FORM, id="a form")])
def test_a_message_beyond_the_cap_is_413(
    server: Server, service: SlackService, channel: Channel, headers: dict[str, str]
) -> None:
    answer = server.ask("POST", channel.path, b'payload={"text": "' + b"x" * MAX_BODY, headers)
    assert 413 == answer.status
    assert [] == _texts(service)


@pytest.mark.rule("P-SLACK-13")
def test_a_message_that_cannot_be_kept_is_not_ok(
    server: Server,
    service: SlackService,
    channel: Channel,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another writer holds the database for longer than one waits."""
    monkeypatch.setattr(store, "writing", partial(writing, wait=0.3))  # a span, which is 3 s
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM hookproof_slack_messages")
        answer = server.ask("POST", channel.path, HELLO, JSON)
    assert (503, "1") == (answer.status, answer.headers["retry-after"])
    assert [] == _texts(service)


@pytest.mark.rule("P-SLACK-13")
def test_a_message_that_slack_failed_on_is_rollup_error_and_the_log_says_why_without_it(
    server: Server,
    service: SlackService,
    channel: Channel,
    engine: Engine,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Something strange, and not the message's fault: a table is gone."""
    with writing(engine) as connection:
        connection.exec_driver_sql("ALTER TABLE hookproof_slack_messages RENAME TO elsewhere")
    answer = server.ask("POST", channel.path, HELLO, JSON)
    assert (500, b"rollup_error") == (answer.status, answer.body)
    assert "hookproof_slack_messages" in caplog.text
    assert channel.token not in caplog.text
    assert "Your job" not in caplog.text


@pytest.mark.rule("P-SLACK-11")
@pytest.mark.parametrize(
    ("state", "status", "word"),
    [
        pytest.param("archived", 410, b"channel_is_archived", id="archived"),
        pytest.param("prohibited", 403, b"action_prohibited", id="prohibited"),
    ],
)
def test_a_channel_that_takes_no_messages_says_why_until_it_is_open_again(
    server: Server, service: SlackService, channel: Channel, state: State, status: int, word: bytes
) -> None:
    service.set_state("plan-runs", state)
    answer = server.ask("POST", channel.path, HELLO, JSON)
    assert (status, word) == (answer.status, answer.body)
    service.set_state("plan-runs", "open")
    assert b"ok" == server.ask("POST", channel.path, HELLO, JSON).body
    assert ["Your job has completed."] == _texts(service)


@pytest.mark.rule("P-SLACK-11")
@pytest.mark.parametrize(
    ("named", "status", "word"),
    [
        pytest.param("#nowhere", 404, b"channel_not_found", id="no channel"),
        pytest.param("nowhere", 404, b"channel_not_found", id="no channel, without the sign"),
        pytest.param("C0000000000", 404, b"channel_not_found", id="no channel's id"),
        pytest.param("#", 404, b"channel_not_found", id="the sign alone"),
        pytest.param("@ann", 400, b"user_not_found", id="a user"),
        pytest.param("U0000000000", 400, b"user_not_found", id="a user's id"),
    ],
)
def test_a_message_for_nobody_is_refused(
    server: Server, service: SlackService, channel: Channel, named: str, status: int, word: bytes
) -> None:
    body = json.dumps({"text": "a", "channel": named}).encode()
    answer = server.ask("POST", channel.path, body, JSON)
    assert (status, word) == (answer.status, answer.body)
    assert [] == _texts(service)


@pytest.mark.rule("P-SLACK-11")
def test_a_webhook_posts_to_its_own_channel_whatever_the_message_says(
    server: Server, service: SlackService, channel: Channel
) -> None:
    other = service.new_channel("alerts")
    for named in "#alerts", "plan-runs", other.channel_id, channel.channel_id:
        body = json.dumps({"text": named, "channel": named}).encode()
        assert b"ok" == server.ask("POST", channel.path, body, JSON).body
    assert 4 == len(_texts(service))
    assert [] == _texts(service, "alerts")


@pytest.mark.rule("P-SLACK-12")
def test_after_a_burst_a_message_a_second_is_taken(
    server: Server, service: SlackService, channel: Channel, clock: FixedClock
) -> None:
    def post() -> tuple[int, bytes, str | None]:
        answer = server.ask("POST", channel.path, HELLO, JSON)
        return answer.status, answer.body, answer.headers.get("retry-after")

    assert [(200, b"ok", None)] * BURST == [post() for _ in range(BURST)]
    assert [(429, b"rate_limited", "1")] * 3 == [post() for _ in range(3)]
    other = service.new_channel("alerts")
    assert 200 == server.ask("POST", other.path, HELLO, JSON).status
    clock.advance(1)  # what was refused did not count
    assert [200, 429] == [post()[0] for _ in range(2)]
    clock.advance(3600)
    assert [200] * BURST + [429] == [post()[0] for _ in range(BURST + 1)]


@pytest.mark.rule("P-SLACK-12")
def test_the_pace_holds_for_all_who_post_at_once(
    server: Server, service: SlackService, channel: Channel
) -> None:
    """Who counts is the database: other processes post to the channel too."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: server.ask("POST", channel.path, HELLO, JSON).status, range(3 * BURST))
        )
    assert (BURST, 2 * BURST) == (answers.count(200), answers.count(429))
    assert BURST == len(_texts(service))


def test_messages_are_read_page_by_page(service: SlackService, channel: Channel) -> None:
    for number in range(7):
        service.post(channel, read_payload(b'{"text": "%d"}' % number))
    newest = service.messages("plan-runs", limit=3)
    before = service.messages("plan-runs", before=newest[0].number, limit=3)
    assert ["4", "5", "6"] == [message.text for message in newest]
    assert ["1", "2", "3"] == [message.text for message in before]
    assert ["0"] == [m.text for m in service.messages("plan-runs", before=before[0].number)]


def test_channels_made_one_after_the_other_are_in_one_workspace(service: SlackService) -> None:
    assert 1 == len({service.new_channel(name).team_id for name in ("a", "b", "c")})


@pytest.mark.parametrize("name", ["", "#", "Plan", "plan runs", "a" * 81, "plan/runs", "é", "##a"])
def test_a_channels_name_is_slacks(service: SlackService, name: str) -> None:
    with pytest.raises(BadConfiguration, match="a channel's name is"):
        service.new_channel(name)


def test_a_name_is_taken_once(service: SlackService, channel: Channel) -> None:
    with pytest.raises(BadConfiguration, match="plan-runs already"):
        service.new_channel("#plan-runs")


def test_no_repr_shows_a_token_or_a_text(service: SlackService, channel: Channel) -> None:
    payload = read_payload(HELLO)
    service.post(channel, payload)
    shown = repr(channel) + repr(service.messages("plan-runs")) + repr(payload)
    assert channel.token not in shown
    assert channel.bot_token not in shown
    assert "Your job" not in shown
