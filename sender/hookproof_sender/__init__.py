"""Send HTTP tasks as the platform sends them: signed, with one deadline, retried under a GUID.

    run = Sender(allow_loopback=True).send(load_task("tell-the-shop.toml"))
    run.outcome, run.guid, run.attempts

What needs the extra `sender` is imported when it is asked for.
"""

from typing import TYPE_CHECKING

from hookproof_runtime.extras import on_request

if TYPE_CHECKING:
    from .app import Run as Run
    from .app import Sender as Sender
    from .outbox import Filters as Filters
    from .outbox import Outbox as Outbox
    from .outbox import Terms as Terms
    from .plans import Plan as Plan
    from .plans import load_plan as load_plan
    from .plans.running import PlanRun as PlanRun
    from .plans.running import PlanRunner as PlanRunner
    from .targets import Allowed as Allowed
    from .targets import ConnectTo as ConnectTo
    from .targets import Forbidden as Forbidden
    from .targets import Policy as Policy
    from .tasks import HttpTask as HttpTask
    from .tasks import load_task as load_task
    from .wire import Attempt as Attempt

_HOMES = {
    "Allowed": "hookproof_sender.targets",
    "Attempt": "hookproof_sender.wire",
    "ConnectTo": "hookproof_sender.targets",
    "Filters": "hookproof_sender.outbox",
    "Forbidden": "hookproof_sender.targets",
    "HttpTask": "hookproof_sender.tasks",
    "Outbox": "hookproof_sender.outbox",
    "Plan": "hookproof_sender.plans",
    "PlanRun": "hookproof_sender.plans.running",
    "PlanRunner": "hookproof_sender.plans.running",
    "Policy": "hookproof_sender.targets",
    "Run": "hookproof_sender.app",
    "Sender": "hookproof_sender.app",
    "Terms": "hookproof_sender.outbox",
    "load_plan": "hookproof_sender.plans",
    "load_task": "hookproof_sender.tasks",
}

__getattr__ = on_request(__name__, _HOMES, "sender")
