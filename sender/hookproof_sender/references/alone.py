"""What a task that is sent alone can refer to: it runs as a plan of one task."""

from __future__ import annotations

from hookproof.clock import to_text
from hookproof.errors import BadConfiguration
from hookproof_runtime.ids import new_id

from .reference import Metadata


def new_run_id(now_ns: int) -> str:
    """An id for the run of a plan: `run_06C…`, which sorts by time.

    Args:
        now_ns: Unix time in nanoseconds.
    """
    return new_id("run", now_ns)


def alone(name: str, now_ns: int) -> Metadata:
    """The metadata of a plan of one task, which begins now; each call is another run.

    Who runs it, and where such a plan could be found, nobody knows: `$plan.user`, `$plan.id` and
    `$plan.url` are unknown.

    Args:
        name: the task's.
        now_ns: Unix time in nanoseconds.

    Raises:
        BadConfiguration: this is beyond the year 9999.
    """
    try:
        start_time = to_text(now_ns)
    except OverflowError:
        raise BadConfiguration("this computer's clock is beyond the year 9999: set it") from None
    return {
        "plan": {
            "name": name,
            "duration": 0,
            "startTime": start_time,
            "runId": new_run_id(now_ns),
            "taskCount": 1,
        }
    }
