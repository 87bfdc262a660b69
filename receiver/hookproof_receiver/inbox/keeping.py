"""Deciding what a request is, and keeping it, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hookproof_runtime.database import Connection, Driver, driver_of
from hookproof_runtime.ids import as_message_id

from ..identity import Asked, Decision, Verdict, decide
from .answer import Answer
from .answering import answer_for
from .arrival import Arrival
from .endpoint import Endpoint
from .process import Process
from .records import DeliveryRecord
from .running import Run
from .store import deliveries, finding, identities, leasing, messages
from .store.leasing import Claimed, Settled

REFUSED: dict[Verdict, int] = {"stale": 401, "body_changed": 422, "no_identity": 422}
"""Verdicts that add nothing to a message, with their status: the request is kept apart."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was written down of a request."""

    delivery: DeliveryRecord
    settled: Settled | None = None
    """Where its message stands; None where there is none, or where it is to be run."""
    starts: Run | None = None
    """The run that is to be started."""
    awaits: Run | None = None
    """The run in this process that is to be waited for."""


def refusal(kept: Kept, arrival: Arrival) -> Answer:
    """The answer to a request that was kept apart."""
    verdict = kept.delivery.verdict
    code = arrival.stale if verdict == "stale" else verdict
    return Answer(kept.delivery.status or 0, code=code, message_id=kept.delivery.message_id)


def judge(
    driver: Driver, endpoint: Endpoint, arrival: Arrival, asked: Asked, process: Process
) -> Decision:
    """What a request is, and what is to be done, by what is on record now."""
    route = (arrival.method, arrival.target)
    now_ms = arrival.received_ns // 1_000_000
    return decide(
        asked, finding.find(driver, endpoint, asked, route, now_ms, process.is_alive), endpoint
    )


def needs_room(decision: Decision, endpoint: Endpoint) -> bool:
    """Whether it may occupy a thread for as long as a handler runs."""
    if endpoint.acknowledges:
        return False
    return decision.verdict in ("new", "again", "wait")


def keep(
    connection: Connection,
    endpoint: Endpoint,
    arrival: Arrival,
    asked: Asked,
    process: Process,
    *,
    has_room: bool,
) -> Kept | None:
    """Judge a request, and write down all that follows. The caller commits.

    A run that is to be started is known in the process from here on; the caller lets it go again where
    the commit fails.

    Returns:
        None where a handler would have to run or be waited for, and `has_room` is false: then nothing
        was written.
    """
    driver = driver_of(connection)
    decision = judge(driver, endpoint, arrival, asked, process)
    if needs_room(decision, endpoint) and not has_room:
        return None
    if decision.verdict in REFUSED:
        known = None if decision.known is None else decision.known.id
        delivery = describe(endpoint, arrival, decision, known, REFUSED[decision.verdict])
        deliveries.record(driver, delivery)
        deliveries.keep_apart(connection, endpoint.path, arrival, asked)
        return Kept(delivery)
    message_id, claimed = _write(connection, driver, endpoint, arrival, asked, decision, process.owner)
    if claimed is not None:
        delivery = describe(endpoint, arrival, decision, message_id)
        deliveries.record(driver, delivery)
        run = _run(endpoint, claimed, arrival)
        process.enter(run)
        return Kept(delivery, starts=run)
    if decision.known is None:
        settled = messages.as_inserted(message_id, endpoint)
    else:
        settled = leasing.settled(connection, message_id)
    answer = answer_for(settled)
    delivery = describe(
        endpoint, arrival, decision, message_id, None if answer is None else answer.status
    )
    deliveries.record(driver, delivery)
    return Kept(delivery, settled, awaits=process.run_of(message_id))


def describe(
    endpoint: Endpoint,
    arrival: Arrival,
    decision: Decision,
    message_id: str | None,
    status: int | None = None,
) -> DeliveryRecord:
    """What is written down of a request."""
    delivery = arrival.delivery
    signed_ns = None if delivery is None else delivery.signed_ns
    return DeliveryRecord(
        id=arrival.id,
        endpoint=endpoint.path,
        message_id=message_id,
        verdict=decision.verdict,
        rule=decision.rule,
        flags=decision.flags,
        method=arrival.method,
        target=arrival.target,
        guid=arrival.guid,
        secret_label=None if delivery is None else delivery.secret_label,
        signed_ms=None if signed_ns is None else signed_ns // 1_000_000,
        received_ms=arrival.received_ns // 1_000_000,
        status=status,
    )


def _write(
    connection: Connection,
    driver: Driver,
    endpoint: Endpoint,
    arrival: Arrival,
    asked: Asked,
    decision: Decision,
    owner: str,
) -> tuple[str, Claimed | None]:
    now_ms = arrival.received_ns // 1_000_000
    if decision.known is None:
        message_id = as_message_id(arrival.id)
        identities.bind(driver, identities.rows_of(message_id, endpoint, asked, decision, now_ms))
        return message_id, messages.insert_new(
            driver, message_id, endpoint, arrival, asked, decision, owner, now_ms
        )
    message_id = decision.known.id
    if decision.adopts:
        messages.adopt(connection, message_id, arrival, asked)
    identities.bind(driver, identities.rows_of(message_id, endpoint, asked, decision, now_ms))
    messages.found_by(connection, driver, message_id, asked, decision)
    if decision.verdict == "again":
        if not endpoint.acknowledges:
            return message_id, leasing.claim(connection, message_id, owner, now_ms)
        leasing.take_on(connection, message_id, endpoint, now_ms)
    elif decision.verdict == "wait" and endpoint.acknowledges:
        leasing.promise(connection, message_id, now_ms)
    return message_id, None


def _run(endpoint: Endpoint, claimed: Claimed, arrival: Arrival) -> Run:
    if claimed.body != arrival.body:  # a newer one is on record
        return Run(endpoint, claimed, None, arrival.id)
    of_this_attempt = replace(
        claimed, method=arrival.method, headers=arrival.headers, body=arrival.body
    )
    return Run(endpoint, of_this_attempt, arrival.delivery, arrival.id)
