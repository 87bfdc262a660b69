"""What was done with a request, and what is odd about it, in words. Pure."""

from __future__ import annotations

from ..inbox import DeliveryRecord

_RULES = {
    0: "its signed key",
    1: "its signed bytes, seen before",
    2: "its GUID, known before",
    3: "its new GUID, with method, path and body of a message that had none",
    4: "nothing of it was known",
}
_VERDICTS = {
    "new": "a new message",
    "again": "it ran its message again",
    "wait": "it waited for the run under way",
    "answered": "its message was finished: it got the kept answer",
    "promised": "its message is the receiver's: it got 200 kept",
    "stale": "authentic, outside the tolerance, and kept apart",
    "body_changed": "its message is known with another body: refused, and kept apart",
    "no_identity": "the body's identity cannot be used: refused, and kept apart",
}
_FLAGS = {
    "linked": "a request with a new GUID was taken for it, as method, path and body were the same "
    "(rule 3); were they two runs, `hookproof inbox replay dlv_…` runs the second by itself",
    "body_changed": "a request of it came with another body",
    "no_identity": "the field that its endpoint names held nothing usable",
    "guid_ignored": "a request came with a GUID that is none",
    "replayed": "somebody ran it by hand",
}


def verdict(delivery: DeliveryRecord) -> str:
    """What was done with a request, in a sentence."""
    text = _VERDICTS[delivery.verdict]
    if delivery.stale is not None:
        text = f"{delivery.stale}: {text}"
    if delivery.rule is not None and delivery.message_id is not None:
        text += f" (rule {delivery.rule}: {_RULES[delivery.rule]})"
    return text


def flag(name: str) -> str:
    """A flag with what it means."""
    return f"{name}: {_FLAGS[name]}" if name in _FLAGS else name
