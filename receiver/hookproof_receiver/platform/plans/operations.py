"""`/v4/plans` and `/v4/planSnapshotRuns`, declared for the routes and the document."""

from __future__ import annotations

from collections.abc import Sequence

from ..operation import Answer, Asked, Operation
from .service import PlanService
from .shapes import PlanRecord, PlanRecords, PlanStarted, RunPlanBody, SnapshotRunRecord


def plan_operations(service: PlanService) -> Sequence[Operation]:
    """Those that `service` does."""

    def plans(_asked: Asked) -> Answer:
        return Answer(200, PlanRecords(data=service.plans()))

    def plan(asked: Asked) -> Answer:
        return Answer(200, service.plan(asked.number("plan")))

    def run(asked: Asked) -> Answer:
        body: RunPlanBody | None = asked.body
        overrides = [] if body is None else [one.model_dump() for one in body.planNodeOverrides]
        number = service.run(asked.number("plan"), overrides)
        return Answer(201, PlanStarted(planSnapshotRunId=number))

    def snapshot_run(asked: Asked) -> Answer:
        return Answer(200, service.snapshot_run(asked.number("plan run")))

    return (
        Operation(
            "GET",
            "/plans",
            "listPlans",
            "The plans that can be run.",
            plans,
            {200: PlanRecords},
            refusals=(501,),
        ),
        Operation("GET", "/plans/{id}", "getPlan", "A plan.", plan, {200: PlanRecord}, refusals=(501,)),
        Operation(
            "POST",
            "/plans/{id}/run",
            "runPlan",
            "Run a plan.",
            run,
            {201: PlanStarted},
            body=RunPlanBody,
            body_required=False,
            refusals=(501,),
        ),
        Operation(
            "GET",
            "/planSnapshotRuns/{id}",
            "getPlanSnapshotRun",
            "How a run of a plan is, node by node.",
            snapshot_run,
            {200: SnapshotRunRecord},
            refusals=(501,),
        ),
    )
