"""An outbox with messages in every state, and the command that shows them."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from click.testing import CliRunner, Result

from hookproof.clock import system_clock
from hookproof_runtime.command_line.root import root
from hookproof_sender import HttpTask
from hookproof_sender.outbox import Filters, Outbox, State
from hookproof_sender.wire import Attempt, unmade

URL = "http://127.0.0.1:9/hooks/orders"
DATABASE = "sqlite:///.hookproof/outbox.db"


def hookproof(*words: object) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(root, [str(word) for word in words], standalone_mode=False)


def task(**keys: Any) -> HttpTask:
    fields = {"name": "Tell", "method": "post", "url": URL, "body": "{}", "maxRetries": 1} | keys
    return HttpTask.model_validate(fields)


def answered(number: int, status: int, **fields: Any) -> Attempt:
    """An attempt that got a whole answer."""
    plain = unmade(number, system_clock() // 1_000_000, None, "lost", "")
    values = {name: getattr(plain, name) for name in plain.__dataclass_fields__}
    values |= {"status": status, "cause": None, "sentence": f"answered {status}", "duration_s": 0.004}
    return Attempt(**values | fields)


class Recorded:
    """An outbox in the working folder.

    Args:
        ago: how many seconds ago what is recorded here happens.
        lease: seconds; a message in flight is abandoned when they are over.
    """

    def __init__(self, *, ago: float = 0.0, lease: float = 60.0) -> None:
        Path(".hookproof").mkdir(exist_ok=True)
        self.outbox = Outbox(
            DATABASE, lease=lease, clock=lambda: system_clock() - round(ago * 1_000_000_000)
        )

    def add(self, state: State, *attempts: Attempt, **keys: Any) -> str:
        """Record a message, and bring it to a state as a sender does; its id."""
        if state == "pending" and not attempts:
            return self.outbox.enqueue(task(**keys))
        if state == "cancelled":
            one = self.add("pending", **keys)
            self.outbox.cancel(Filters(ids=(one,)))
            return one
        last: dict[State, Attempt] = {
            "delivered": answered(1, 200),
            "failed": answered(1, 503),
            "unknown": unmade(1, 0, None, "lost", "its process ended"),
        }
        keys = {"maxRetries": 0} | keys if state in ("failed", "unknown") else keys
        leased = self.outbox.draft(task(**keys))
        self.outbox.begin(leased)
        for attempt in attempts or ((last[state],) if state in last else ()):
            if attempt.number > leased.number:
                leased = self.outbox.go_on(leased)
            self.outbox.finish_attempt(leased, attempt, Random(4))
        if state == "pending":
            self.outbox.let_go(leased)
        return leased.id

    def state(self, message_id: str) -> State:
        kept = self.outbox.show(message_id)
        assert kept is not None
        return kept.state

    def guid(self, message_id: str) -> str:
        kept = self.outbox.show(message_id)
        assert kept is not None
        return kept.guid
