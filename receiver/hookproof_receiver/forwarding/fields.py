"""Which header fields of a message go along."""

from __future__ import annotations

from collections.abc import Iterable

# RFC 9110, 7.6.1: what is between a sender and us says nothing to the application. `Expect` is
# answered already, and the length, the host and our own names are set anew.
_OURS = frozenset(
    {
        *("connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization"),
        *("te", "trailer", "transfer-encoding", "upgrade", "expect", "host", "content-length"),
        *("hookproof-message", "hookproof-delivery"),
    }
)


def onward(
    fields: Iterable[tuple[str, str]], *, message_id: str, delivery_id: str | None
) -> list[tuple[str, str]]:
    """The fields to send on: those that came, in their order and spelling, and two of ours.

    Args:
        fields: as they came.
        message_id: the same each time that the message is sent on: the application's idempotency key.
        delivery_id: the request that brought it; None where that is not known.
    """
    came = list(fields)
    named = {
        name.strip().lower()
        for field, value in came
        if field.lower() == "connection"
        for name in value.split(",")
    }
    kept = [one for one in came if one[0].lower() not in _OURS | named]
    kept.append(("Hookproof-Message", message_id))
    if delivery_id is not None:
        kept.append(("Hookproof-Delivery", delivery_id))
    return kept
