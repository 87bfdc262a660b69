"""One request at an endpoint that is answered as soon as its message is kept: no thread waits."""

from __future__ import annotations

from collections.abc import Callable

from hookproof_runtime.database import Busy, Connection, StorageError
from hookproof_runtime.logs import get_logger

from ..identity import Asked
from .answer import Answer
from .answering import answer_for, unavailable
from .arrival import Arrival
from .endpoint import Endpoint
from .keeping import keep, refusal
from .outcome import describe as describe_error
from .process import Process
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

    def write(connection: Connection) -> Answer:
        kept = keep(connection, endpoint, arrival, asked, process, has_room=False)
        assert kept is not None  # no handler is waited for
        if kept.settled is None:
            return refusal(kept, arrival)
        answer = answer_for(kept.settled, duplicate=kept.delivery.verdict == "answered")
        assert answer is not None  # what runs was promised
        return answer

    def then(work: Work[Answer]) -> None:
        if work.error is None and work.result is not None:
            if work.result.kept:
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
        process.writer.submit(Work(write, then))


def _words(error: Exception | None) -> str:
    return describe_error(error) if isinstance(error, StorageError) else type(error).__name__
