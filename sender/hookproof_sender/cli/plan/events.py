"""What happens in a run, a line each, for whoever has no terminal."""

from __future__ import annotations

from hookproof.clock import system_clock
from hookproof_runtime.command_line import printable

from ...plans.running import AttemptBegun, AttemptOver, Event, JobSeen, NodeChanged, Waits, Warned
from ..lines import attempt_line, duration, time_of_day

_GAP = "  "


def event_line(event: Event) -> str:
    """`14:51:37.120  zj  --> POST http://…  attempt 1 of 4  guid -`, and the like."""
    match event:
        case AttemptOver(handle, attempt):
            time, _, what = attempt_line(attempt).partition(_GAP)
            return _GAP.join([time, handle, what])
        case AttemptBegun(handle, start, allowed, target):
            parts = [
                time_of_day(start.started_ns),
                handle,
                f"--> {printable(target)}",
                f"attempt {start.number} of {allowed}",
                f"guid {start.guid or '-'}",
            ]
            return _GAP.join(parts)
        case NodeChanged(handle, state, sentence):
            said = [state, sentence or ""]
        case JobSeen(handle, job, status):
            said = [f"job {job} {printable(status)}"]
        case Waits(handle, seconds, elsewhere):
            said = [waiting(seconds, elsewhere=elsewhere)]
        case Warned(handle, sentence):
            said = [f"warning: {sentence}"]
    return _GAP.join([time_of_day(system_clock()), handle, *(printable(one) for one in said if one)])


def waiting(seconds: float, *, elsewhere: bool) -> str:
    """What a node that was taken up waits for, in words."""
    if elsewhere:
        return f"another process sends its message: its lease runs out in {duration(seconds)}"
    return f"its next attempt is due in {duration(seconds)}"
