"""The tables of webhooks: the one file of this room that speaks SQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from hookproof_runtime.database import reading, writing

from .webhook import KeptWebhook, Trigger, Webhook

_LONG_WAIT = 60.0  # seconds: a call that was handed over is marked, however long the database is held

_METADATA = MetaData()

_WEBHOOKS = Table(
    "hookproof_webhooks",
    _METADATA,
    Column("id", Integer, primary_key=True),
    Column("flow_id", BigInteger, nullable=False),
    Column("webhook", Text, nullable=False),
    Column("created_ns", BigInteger, nullable=False),
)

_OF_JOBS = Table(
    "hookproof_job_webhooks",
    _METADATA,
    Column("job_group_id", Integer, primary_key=True),
    Column("webhooks", Text, nullable=False),
)

_CALLS = Table(
    "hookproof_webhook_calls",
    _METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("webhook_id", BigInteger),
    Column("job_group_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("record", Text),
    Column("at_ns", BigInteger, nullable=False),
    Column("message_id", Text),
    Column("error", Text),
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a webhook. Its `repr` shows nothing of what is sent."""

    key: str
    """What it is among all calls of all receivers."""
    webhook_id: int | None
    """None for a webhook of the job alone."""
    job_group_id: int
    """Whose end it is."""
    name: str
    """What a person calls the webhook."""
    record: dict[str, Any] = field(repr=False)
    """The HTTP task, its body filled in."""
    at_ns: int
    """When the job ended: Unix time in nanoseconds."""


class WebhookStore:
    """Webhooks, and calls that are not handed over yet.

    Args:
        engine: a prepared engine whose schema is up to date.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, flow_id: int, webhook: Webhook, now_ns: int, most: int) -> KeptWebhook | None:
        """Keep a webhook with a flow; None where that has `most` of them already."""
        with writing(self._engine) as connection:
            if (
                connection.scalar(
                    select(func.count()).select_from(_WEBHOOKS).where(_WEBHOOKS.c.flow_id == flow_id)
                )
                or 0
            ) >= most:
                return None
            webhook_id = connection.scalar(
                insert(_WEBHOOKS).returning(_WEBHOOKS.c.id),
                {"flow_id": flow_id, "webhook": _written(webhook), "created_ns": now_ns},
            )
            assert webhook_id is not None
            return KeptWebhook(webhook_id, flow_id, webhook, now_ns)

    def get(self, webhook_id: int) -> KeptWebhook | None:
        """One of a flow's; None where there is none of that id."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(_WEBHOOKS).where(_WEBHOOKS.c.id == webhook_id)
            ).one_or_none()
        return None if row is None else _kept(row)

    def remove(self, webhook_id: int) -> bool:
        """Remove one; False where there is none of that id. What it called already is still sent."""
        with writing(self._engine) as connection:
            found = connection.execute(delete(_WEBHOOKS).where(_WEBHOOKS.c.id == webhook_id))
            return found.rowcount == 1

    def any_calls(self) -> bool:
        """Whether any end ever called a webhook."""
        with reading(self._engine) as connection:
            return connection.scalar(select(_CALLS.c.id).limit(1)) is not None

    def waiting(self, limit: int = 100) -> list[Call]:
        """Calls that are not handed over, oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(_CALLS).where(_CALLS.c.record.is_not(None)).order_by(_CALLS.c.id).limit(limit)
            )
            return [
                Call(
                    key=row.key,
                    webhook_id=row.webhook_id,
                    job_group_id=row.job_group_id,
                    name=row.name,
                    record=json.loads(row.record),
                    at_ns=row.at_ns,
                )
                for row in rows
            ]

    def done(self, key: str, *, message_id: str | None = None, error: str | None = None) -> None:
        """A call is handed over, or can never be. What would be sent is removed.

        Args:
            key: which call.
            message_id: what the task runner calls it.
            error: why it cannot be sent.
        """
        with writing(self._engine, _LONG_WAIT) as connection:
            connection.execute(
                update(_CALLS)
                .where(_CALLS.c.key == key)
                .values(record=None, message_id=message_id, error=error)
            )


def keep_for_job(connection: Connection, job_group_id: int, webhooks: Sequence[Webhook]) -> None:
    """Keep the webhooks of one job, in the transaction that records the job."""
    connection.execute(
        insert(_OF_JOBS),
        {
            "job_group_id": job_group_id,
            "webhooks": _Hidden(json.dumps([_written(one) for one in webhooks])),
        },
    )


def take_of_job(connection: Connection, job_group_id: int) -> list[Webhook] | None:
    """The webhooks that were kept for one job, which are kept no longer; None where there are none."""
    text = connection.scalar(
        delete(_OF_JOBS).where(_OF_JOBS.c.job_group_id == job_group_id).returning(_OF_JOBS.c.webhooks)
    )
    return None if text is None else [_read(one) for one in json.loads(text)]


def of_flow(connection: Connection, flow_id: int) -> list[KeptWebhook]:
    """The webhooks of a flow, in the order in which they were made."""
    rows = connection.execute(
        select(_WEBHOOKS).where(_WEBHOOKS.c.flow_id == flow_id).order_by(_WEBHOOKS.c.id)
    )
    return [_kept(row) for row in rows]


def record_calls(connection: Connection, calls: Sequence[Call]) -> None:
    """Put calls on record, in the transaction that ends their job."""
    if calls:
        connection.execute(
            insert(_CALLS),
            [
                {
                    "key": one.key,
                    "webhook_id": one.webhook_id,
                    "job_group_id": one.job_group_id,
                    "name": one.name,
                    "record": _Hidden(json.dumps(one.record)),
                    "at_ns": one.at_ns,
                }
                for one in calls
            ],
        )


class _Hidden(str):
    """Text that is only written down: a statement's parameters stand in an application's own errors."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


def _written(webhook: Webhook) -> str:
    trigger = webhook.trigger
    return _Hidden(
        json.dumps(
            {
                "event": trigger.event,
                "object": trigger.object,
                "recipes": trigger.recipe_ids,
                "task": webhook.task,
            }
        )
    )


def _read(text: str) -> Webhook:
    held = json.loads(text)
    trigger = Trigger(held["event"], held["object"], tuple(held["recipes"]))
    return Webhook(held["task"]["name"], trigger, held["task"])


def _kept(row: Any) -> KeptWebhook:
    return KeptWebhook(row.id, row.flow_id, _read(row.webhook), row.created_ns)
