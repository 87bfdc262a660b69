"""`/v4/flows` and `/v4/wrangledDatasets`: what there is to run, and a flow run as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from .flow_shapes import FlowRecord, FlowRecords, FlowStarted, RecipeRecord, RunFlowBody
from .job_operations import EXECUTION_ID, LONGEST_EXECUTION_ID
from .operation import Answer, Asked, Operation, not_there
from .quota import RATE_HEADERS
from .recipes import Flow
from .records import flow_record, recipe_record, started
from .run_job import RunFlow
from .service import PlatformService


def flow_operations(service: PlatformService) -> Sequence[Operation]:
    """Those that `service` does."""

    def shown(flow: Flow) -> FlowRecord:
        return flow_record(flow, service.recipes(flow.id))

    def flow(asked: Asked) -> Answer:
        recipes = service.recipes(asked.number("flow"))
        return Answer(200, flow_record(recipes[0].flow, recipes))

    def run_flow(asked: Asked) -> Answer:
        request = RunFlow.of(asked.number("flow"), asked.body, asked.headers.get(EXECUTION_ID))
        groups = service.run_flow(request, asked.user)
        if groups is None:
            return Answer(304)
        flow_run_id = groups[0].flow_run_id
        assert flow_run_id is not None
        return Answer(201, FlowStarted(flowRunId=flow_run_id, data=[started(one) for one in groups]))

    def recipe(asked: Asked) -> Answer:
        found = service.recipe(asked.number("recipe"))
        if found is None:
            not_there("recipe")
        return Answer(200, recipe_record(found))

    return (
        Operation(
            "GET",
            "/flows",
            "listFlows",
            "The flows, by id.",
            lambda _asked: Answer(200, FlowRecords(data=[shown(one) for one in service.flows()])),
            {200: FlowRecords},
        ),
        Operation("GET", "/flows/{id}", "getFlow", "A flow.", flow, {200: FlowRecord}),
        Operation(
            "POST",
            "/flows/{id}/run",
            "runFlow",
            "Run all recipes of a flow.",
            run_flow,
            {201: FlowStarted, 304: None},
            body=RunFlowBody,
            body_required=False,
            headers={EXECUTION_ID: LONGEST_EXECUTION_ID},
            refusals=(429, 501),
            answer_headers=RATE_HEADERS,
        ),
        Operation(
            "GET",
            "/wrangledDatasets/{id}",
            "getWrangledDataset",
            "A recipe.",
            recipe,
            {200: RecipeRecord},
        ),
    )
