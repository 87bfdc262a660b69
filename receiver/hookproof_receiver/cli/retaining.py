"""How long what is kept stays, by the settings."""

from __future__ import annotations

from hookproof_runtime.settings import ReceiverSettings

from ..inbox import Retention


def retention_of(settings: ReceiverSettings) -> Retention:
    """What the settings mean.

    Raises:
        BadConfiguration: messages would go before they may, or before their bodies.
    """
    return Retention(settings.bodies_kept, settings.messages_kept, settings.apart_kept)
