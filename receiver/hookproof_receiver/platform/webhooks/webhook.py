"""What is on record of a webhook, and which ends call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hookproof.clock import to_text
from hookproof_runtime.masking import HIDDEN, masked_headers, masked_url

from ..job_shapes import Status
from .shapes import FlowOfWebhook, JobWebhook, TriggerEvent, TriggerObject, WebhookRecord

_CALLED_BY: Mapping[TriggerEvent, frozenset[Status]] = {
    "onJobFailure": frozenset({"Failed"}),
    "onJobSuccess": frozenset({"Complete"}),
    "onJobDone": frozenset({"Complete", "Failed", "Canceled"}),  # the only one for Canceled (assumed)
}


@dataclass(frozen=True, slots=True)
class Trigger:
    """What calls a webhook."""

    event: TriggerEvent
    """Which end of a job."""
    object: TriggerObject = "any"
    """Of which recipes."""
    recipe_ids: tuple[int, ...] = ()
    """With `some`, of these; as the platform's `flowNodeIds` (that a recipe is its output: assumed)."""

    def is_for(self, status: Status, recipe_id: int) -> bool:
        """Whether the end of a job calls it.

        Args:
            status: how the job ended.
            recipe_id: what it ran.
        """
        if status not in _CALLED_BY[self.event]:
            return False
        return self.object == "any" or recipe_id in self.recipe_ids


@dataclass(frozen=True, slots=True)
class Webhook:
    """What to send, and when. Its `repr` shows neither URL, headers, body nor secret."""

    name: str
    """What a person calls it."""
    trigger: Trigger
    """What calls it."""
    task: Mapping[str, Any] = field(repr=False)
    """The HTTP task that is sent: a record with the platform's own keys."""

    @classmethod
    def of(cls, asked: JobWebhook) -> Webhook:
        """What a request describes."""
        some = asked.triggerObject == "some"
        chosen = tuple(dict.fromkeys(asked.flowNodeIds)) if some else ()
        return cls(asked.name, Trigger(asked.triggerEvent, asked.triggerObject, chosen), asked.task())


@dataclass(frozen=True, slots=True)
class KeptWebhook:
    """One that is kept with a flow."""

    id: int
    """What the URL names. It is given once, also where what had it was removed."""
    flow_id: int
    """Whose jobs call it."""
    webhook: Webhook
    """All that was given."""
    created_ns: int
    """Unix time in nanoseconds."""


def record(kept: KeptWebhook) -> WebhookRecord:
    """The record as the API gives it."""
    webhook, task = kept.webhook, kept.webhook.task
    made = to_text(kept.created_ns)
    return WebhookRecord(
        id=kept.id,
        name=webhook.name,
        flow=FlowOfWebhook(id=kept.flow_id),
        url=masked_url(task["url"]),
        method=task["method"],
        triggerEvent=webhook.trigger.event,
        triggerObject=webhook.trigger.object,
        flowNodeIds=list(webhook.trigger.recipe_ids),
        body=task["body"],
        headers=dict(masked_headers(task["headers"].items())),
        secretKey=HIDDEN if task["secretKey"] else "",
        sslVerification=task["sslVerification"],
        retryOnFailure=task["retryOnFailure"],
        createdAt=made,
        updatedAt=made,
    )
