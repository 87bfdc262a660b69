"""Which webhooks the end of a job calls, and what is sent."""

from __future__ import annotations

from collections.abc import Sequence

from ..job_group import JobGroup
from .placeholders import filled
from .store import Call
from .webhook import KeptWebhook, Webhook


def calls_of(
    group: JobGroup, of_flow: Sequence[KeptWebhook], of_job: Sequence[Webhook] | None
) -> list[Call]:
    """The calls of one end.

    Args:
        group: as it ended.
        of_flow: the webhooks of its flow.
        of_job: those that its request brought; they are called instead of the flow's. None where it
            brought none.
    """
    named: list[tuple[str, int | None, Webhook]]
    # The session is a UUID: another receiver, or a database that was begun anew, counts from 1 as well.
    if of_job is None:
        named = [(f"webhook {one.id}/{group.session_id}", one.id, one.webhook) for one in of_flow]
    else:
        named = [
            (f"job webhook {number}/{group.session_id}", None, one)
            for number, one in enumerate(of_job, start=1)
        ]
    return [
        Call(
            key=key,
            webhook_id=webhook_id,
            job_group_id=group.id,
            name=webhook.name,
            record={
                **webhook.task,
                "body": filled(webhook.task["body"], group.id, group.status),
            },
            at_ns=group.ended_ns or group.updated_ns,
        )
        for key, webhook_id, webhook in named
        if webhook.trigger.is_for(group.status, group.recipe_id)
    ]
