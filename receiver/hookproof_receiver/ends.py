"""What stands beside the endpoints (platform, Slack, pages): opened, served and closed together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from hookproof.clock import Clock
from hookproof_runtime.database import Engine, file_of, folder_beside, folder_of
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
from .tokens import Sessions, Tokens, TokenStore, signing_key

if TYPE_CHECKING:
    from flask import Blueprint


def wants_ends(settings: ReceiverSettings) -> bool:
    """Is any of them to be served? Then the database is opened before the first request."""
    return settings.platform or settings.slack or settings.pages


class Ends:
    """Those that the settings ask for, opened; the others are None.

    Args:
        settings: which, and how.
        sender: where the platform's webhooks and plans may send to, and how.
        engine: a prepared engine whose schema is up to date.
        clock: the time.

    Raises:
        BadConfiguration: recipes contradict each other.
        CannotRun: the key for tokens cannot be made or read.
    """

    def __init__(
        self, settings: ReceiverSettings, sender: SenderSettings, engine: Engine, clock: Clock
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._clock = clock
        self.platform: PlatformService | None = None
        self._running = TaskRunning(lambda: find(sender))
        self._webhooks: WebhookService | None = None
        self._plans: PlanService | None = None
        self.slack: SlackService | None = None
        if settings.platform:
            recipes = all_recipes()
            self._webhooks = WebhookService(engine, self._running, recipes, clock)
            self._plans = PlanService(engine, self._running, settings.plans, clock)
            self.platform = PlatformService(
                engine,
                self._tokens,
                folder_beside(file_of(engine.url), ".jobs"),
                clock,
                recipes=recipes,
                listeners=[self._webhooks],
            )
        if settings.slack:
            self.slack = SlackService(engine, clock)

    @cached_property
    def _signing(self) -> tuple[bytes, Clock, Callable[[str], bool]]:
        """What tokens and sessions are signed and checked with; the key is made where it is missing."""
        key = signing_key(folder_of(self._engine.url))
        return key, self._clock, TokenStore(self._engine).is_revoked

    @cached_property
    def _tokens(self) -> Tokens:
        return Tokens(*self._signing)

    def start(self) -> None:
        """Take up what an earlier process left: where it is served, not in a command that helps out.

        Raises:
            BadConfiguration: a plan's file is none.
        """
        if self._plans is not None:
            self._plans.start()  # first: it may find that a file is wrong, before anything runs
        if self.platform is not None:
            self.platform.start()
        if self._webhooks is not None:
            self._webhooks.start()

    def blueprints(self, paths: Sequence[str], listen: str | None) -> Iterator[Blueprint]:
        """What each of them serves.

        Args:
            paths: the endpoints'; one at `/` goes before the front page.
            listen: the address that the server listens at; None where it is not known.

        Raises:
            BadConfiguration: one of the hosts in the settings is no host.
            CannotRun: the key for tokens cannot be made or read.
        """
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
        if self._settings.pages:
            yield self._pages(paths, listen)

    def _pages(self, paths: Sequence[str], listen: str | None) -> Blueprint:
        from .door import TokenDoor
        from .inbox import Ledger
        from .inspector.pages import section as deliveries
        from .pages import Site, gate_of
        from .pages.routes import blueprint

        sections = [deliveries(Ledger(self._engine, self._clock), paths)]
        if self.platform is not None:
            from .platform.pages import section as flows

            sections.append(flows(self.platform))
        if self.slack is not None:
            from .slack.pages import section as channels

            sections.append(channels(self.slack))
        door = TokenDoor(self._tokens, Sessions(*self._signing), self._clock)
        gate = gate_of(door, listen, self._settings.hosts)
        site = Site(sections, [("Endpoint", one) for one in paths])
        return blueprint(site, gate, taken=paths, clock=self._clock)

    def close(self) -> None:
        """End what runs in them."""
        if self.platform is not None:
            self.platform.close()
        if self._webhooks is not None:
            self._webhooks.close()
        self._running.close()
