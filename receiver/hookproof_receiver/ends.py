"""What the platform and Slack would be, beside the endpoints: opened, served and closed together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookproof.clock import Clock
from hookproof_runtime.database import Engine, folder_of
from hookproof_runtime.settings import ReceiverSettings, SenderSettings
from hookproof_runtime.task_runner import find

from .platform import all_recipes
from .platform.plans.operations import plan_operations
from .platform.plans.service import PlanService
from .platform.service import PlatformService
from .platform.task_running import TaskRunning
from .platform.webhooks.operations import webhook_operations
from .platform.webhooks.service import WebhookService
from .slack import SlackService
from .tokens import Tokens, TokenStore, signing_key

if TYPE_CHECKING:
    from flask import Blueprint


def wants_ends(settings: ReceiverSettings) -> bool:
    """Is any of them to be served? Then the database is opened before the first request."""
    return settings.platform or settings.slack


class Ends:
    """Those that the settings ask for, opened; the others are None.

    Args:
        settings: which, and how.
        sender: where the platform's webhooks and plans may send to, and how.
        engine: a prepared engine whose schema is up to date.
        clock: the time.

    Raises:
        BadConfiguration: recipes contradict each other; a plan's file is none.
        CannotRun: the key for tokens cannot be made or read.
    """

    def __init__(
        self, settings: ReceiverSettings, sender: SenderSettings, engine: Engine, clock: Clock
    ) -> None:
        self.platform: PlatformService | None = None
        self._running = TaskRunning(lambda: find(sender))
        self._webhooks: WebhookService | None = None
        self._plans: PlanService | None = None
        self.slack: SlackService | None = None
        if settings.platform:
            folder = folder_of(engine.url)
            tokens = Tokens(signing_key(folder), clock, TokenStore(engine).is_revoked)
            recipes = all_recipes()
            self._webhooks = WebhookService(engine, self._running, recipes, clock)
            self._plans = PlanService(engine, self._running, settings.plans, clock)
            self.platform = PlatformService(
                engine, tokens, folder / "jobs", clock, recipes=recipes, listeners=[self._webhooks]
            )
            self._plans.start()  # first: it may find that a file is wrong, before anything runs
            self.platform.start()
            self._webhooks.start()
        if settings.slack:
            self.slack = SlackService(engine, clock)

    def blueprints(self) -> Iterator[Blueprint]:
        """What each of them serves."""
        # Flask where something is served: a command that reads the inbox need not wait for it.
        if self.platform is not None:
            from .platform.routes import blueprint as platform_blueprint

            assert self._webhooks is not None
            assert self._plans is not None
            more = [*webhook_operations(self._webhooks), *plan_operations(self._plans)]
            yield platform_blueprint(self.platform, more)
        if self.slack is not None:
            from .slack.routes import blueprint as slack_blueprint

            yield slack_blueprint(self.slack)

    def close(self) -> None:
        """End what runs in them."""
        if self.platform is not None:
            self.platform.close()
        if self._webhooks is not None:
            self._webhooks.close()
        self._running.close()
