"""What a run needs of the sender that it belongs to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from ...outbox import Leased, Outbox
from ...tasks import HttpTask
from ...wire import Attempt, Outgoing, Start


@dataclass(frozen=True, slots=True)
class Parts:
    """The sender's own parts: plans send exactly as it does."""

    outbox: Outbox
    """Where messages are recorded, and runs beside them."""
    draft: Callable[[HttpTask], Leased]
    """Makes a message of a task; raises HookproofError where it could not be signed."""
    make: Callable[[Leased, Callable[[Start], None]], Attempt]
    """Makes one attempt of a message, and says when it begins."""
    fetch: Callable[[Outgoing], Attempt]
    """Makes a request that is on no record: one that only asks."""
    rng: Random
    """Where delays come from."""
    stopped: threading.Event
    """Set when nothing more is to be sent."""
