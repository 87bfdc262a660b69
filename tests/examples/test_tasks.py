"""Each task file is what the platform's own record would hold, and does what it says."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, request
from sqlalchemy import Engine
from tests.receiver.bare_server import Server, eventually, served

from hookproof import Verifier
from hookproof.testing import SECRET
from hookproof_receiver.migrations import bring_up_to_date
from hookproof_receiver.platform import routes as platform
from hookproof_receiver.platform.service import PlatformService
from hookproof_receiver.slack import SlackService
from hookproof_receiver.slack.routes import blueprint as slack_blueprint
from hookproof_receiver.tokens import Tokens
from hookproof_runtime.database import open_engine
from hookproof_sender import HttpTask, Sender, load_task
from hookproof_sender.wire import not_done

FOLDER = Path(__file__).parents[2] / "examples" / "tasks"
SCHEMA = FOLDER / "task.schema.json"

Fill = Callable[..., HttpTask]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/inbox.db")
    bring_up_to_date(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def fill(tmp_path: Path) -> Fill:
    """Makes of an example what a user does: a file of one's own, with the placeholders filled in."""

    def fill(name: str, placeholders: dict[str, str]) -> HttpTask:
        text = (FOLDER / name).read_text(encoding="utf-8")
        for there, instead in placeholders.items():
            assert there in text
            text = text.replace(there, instead)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return load_task(tmp_path / name)

    return fill


def _record(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    record: dict[str, Any] = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    return record


@pytest.mark.parametrize("path", sorted(set(FOLDER.iterdir()) - {SCHEMA}), ids=lambda path: path.name)
def test_every_example_is_tested_below_and_loads_as_it_stands(path: Path) -> None:
    assert path.name in {
        "run-job.json",
        "run-job.toml",
        "slack-bot.toml",
        "slack.toml",
        "tell-the-shop.toml",
    }
    task = load_task(path)
    record = _record(path)
    assert {key: getattr(task, key) for key in record} == record
    assert "application/json" == record["headers"]["Content-Type"]
    json.loads(record["body"])


def test_the_two_forms_of_run_job_say_the_same() -> None:
    """But for the URL: JSON has no comments, so that one keeps the platform's."""
    toml, platforms = _record(FOLDER / "run-job.toml"), _record(FOLDER / "run-job.json")
    for key in ("method", "headers", "body", "maxRetries"):
        assert toml[key] == platforms[key]
    assert "http://www.example.com:3005/v4/jobGroups" == platforms["url"]


@pytest.mark.parametrize(
    ("name", "base"),
    [
        pytest.param("run-job.toml", "http://127.0.0.1:8080", id="TOML"),
        pytest.param("run-job.json", "http://www.example.com:3005", id="JSON"),
    ],
)
def test_run_job_runs_a_job(engine: Engine, tmp_path: Path, fill: Fill, name: str, base: str) -> None:
    tokens = Tokens(b"a-key-that-nobody-could-take-for-a-real-one")
    service = PlatformService(engine, tokens, tmp_path / "jobs")
    try:
        with served(platform.blueprint(service)) as server:
            token = tokens.new("run-job", 60).text
            task = fill(name, {base: _url(server), "TOKEN": token})
            run = Sender(allow_loopback=True).send(task)
            assert ("delivered", 201) == (run.outcome, run.attempts[-1].status)
            eventually(lambda: service.job_group(1).status == "Complete")
    finally:
        service.close()


def test_run_job_is_refused_as_long_as_the_token_is_missing(
    engine: Engine, tmp_path: Path, fill: Fill
) -> None:
    tokens = Tokens(b"a-key-that-nobody-could-take-for-a-real-one")
    with served(platform.blueprint(PlatformService(engine, tokens, tmp_path / "jobs"))) as server:
        task = fill("run-job.toml", {"http://127.0.0.1:8080": _url(server)})
        run = Sender(allow_loopback=True).send(task)
    assert ("failed", [401]) == (run.outcome, [attempt.status for attempt in run.attempts])


def test_slack_puts_its_message_into_the_channel(engine: Engine, fill: Fill) -> None:
    service = SlackService(engine)
    channel = service.new_channel("plan-runs")
    with served(slack_blueprint(service)) as server:
        placeholder = _record(FOLDER / "slack.toml")["url"]
        task = fill("slack.toml", {placeholder: _url(server) + channel.path})
        run = Sender(allow_loopback=True).send(task)
    assert "delivered" == run.outcome
    assert ["Your job has completed."] == [message.text for message in service.messages("plan-runs")]


@pytest.mark.rule("P-SLACK-17")
def test_slacks_bot_puts_its_message_into_the_channel_and_an_error_is_seen(
    engine: Engine, fill: Fill
) -> None:
    service = SlackService(engine)
    channel = service.new_channel("random")
    with served(slack_blueprint(service)) as server:
        task = fill(
            "slack-bot.toml", {"http://127.0.0.1:8080": _url(server), "TOKEN": channel.bot_token}
        )
        run = Sender(allow_loopback=True).send(task)
        service.set_state("random", "archived")
        refused = Sender(allow_loopback=True).send(task)
    assert ["Your job has completed."] == [message.text for message in service.messages("random")]
    assert ("delivered", None) == (run.outcome, not_done(run.attempts[-1]))
    assert ("delivered", 200) == (refused.outcome, refused.attempts[-1].status)
    assert "The channel is archived" in str(not_done(refused.attempts[-1]))


def test_tell_the_shop_is_signed(fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERS_SECRET", SECRET)
    proved: list[Any] = []
    shop = Blueprint("shop", __name__)

    @shop.post("/hooks/orders")
    def orders() -> str:
        proved.append(Verifier(secrets=SECRET).verify(request.get_data(), request.headers).json())
        return ""

    with served(shop) as server:
        task = fill("tell-the-shop.toml", {"http://127.0.0.1:8080": _url(server)})
        run = Sender(allow_loopback=True).send(task)
    assert "delivered" == run.outcome
    (body,) = proved
    assert {"order": 4, "run": body["run"]} == body
    assert re.fullmatch("run_[0-9A-Z]{26}/tell-the-shop", body["run"])


def _url(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}"
