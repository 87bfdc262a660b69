"""`/v4/jobGroups`: run a recipe, see how it is and what it wrote, and cancel it."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import JsonValue

from .job_group import JobGroup
from .job_shapes import (
    Cancelled,
    JobGroupRecord,
    JobGroupRecords,
    JobRecords,
    Listed,
    OutputsRecord,
    RunJobBody,
    Started,
    Status,
)
from .operation import Answer, Asked, Operation, Wanted
from .quota import RATE_HEADERS
from .records import job_records, outputs_record, record, started
from .run_job import RunJob
from .service import PlatformService

EXECUTION_ID = "x-execution-id"
"""The header by which the same request twice runs one job."""
LONGEST_EXECUTION_ID = 256
"""Characters."""


class Nothing(Wanted):
    """A body that says nothing."""


def job_operations(service: PlatformService) -> Sequence[Operation]:
    """Those that `service` does."""

    def group(asked: Asked) -> JobGroup:
        return service.job_group(asked.number("job group"))

    def shown(one: JobGroup) -> JobGroupRecord:
        return record(one, service.recipe(one.recipe_id))

    def run_job(asked: Asked) -> Answer:
        request = RunJob.of(asked.body, asked.headers.get(EXECUTION_ID))
        made = service.run_job(request, asked.user)
        return Answer(304) if made is None else Answer(201, started(made))

    def list_groups(asked: Asked) -> Answer:
        wanted: Listed = asked.query
        groups = service.job_groups(
            recipe_id=wanted.flowNodeId,
            status=wanted.status,
            execution_id=wanted.executionId,
            limit=wanted.limit,
            offset=wanted.offset,
        )
        return Answer(200, JobGroupRecords(data=[shown(one) for one in groups]))

    def cancel(asked: Asked) -> Answer:
        group_id = asked.number("job group")
        return Answer(200, Cancelled(jobIds=service.cancel(group_id), jobgroupId=group_id))

    def outputs(asked: Asked) -> Answer:
        return Answer(200, outputs_record(service.outputs(asked.number("job group"))))

    def profile(asked: Asked) -> Answer:
        return Answer(200, service.profile(asked.number("job group")))

    return (
        Operation(
            "POST",
            "/jobGroups",
            "runJobGroup",
            "Run a recipe.",
            run_job,
            {201: Started, 304: None},
            body=RunJobBody,
            headers={EXECUTION_ID: LONGEST_EXECUTION_ID},
            refusals=(429, 501),
            answer_headers=RATE_HEADERS,
        ),
        Operation(
            "GET",
            "/jobGroups",
            "listJobGroups",
            "The runs, the newest first.",
            list_groups,
            {200: JobGroupRecords},
            query=Listed,
        ),
        Operation(
            "GET",
            "/jobGroups/{id}",
            "getJobGroup",
            "How a run is, as a record.",
            lambda asked: Answer(200, shown(group(asked))),
            {200: JobGroupRecord},
        ),
        Operation(
            "GET",
            "/jobGroups/{id}/status",
            "getJobGroupStatus",
            "How a run is, in a word.",
            lambda asked: Answer(200, group(asked).status),
            {200: Status},
        ),
        Operation(
            "GET",
            "/jobGroups/{id}/jobs",
            "getJobsForJobGroup",
            "Its steps.",
            lambda asked: Answer(200, job_records(group(asked))),
            {200: JobRecords},
        ),
        Operation(
            "GET",
            "/jobGroups/{id}/outputs",
            "getJobGroupOutputs",
            "The files that it wrote; none before it is Complete.",
            outputs,
            {200: OutputsRecord},
        ),
        Operation(
            "GET",
            "/jobGroups/{id}/profile",
            "getProfilingInformationForJobGroup",
            "What it wrote, in numbers.",
            profile,
            {200: dict[str, JsonValue]},
            refusals=(400,),
        ),
        Operation(
            "POST",
            "/jobGroups/{id}/cancel",
            "cancelJobGroup",
            "End a run that has not ended; one that has stays as it is.",
            cancel,
            {200: Cancelled},
            body=Nothing,
            body_required=False,
        ),
    )
