"""What is on record of a job group, and how the API writes it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from hookproof.clock import to_text

from .job_shapes import (
    Edge,
    Id,
    Ids,
    JobGraph,
    JobGroupRecord,
    JobRecord,
    JobRecords,
    Started,
    Status,
)


@dataclass(frozen=True, slots=True)
class Job:
    """One step of a job group."""

    id: int
    """Unique among all jobs."""
    type: Literal["wrangle", "profile"]
    """What it does."""
    status: Status
    """`Canceled` where a step before it failed."""


@dataclass(frozen=True, slots=True)
class JobGroup:
    """One run of one recipe."""

    id: int
    """What the URL names."""
    session_id: str
    """A UUID."""
    recipe_id: int
    """`wrangledDataset.id`."""
    ran_from: str
    """Where the request says that it comes from: `api` unless it says so."""
    status: Status
    """Of the whole."""
    error: str | None
    """Why it failed; None where it did not."""
    created_ns: int
    """Unix time in nanoseconds."""
    updated_ns: int
    """Unix time in nanoseconds."""
    jobs: tuple[Job, ...]
    """In the order they run."""


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


def record(group: JobGroup) -> JobGroupRecord:
    """The record, as `GET /v4/jobGroups/{id}` gives it."""
    return JobGroupRecord(
        id=group.id,
        name=None,
        description=None,
        ranfrom=group.ran_from,
        ranfor="recipe",
        status=group.status,
        createdAt=to_text(group.created_ns),
        updatedAt=to_text(group.updated_ns),
        wrangledDataset=Id(id=group.recipe_id),
        jobs=JobRecords(
            data=[
                JobRecord(
                    id=job.id,
                    jobType=job.type,
                    status=job.status,
                    errorMessage=group.error if job.status == "Failed" else None,
                )
                for job in group.jobs
            ]
        ),
    )
