"""`/v4/jobGroups`: run a recipe, and see how it is."""

from __future__ import annotations

from collections.abc import Sequence

from .job_group import record, started
from .job_shapes import JobGroupRecord, RunJobBody, Started, Status
from .operation import Answer, Asked, Operation
from .run_job import RunJob
from .service import PlatformService

EXECUTION_ID = "x-execution-id"
"""The header by which the same request twice runs one job."""


def job_operations(service: PlatformService) -> Sequence[Operation]:
    """Those that `service` does."""

    def run_job(asked: Asked) -> Answer:
        group = service.run_job(RunJob.of(asked.body, asked.headers.get(EXECUTION_ID)))
        return Answer(304) if group is None else Answer(201, started(group))

    def job_group(asked: Asked) -> Answer:
        return Answer(200, record(service.job_group(asked.number("job group"))))

    def job_group_status(asked: Asked) -> Answer:
        return Answer(200, service.job_group(asked.number("job group")).status)

    return (
        Operation(
            "POST",
            "/jobGroups",
            "runJobGroup",
            "Run a recipe.",
            run_job,
            {201: Started, 304: None},
            body=RunJobBody,
            headers={EXECUTION_ID: 256},
        ),
        Operation(
            "GET",
            "/jobGroups/{id}",
            "getJobGroup",
            "How a run is, as a record.",
            job_group,
            {200: JobGroupRecord},
        ),
        Operation(
            "GET",
            "/jobGroups/{id}/status",
            "getJobGroupStatus",
            "How a run is, in a word.",
            job_group_status,
            {200: Status},
        ),
    )
