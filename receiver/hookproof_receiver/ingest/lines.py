"""The lines that a person sees of a request: `-->` when it was judged, `<--` when answered.

Of a refused one there is a third, `why`, where it could be explained; `run` is of a message that the
receiver ran by itself.
"""

from __future__ import annotations

from hookproof.clock import to_datetime

from ..inbox import Answer, Ran
from .events import Answered, Event, Explained, Received


def line(event: Event, reason: str | None = None) -> str:
    """One line, with the id that joins them, in local time. Whoever prints it makes it harmless first.

    Args:
        event: what happened.
        reason: why the handler failed, where it did.
    """
    if isinstance(event, Received):
        text = _received(event)
    elif isinstance(event, Answered):
        text = answered(event.delivery_id, event.answer, event.duration_s, reason)
    elif isinstance(event, Explained):
        text = _explained(event)
    else:
        text = _ran(event)
    return timed(event.at_ns, text)


def timed(at_ns: int, text: str) -> str:
    """A line with its time before it: that of the day, in local time, to the millisecond."""
    at = to_datetime(at_ns).astimezone().strftime("%H:%M:%S.%f")[:-3]
    return f"{at}  {text}"


def _received(event: Received) -> str:
    size = "-" if event.size is None else f"{event.size} B"
    verdict = event.sentence if event.code is None else f"refused, {event.code}: {event.sentence}"
    asked = f"{event.method} {event.path}  {size}"
    return f"--> {asked:<28}  {event.delivery_id}  guid {event.guid or '-'}  {verdict}"


def answered(
    delivery_id: str, answer: Answer, duration_s: float | None, reason: str | None = None
) -> str:
    """The line of an answer, less its time.

    Args:
        delivery_id: `dlv_…`.
        answer: what was decided.
        duration_s: seconds from the request to its answer; None where nobody knows them any more.
        reason: why the handler failed, where it did.
    """
    took = str(answer.status)
    if duration_s is not None:
        took += f" in {duration_s * 1000:.0f} ms"
    message = answer.message_id or "-"
    return f"<-- {took:<28}  {delivery_id}  {message}  {_outcome(answer, reason)}".rstrip()


def _explained(event: Explained) -> str:
    return f"why {'':<28}  {event.delivery_id}  {event.cause}"


def _ran(event: Ran) -> str:
    took = f"{event.status or '-'} in {event.duration_s * 1000:.0f} ms"
    ran = f"run {took:<28}  {event.message_id}  attempt {event.attempt}  "
    if event.error is None:
        return ran + ("handled" if event.state == "done" else event.state)
    again = "parked" if event.again_in_s is None else f"again in {event.again_in_s:.1f} s"
    return f"{ran}{again}: {event.error}"


def _outcome(answer: Answer, reason: str | None) -> str:
    if reason is not None:
        return f"handler failed: {reason}"
    if answer.duplicate:
        return "a duplicate: the kept answer"
    if answer.kept:
        return "kept"
    if answer.code is not None:
        return answer.code if answer.message_id is not None or answer.status >= 500 else ""
    return "handled" if answer.status < 300 else "rejected"
