"""How the API writes what is on record."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hookproof.clock import to_text

from .flow_shapes import FlowNode, FlowNodes, FlowRecord, RecipeName, RecipeRecord
from .job_group import Job, JobGroup
from .job_shapes import (
    DatasetRecord,
    Edge,
    FlowId,
    Id,
    Ids,
    JobGraph,
    JobGroupRecord,
    JobRecord,
    JobRecords,
    OutputFileRecord,
    OutputsRecord,
    Started,
)
from .outputs import OutputFile
from .recipes import Flow, Recipe

NOBODY = Id(id=1)
"""The one person, and the one workspace."""


def started(group: JobGroup) -> Started:
    """The answer to the request that made it."""
    ids = [job.id for job in group.jobs]
    return Started(
        sessionId=group.session_id,
        jobGraph=JobGraph(
            vertices=ids,
            edges=[Edge(source=source, target=target) for source, target in pairwise(ids)],
        ),
        id=group.id,
        jobs=Ids(data=[Id(id=job_id) for job_id in ids]),
    )


def record(group: JobGroup, recipe: Recipe | None) -> JobGroupRecord:
    """The record, as `GET /v4/jobGroups/{id}` gives it.

    Args:
        group: what is on record.
        recipe: of it; None where there is none of that id any more.
    """
    return JobGroupRecord(
        id=group.id,
        name=None,
        description=None,
        ranfrom=group.ran_from,
        ranfor="recipe",
        status=group.status,
        profilingEnabled=any(job.type == "profile" for job in group.jobs),
        runParameterReferenceDate=to_text(group.created_ns),
        createdAt=to_text(group.created_ns),
        updatedAt=to_text(group.updated_ns),
        workspace=NOBODY,
        creator=NOBODY,
        updater=NOBODY,
        snapshot=None,
        wrangledDataset=DatasetRecord(
            id=group.recipe_id,
            name=recipe.name if recipe else None,
            flow=FlowId(id=recipe.flow.id, name=recipe.flow.name) if recipe else None,
        ),
        flowRun=None if group.flow_run_id is None else Id(id=group.flow_run_id),
        jobs=job_records(group),
        executionId=group.execution_id,
        runParameters=dict(group.parameters),
        percentComplete=group.percent,
        rowCount=group.row_count,
        errorMessage=group.error,
        startedAt=_text(group.started_ns),
        endedAt=_text(group.ended_ns),
    )


def job_records(group: JobGroup) -> JobRecords:
    """Its jobs, in the order they run."""
    return JobRecords(data=[_job_record(group, job) for job in group.jobs])


def outputs_record(files: Sequence[OutputFile]) -> OutputsRecord:
    """The files of an output."""
    return OutputsRecord(
        files=[
            OutputFileRecord(
                uri=file.path.absolute().as_uri(),
                isPrimaryOutput=number == 0,
                name=file.name,
                bytes=file.bytes,
                rowCount=file.rows,
            )
            for number, file in enumerate(files)
        ],
        tables=[],
    )


def flow_record(flow: Flow, recipes: Sequence[Recipe]) -> FlowRecord:
    """A flow with its recipes."""
    return FlowRecord(
        id=flow.id,
        name=flow.name,
        description=None,
        folder=None,
        creator=NOBODY,
        updater=NOBODY,
        workspace=NOBODY,
        flowNodes=FlowNodes(
            data=[FlowNode(id=one.id, recipe=RecipeName(id=one.id, name=one.name)) for one in recipes]
        ),
    )


def recipe_record(recipe: Recipe) -> RecipeRecord:
    """A recipe, which the API calls a wrangled data set."""
    return RecipeRecord(
        id=recipe.id,
        name=recipe.name,
        recipe=RecipeName(id=recipe.id, name=recipe.name),
        flow=FlowId(id=recipe.flow.id, name=recipe.flow.name),
        referenceInfo=None,
        activeSample=None,
        creator=NOBODY,
        updater=NOBODY,
        runParameters=dict(recipe.parameters),
    )


def _job_record(group: JobGroup, job: Job) -> JobRecord:
    return JobRecord(
        id=job.id,
        status=job.status,
        jobType=job.type,
        sampleSize=100,
        percentComplete=job.percent,
        lastHeartbeatAt=_text(job.heartbeat_ns),
        createdAt=to_text(group.created_ns),
        updatedAt=to_text(job.updated_ns),
        creator=NOBODY,
        jobGroup=Id(id=group.id),
        errorMessage=group.error if job.status == "Failed" else None,
        rowCount=job.row_count,
    )


def _text(moment_ns: int | None) -> str | None:
    return None if moment_ns is None else to_text(moment_ns)
