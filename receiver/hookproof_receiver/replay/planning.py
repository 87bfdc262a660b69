"""What would be run, and what keeps it from being run: known before anything is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from hookproof import Verifier
from hookproof.clock import Clock
from hookproof_runtime.database import reading

from ..inbox import Content, DeliveryRecord, Endpoint, Ledger, MessageRecord, byhand
from ..refusals import Kept, Record, RefusalStore
from .judging import Judged, judge_again
from .store import ran_as

_HAD_ITS_EFFECT = "it had its effect: --again gives it a second one"


@dataclass(frozen=True, slots=True)
class Planned:
    """One thing to be run, as it stands now."""

    of: str
    """What was asked for: `msg_…` or `dlv_…`."""
    kind: Literal["message", "request", "linked"]
    """A message; a request that made none, or was refused with its message known; a request that rule 3
    took for a retry, to be run as a message of its own."""
    endpoint: str
    """The path."""
    message: MessageRecord | None = None
    """The message that runs; None where a new one is made."""
    delivery: DeliveryRecord | None = None
    """The request, where one was asked for; made anew for one that was refused."""
    judged: Judged | None = None
    """The request as the ladder sees it, for the kind `request`."""
    content: Content | None = None
    """What is run, where it is not what the message holds."""
    handled_by: Endpoint | None = None
    """The endpoint, with its handler."""
    reason: str | None = None
    """Why it is not run; None where it is."""

    @property
    def second_effect(self) -> bool:
        """Whether its message had its effect already."""
        return self.message is not None and self.message.state == "done"


class Planner:
    """Finds what is asked for, and judges it.

    Args:
        ledger: the inbox's records.
        endpoint_at: the endpoint with a path, with its handler; None where there is none.
        verifier_at: what an endpoint verifies with, under a clock; None where it is unsigned.
        again: what had its effect is run all the same.
        new_body: another body is run than the one that is kept.
    """

    def __init__(
        self,
        ledger: Ledger,
        endpoint_at: Callable[[str], Endpoint | None],
        verifier_at: Callable[[str, Clock], Verifier | None],
        *,
        again: bool = False,
        new_body: bool = False,
    ) -> None:
        self._ledger = ledger
        self._endpoint_at = endpoint_at
        self._verifier_at = verifier_at
        self._again = again
        self._new_body = new_body

    def message(self, record: MessageRecord, of: str | None = None) -> Planned:
        """A message, by itself or as `of`."""
        planned = Planned(of or record.id, "message", record.endpoint, message=record)
        return self._with_handler(planned)

    def request(self, one: str) -> Planned | None:
        """A request; None where there is none of that id."""
        delivery = self._ledger.delivery(one)
        if delivery is None:
            refusal = RefusalStore(self._ledger.engine).find(one)
            return None if refusal is None else self._refused(refusal)
        content = self._ledger.kept_apart(one)
        if content is not None:
            planned = Planned(one, "request", delivery.endpoint, delivery=delivery)
            return self._judged(planned, content, delivery.received_ms)
        whole = None if delivery.message_id is None else self._ledger.show(delivery.message_id)
        if whole is None:
            reason = "nothing of it is kept: it came more than once, or it was removed when it was old"
            return Planned(one, "request", delivery.endpoint, delivery=delivery, reason=reason)
        if delivery.rule != 3 or "linked" not in delivery.flags:
            return replace(self.message(whole.record, one), delivery=delivery)
        return self._linked(delivery, whole.record, whole.content)

    def _linked(self, delivery: DeliveryRecord, of: MessageRecord, content: Content | None) -> Planned:
        planned = Planned(delivery.id, "linked", delivery.endpoint, delivery=delivery, content=content)
        with reading(self._ledger.engine) as connection:
            other = ran_as(connection, delivery.id, of.id)
        if other is not None:
            return replace(planned, reason=f"it was run as {other}: that is its message")
        if content is None:
            return replace(planned, reason=f"the body of {of.id}, which is its own, was removed")
        return self._with_handler(planned)

    def _refused(self, kept: Kept) -> Planned:
        record = kept.record
        delivery = of_refusal(record)
        planned = Planned(record.id, "request", record.endpoint, delivery=delivery)
        if kept.body is None:
            return replace(planned, reason=f"its body of {record.body_bytes} B was too long to be kept")
        content = Content(kept.headers, kept.body, record.body_sha256)
        return self._judged(planned, content, delivery.received_ms)

    def _judged(self, planned: Planned, content: Content, received_ms: int) -> Planned:
        planned = self._with_handler(replace(planned, content=content))
        endpoint = planned.handled_by
        if endpoint is None:
            return planned
        verifier = self._verifier_at(endpoint.path, lambda: received_ms * 1_000_000)
        judged = judge_again(endpoint, verifier, content)
        if isinstance(judged, str):
            return replace(planned, reason=judged)
        assert planned.delivery is not None
        proof = judged.proof
        delivery = replace(
            planned.delivery,
            guid=judged.guid,
            secret_label=None if proof is None else proof.secret_label,
            signed_ms=judged.asked.signed_ms,
        )
        route = (delivery.method, delivery.target)
        with reading(self._ledger.engine) as connection:
            decision = byhand.judge(
                connection, endpoint, judged.asked, route, received_ms, self.is_alive
            )
            known = None if decision.known is None else byhand.message(connection, decision.known.id)
        planned = replace(planned, delivery=delivery, judged=judged, message=known)
        return replace(planned, reason=self._refusal(planned))

    def _with_handler(self, planned: Planned) -> Planned:
        endpoint = self._endpoint_at(planned.endpoint)
        if endpoint is None or endpoint.handler is None:
            reason = (
                f"the endpoint {planned.endpoint} has no handler here: give --app or --config as "
                "`hookproof receive` has them"
            )
            return replace(planned, reason=reason)
        planned = replace(planned, handled_by=endpoint)
        return replace(planned, reason=self._refusal(planned))

    def _refusal(self, planned: Planned) -> str | None:
        message = planned.message
        if message is None:
            return None
        return refusal(
            message, again=self._again, has_body=self._new_body or planned.content is not None,
            runs=message.owner is not None and self.is_alive(message.owner, message.id),
        )  # fmt: skip

    def is_alive(self, owner: str, _message_id: str) -> bool:
        """Whether the process with that lease lives."""
        return self._ledger.lives(owner)


def refusal(message: MessageRecord, *, again: bool, has_body: bool, runs: bool) -> str | None:
    """Why a message is not run; None where it is.

    Args:
        message: as it stands.
        again: what had its effect may have another one.
        has_body: another body than its own is there to be run.
        runs: the process that runs it lives.
    """
    if message.state == "running" and runs:
        return "it is running, and its process lives: wait for it"
    if message.state == "done" and not again:
        return _HAD_ITS_EFFECT
    if not message.body_kept and not has_body:
        return "its body was removed when it was old: give --body FILE"
    return None


def of_refusal(record: Record) -> DeliveryRecord:
    """A request that was refused, as the inbox writes down those that it takes."""
    return DeliveryRecord(
        id=record.id,
        endpoint=record.endpoint,
        message_id=None,
        verdict="new",
        rule=None,
        flags=byhand.names_of(()),
        method=record.method,
        target=record.target,
        guid=None,
        secret_label=None,
        signed_ms=None,
        received_ms=record.received_ns // 1_000_000,
        status=401,
    )
