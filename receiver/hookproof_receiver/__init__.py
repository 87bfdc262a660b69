"""Receive webhooks: verify, keep, handle retried requests exactly once.

    receiver = Receiver(database="sqlite:///shop.db")

    @receiver.on("/hooks/orders", secrets=os.environ["ORDERS_SECRET"], identity="json:/run")
    def order(message, tx): ...

Or, in an application that has its own views and its own transaction:

    if claim(delivery, connection=connection, endpoint="orders"): ...

What needs the extra `receiver` is imported when it is asked for; `claim` needs none.
"""

from typing import TYPE_CHECKING

from hookproof_runtime.extras import on_request

if TYPE_CHECKING:
    from .app import Receiver as Receiver
    from .claims import CLAIMS_TABLE as CLAIMS_TABLE
    from .claims import ClaimRefused as ClaimRefused
    from .claims import claim as claim
    from .claims import create_claims_table as create_claims_table
    from .claims import prune_claims as prune_claims
    from .inbox import Message as Message
    from .inbox import NotYet as NotYet
    from .inbox import Rejected as Rejected
    from .inbox import Verbatim as Verbatim

_HOMES = {
    "Receiver": "hookproof_receiver.app",
    "Message": "hookproof_receiver.inbox",
    "NotYet": "hookproof_receiver.inbox",
    "Rejected": "hookproof_receiver.inbox",
    "Verbatim": "hookproof_receiver.inbox",
    "CLAIMS_TABLE": "hookproof_receiver.claims",
    "ClaimRefused": "hookproof_receiver.claims",
    "claim": "hookproof_receiver.claims",
    "create_claims_table": "hookproof_receiver.claims",
    "prune_claims": "hookproof_receiver.claims",
}

__getattr__ = on_request(__name__, _HOMES, "receiver")
