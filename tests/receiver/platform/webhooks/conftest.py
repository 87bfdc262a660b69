from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine
from tests.receiver.bare_server import Server, served

from hookproof.clock import system_clock
from hookproof_receiver.platform.routes import blueprint
from hookproof_receiver.platform.service import PlatformService
from hookproof_receiver.platform.task_running import TaskRunning
from hookproof_receiver.platform.webhooks.operations import webhook_operations
from hookproof_receiver.platform.webhooks.service import WebhookService
from hookproof_receiver.tokens import Tokens
from hookproof_runtime.settings import SenderSettings
from hookproof_runtime.task_runner import find


class OneFlow:
    """Flow 1 with the recipes 4 and 5."""

    def flow_of(self, recipe_id: int) -> int | None:
        return 1 if recipe_id in (4, 5) else None

    def recipes_of(self, flow_id: int) -> Sequence[int] | None:
        return (4, 5) if flow_id == 1 else None


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
    webhooks = WebhookService(engine, running, OneFlow(), system_clock)
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
