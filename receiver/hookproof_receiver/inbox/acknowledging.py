"""One request at an endpoint that is answered as soon as its message is kept: no thread waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hookproof_runtime.database import Busy, Connection, StorageError, driver_of
from hookproof_runtime.ids import as_message_id
from hookproof_runtime.logs import get_logger

from ..identity import Asked, Found, decide, wants_link
from .answer import Answer
from .answering import answer_for, unavailable
from .arrival import Arrival
from .endpoint import Endpoint
from .keeping import describe, keep, refusal
from .outcome import describe as describe_error
from .process import Process
from .store import deliveries, identities, messages
from .writer import Work

_log = get_logger(__name__)


def acknowledge(
    process: Process,
    endpoint: Endpoint,
    arrival: Arrival,
    asked: Asked,
    done: Callable[[Answer], None],
) -> None:
    """Have a request's message kept, and `done` called with the answer once it is on the disk.

    Args:
        process: this process's share of the work.
        endpoint: where it came; one that acknowledges.
        arrival: what came.
        asked: what it says of itself.
        done: called once: in this thread where too much waits already, else in the writer's.
    """
    new = New(endpoint, arrival, asked) if _may_be_new(endpoint, asked) else None

    def write(connection: Connection) -> Answer:
        if new is not None and (answers := write_new(connection, [new])):
            return answers[0]
        kept = keep(connection, endpoint, arrival, asked, process, has_room=False)
        assert kept is not None  # no handler is waited for
        if kept.settled is None:
            return refusal(kept, arrival)
        answer = answer_for(kept.settled, duplicate=kept.delivery.verdict == "answered")
        assert answer is not None  # what runs was promised
        return answer

    def then(work: Work[Answer]) -> None:
        if work.error is None and work.result is not None:
            if work.result.kept and endpoint.handler is not None:
                process.due.set()
            done(work.result)
        elif isinstance(work.error, Busy):
            done(unavailable("busy"))
        else:
            _log.error("not kept", delivery=arrival.id, error=_words(work.error))
            done(unavailable("not_kept"))

    if process.writer.is_full:
        done(unavailable("busy"))
    else:
        process.writer.submit(Work(write, then, part=new))


class New:
    """A request that would be a new message if nothing on record knew it.

    Most are. So what is to be written is made before the turn, by the same ladder with nothing found;
    the turn has to show only that nothing is found.
    """

    __slots__ = ("answer", "delivery", "identities", "message")

    def __init__(self, endpoint: Endpoint, arrival: Arrival, asked: Asked) -> None:
        decision = decide(asked, Found(), endpoint)
        message_id = as_message_id(arrival.id)
        now_ms = arrival.received_ns // 1_000_000
        self.identities = identities.rows_of(message_id, endpoint, asked, decision, now_ms)
        self.message = messages.row_of(message_id, endpoint, arrival, asked, decision, "", now_ms)
        self.delivery = deliveries.row_of(describe(endpoint, arrival, decision, message_id, 200))
        self.answer = Answer(200, message_id=message_id, kept=True)


def write_new(connection: Connection, new: Sequence[New]) -> list[Answer] | None:
    """Write new messages down; None where something on record knows one, and nothing was written."""
    driver = driver_of(connection)
    if not identities.bind_unknown(driver, [row for one in new for row in one.identities]):
        return None
    messages.insert_rows(driver, [one.message for one in new])
    deliveries.insert_rows(driver, [one.delivery for one in new])
    return [one.answer for one in new]


def _may_be_new(endpoint: Endpoint, asked: Asked) -> bool:
    """Whether the parts of the request alone can tell: rule 3 would have to look for more."""
    if asked.stale or wants_link(asked, Found(), endpoint):
        return False
    return not (endpoint.identity_required and asked.field is None)


def _words(error: Exception | None) -> str:
    return describe_error(error) if isinstance(error, StorageError) else type(error).__name__
