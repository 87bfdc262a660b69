"""A line for people, and a document for programs, of each event. No header and no body is in either."""

from __future__ import annotations

from typing import Any

from hookproof.clock import to_datetime, to_text

from .events import Came, Event, How

_HOW: dict[How, str] = {
    "done": "done in {took}",
    "peer_left": "the peer left after {took}",
    "minute_over": "cut off after {took}",
    "stopped": "stopped after {took}",
}


def line(event: Event) -> str:
    """One line, in local time. Whoever prints it makes it harmless first."""
    at = to_datetime(event.at_ns).astimezone().strftime("%H:%M:%S.%f")[:-3]
    if isinstance(event, Came):
        asked = f"#{event.number} {event.method} {event.path}  {event.size} B"
        return f"{at}  --> {asked:<32}  guid {event.guid or '-'}  {event.step}: {event.fault}"
    whose = f"connection {event.connection}" if event.request is None else f"#{event.request}"
    how = _HOW[event.how].format(took=_span(event.duration_s))
    return f"{at}  <-- {whose} {event.what}: {how}, {event.sent} B sent"


def document(event: Event) -> dict[str, Any]:
    """What `--jsonl` prints of it."""
    if isinstance(event, Came):
        return {
            "event": "came",
            "at": to_text(event.at_ns),
            "request": event.number,
            "connection": event.connection,
            "method": event.method,
            "path": event.path,
            "body_bytes": event.size,
            "guid": event.guid,
            "step": event.step,
            "fault": event.fault,
        }
    return {
        "event": "ended",
        "at": to_text(event.at_ns),
        "request": event.request,
        "connection": event.connection,
        "what": event.what,
        "how": event.how,
        "duration_s": round(event.duration_s, 6),
        "sent_bytes": event.sent,
    }


def _span(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
