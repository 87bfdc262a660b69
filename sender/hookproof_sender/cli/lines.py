"""What a person reads: a line when an attempt starts, one when it is over, one at the end."""

from __future__ import annotations

from hookproof.clock import to_datetime
from hookproof_runtime.command_line import printable

from ..app import Run
from ..tasks import HttpTask
from ..wire import Attempt, Start, masked_url

_GAP = "  "


def start_line(start: Start, task: HttpTask, *, loopback_allowed: bool, of: int) -> str:
    """`14:51:37.120  --> POST http://… 612 B  attempt 1 of 4  guid -`."""
    parts = [
        f"{time_of_day(start.started_ns)}  --> {task.method.upper()} {masked_url(task.url)}",
        f"{len(task.bytes_to_send)} B",
        f"attempt {start.number} of {of}",
        f"guid {start.guid or '-'}",
    ]
    if loopback_allowed:
        parts.append("loopback allowed")
    return _GAP.join(parts)


def attempt_line(attempt: Attempt) -> str:
    """`14:51:37.124  <-- 503 in 4 ms  answered 503 …; tried again in 0.8 s`."""
    over_ns = attempt.started_ns + round(attempt.duration_s * 1e9)
    what = attempt.sentence
    if attempt.warning is not None:
        what += f"; {attempt.warning}"
    if attempt.retry_after is not None:
        what += f"; it asks for a pause (Retry-After: {attempt.retry_after})"
    if attempt.retry_in_s is not None:
        what += f"; tried again in {duration(attempt.retry_in_s)}"
    head = attempt.cause or str(attempt.status)
    return _GAP.join([f"{time_of_day(over_ns)}  <-- {head} in {duration(attempt.duration_s)}", what])


def outcome_line(run: Run, task: HttpTask) -> str:
    """`delivered  msg_…  Tell the shop  after 2 attempts  guid …`, and how to go on."""
    number = len(run.attempts)
    count = "1 attempt" if number == 1 else f"{number} attempts"
    why = {
        "delivered": "",
        "failed": f"; once it can succeed: hookproof outbox retry {run.id}",
        "cancelled": "; somebody cancelled it meanwhile",
        "unknown": f"; look at the receiver, then: hookproof outbox retry {run.id}, or cancel",
        "pending": f"; hookproof work goes on with it; see hookproof outbox show {run.id}",
        "in_flight": f"; another process sends it now; see hookproof outbox show {run.id}",
    }[run.state]
    line = f"{run.outcome}  {run.id}  {printable(task.name)}  after {count}  guid {run.guid or '-'}"
    return line + why


def duration(seconds: float) -> str:
    """`4 ms`, or `1.20 s`."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def time_of_day(nanoseconds: int) -> str:
    """The time of day where the reader is, to the millisecond."""
    return to_datetime(nanoseconds).astimezone().strftime("%H:%M:%S.%f")[:-3]
