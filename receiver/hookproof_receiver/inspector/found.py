"""What an id leads to: a message, a request, one that was refused, or a replay."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..inbox import Content, DeliveryRecord, Ledger, MessageWhole
from ..refusals import Kept, RefusalStore
from ..replay import Replay, ReplayStore


@dataclass(frozen=True, slots=True)
class Found:
    """What is on record under an id. A request that was too old is in two places."""

    id: str
    message: MessageWhole | None = None
    delivery: DeliveryRecord | None = None
    refusal: Kept | None = None
    replay: Replay | None = None
    apart: bool = False
    """Whether the request was kept apart, whole."""
    content: Content | None = None
    """The request as it came, as far as it is kept."""
    why_no_content: str = ""
    """Why `content` is None, where it is."""


def find(ledger: Ledger, one: str) -> Found | None:
    """What an id leads to; None where nothing of that id is on record."""
    if one.startswith("msg_"):
        whole = ledger.show(one)
        if whole is None:
            return None
        return Found(one, whole, content=whole.content, why_no_content="it was removed when it was old")
    if one.startswith("rpl_"):
        replay = ReplayStore(ledger.engine).find(one)
        why = "a replay has none of its own: show what it is of"
        return None if replay is None else Found(one, replay=replay, why_no_content=why)
    refusal = RefusalStore(ledger.engine).find(one)
    delivery = ledger.delivery(one)
    if delivery is None:
        if refusal is None:
            return None
        return Found(
            one,
            refusal=refusal,
            content=_refused(refusal),
            why_no_content=f"its {refusal.record.body_bytes} bytes were too many",
        )
    apart = ledger.kept_apart(one)
    if apart is not None:
        return Found(one, delivery=delivery, refusal=refusal, apart=True, content=apart)
    return _of_message(ledger, delivery, refusal)


def _of_message(ledger: Ledger, delivery: DeliveryRecord, refusal: Kept | None) -> Found:
    """A request of a message, which holds the headers and the body of one of them."""
    found = Found(delivery.id, delivery=delivery, refusal=refusal)
    if delivery.message_id is None:
        why = "the same signed bytes were kept under another request, or it was removed when it was old"
        return replace(found, why_no_content=why)
    whole = ledger.show(delivery.message_id)
    if whole is None or whole.content is None:
        return replace(found, why_no_content="it was removed when it was old")
    if whole.signed_ms != delivery.signed_ms:
        why = f"its message {delivery.message_id} holds another request of it"
        return replace(found, why_no_content=why)
    return replace(found, content=whole.content)


def _refused(kept: Kept) -> Content | None:
    if kept.body is None:
        return None
    return Content(kept.headers, kept.body, kept.record.body_sha256)
