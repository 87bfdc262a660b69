from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from tests.receiver.bare_server import Server, served

from hookproof_receiver.platform import Flow, Recipe, Step
from hookproof_receiver.platform.routes import blueprint
from hookproof_receiver.platform.service import PlatformService
from hookproof_receiver.platform.task_running import TaskRunning
from hookproof_receiver.platform.webhooks.operations import webhook_operations
from hookproof_receiver.platform.webhooks.service import WebhookService
from hookproof_receiver.tokens import Tokens
from hookproof_runtime.settings import SenderSettings
from hookproof_runtime.task_runner import find

STEP = Step("wrangle", "nowhere:nothing")
FLOW = Flow(1, "Orders")
RECIPES = {number: Recipe(number, f"recipe {number}", (STEP,), FLOW) for number in (4, 5)}
"""Flow 1, with two recipes."""


@pytest.fixture
def outbox(tmp_path: Path) -> str:
    """Where the task runner records."""
    return f"sqlite:///{tmp_path}/outbox.db"


@pytest.fixture
def running(outbox: str) -> Iterator[TaskRunning]:
    settings = SenderSettings.model_validate(
        {"database": outbox, "allowLoopback": True, "retryBase": "10 ms"}
    )
    running = TaskRunning(lambda: find(settings))
    yield running
    running.close()


@pytest.fixture
def webhooks(engine: Engine, running: TaskRunning) -> Iterator[WebhookService]:
    webhooks = WebhookService(engine, running, RECIPES)
    yield webhooks
    webhooks.close()


@pytest.fixture
def server(service: PlatformService, webhooks: WebhookService) -> Iterator[Server]:
    with served(blueprint(service, webhook_operations(webhooks))) as server:
        yield server


@pytest.fixture
def headers(tokens: Tokens) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {tokens.new('run-job', 3600).text}",
    }
