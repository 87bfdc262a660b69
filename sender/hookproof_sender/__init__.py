"""Send HTTP tasks as the platform sends them: signed, with one deadline, retried under a GUID.

    run = Sender(allow_loopback=True).send(load_task("tell-the-shop.toml"))
    run.outcome, run.guid, run.attempts

What needs the extra `sender` is imported when it is asked for.
"""

from typing import TYPE_CHECKING, Any

from hookproof_runtime.extras import load

if TYPE_CHECKING:
    from .app import Run as Run
    from .app import Sender as Sender
    from .tasks import HttpTask as HttpTask
    from .tasks import load_task as load_task
    from .wire import Attempt as Attempt

_HOMES = {
    "Attempt": "hookproof_sender.wire",
    "HttpTask": "hookproof_sender.tasks",
    "Run": "hookproof_sender.app",
    "Sender": "hookproof_sender.app",
    "load_task": "hookproof_sender.tasks",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(load(_HOMES[name], "sender"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
