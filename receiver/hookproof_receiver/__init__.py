"""Receive webhooks: verify, keep, handle retried requests exactly once.

    receiver = Receiver(database="sqlite:///shop.db")

    @receiver.on("/hooks/orders", secrets=os.environ["ORDERS_SECRET"], identity="json:/run")
    def order(message, tx): ...

What needs the extra `receiver` is imported when it is asked for.
"""

from typing import TYPE_CHECKING, Any

from hookproof_runtime.extras import load

if TYPE_CHECKING:
    from .app import Receiver as Receiver
    from .inbox import Message as Message
    from .inbox import Rejected as Rejected

_HOMES = {
    "Receiver": "hookproof_receiver.app",
    "Message": "hookproof_receiver.inbox",
    "Rejected": "hookproof_receiver.inbox",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(load(_HOMES[name], "receiver"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
