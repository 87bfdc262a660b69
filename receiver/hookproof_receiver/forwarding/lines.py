"""The lines that a person sees of forwarding, beside those of the requests."""

from __future__ import annotations

from hookproof.clock import to_datetime

from .events import Away, Event, Forwarded


def line(event: Event) -> str:
    """One line, in local time. Whoever prints it makes it harmless first."""
    at = to_datetime(event.at_ns).astimezone().strftime("%H:%M:%S.%f")[:-3]
    if isinstance(event, Forwarded):
        return f"{at}  {_forwarded(event)}"
    if isinstance(event, Away):
        return f"{at}  ... {event.url} cannot be reached: {event.sentence}"
    return f"{at}  ... {event.url} is back after {event.away_s:.1f} s"


def _forwarded(event: Forwarded) -> str:
    what = event.status if event.status is not None else event.cause
    took = f"{what} in {event.duration_s * 1000:.0f} ms"
    ids = f"{event.delivery_id or '-'}  {event.message_id}"
    return f"<-- {took:<28}  {ids}  {_outcome(event)}{_anew(event)}"


def _outcome(event: Forwarded) -> str:
    if event.taken:
        return "forwarded"
    if event.status is not None:
        return f"the application answered {event.status}"
    return "no whole answer of the application"


def _anew(event: Forwarded) -> str:
    stale_s = event.signed_anew_after_s
    return "" if stale_s is None else f", signed anew since {stale_s:.0f} s had passed"
