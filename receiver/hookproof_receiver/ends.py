"""What the platform and Slack would be, beside the endpoints: opened, served and closed together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookproof.clock import Clock
from hookproof_runtime.database import Engine, folder_of
from hookproof_runtime.settings import ReceiverSettings

from .platform import all_recipes
from .platform.service import PlatformService
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
        engine: a prepared engine whose schema is up to date.
        clock: the time.

    Raises:
        BadConfiguration: recipes contradict each other.
        CannotRun: the key for tokens cannot be made or read.
    """

    def __init__(self, settings: ReceiverSettings, engine: Engine, clock: Clock) -> None:
        self.platform: PlatformService | None = None
        self.slack: SlackService | None = None
        if settings.platform:
            folder = folder_of(engine.url)
            tokens = Tokens(signing_key(folder), clock, TokenStore(engine).is_revoked)
            self.platform = PlatformService(
                engine, tokens, folder / "jobs", clock, recipes=all_recipes()
            )
            self.platform.start()
        if settings.slack:
            self.slack = SlackService(engine, clock)

    def blueprints(self) -> Iterator[Blueprint]:
        """What each of them serves."""
        # Flask where something is served: a command that reads the inbox need not wait for it.
        if self.platform is not None:
            from .platform.routes import blueprint as platform_blueprint

            yield platform_blueprint(self.platform)
        if self.slack is not None:
            from .slack.routes import blueprint as slack_blueprint

            yield slack_blueprint(self.slack)

    def close(self) -> None:
        """End what runs in them."""
        if self.platform is not None:
            self.platform.close()
