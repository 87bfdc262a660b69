"""What is on record of a job group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .job_shapes import Status


@dataclass(frozen=True, slots=True)
class Job:
    """One step of a job group."""

    id: int
    """Unique among all jobs."""
    type: Literal["wrangle", "profile"]
    """What it does."""
    status: Status
    """`Canceled` where a step before it failed."""
    percent: int
    """How far it is, 0 to 100."""
    row_count: int | None
    """Rows that it is done with; None where it has not said."""
    heartbeat_ns: int | None
    """When something was last heard of it: Unix time in nanoseconds."""
    updated_ns: int
    """Unix time in nanoseconds."""


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
    execution_id: str | None
    """The header `x-execution-id` that it was run under, or its flow; None where there was none."""
    flow_run_id: int | None
    """The run of the whole flow that it belongs to."""
    user: str
    """The id of the token that asked for it."""
    parameters: Mapping[str, str]
    """The run parameters, each that the recipe knows."""
    status: Status
    """Of the whole."""
    error: str | None
    """Why it failed; None where it did not."""
    runs: int
    """How often it was begun: more than once where the receiver died meanwhile."""
    outputs: Mapping[str, int]
    """How many rows each file of its output holds, the main one first; of those that say so."""
    created_ns: int
    """Unix time in nanoseconds."""
    updated_ns: int
    """Unix time in nanoseconds."""
    started_ns: int | None
    """When it was begun, the last time: Unix time in nanoseconds."""
    ended_ns: int | None
    """Unix time in nanoseconds."""
    jobs: tuple[Job, ...]
    """In the order they run."""

    @property
    def percent(self) -> int:
        """How far the whole is, 0 to 100: each of its jobs counts the same."""
        return sum(job.percent for job in self.jobs) // len(self.jobs)

    @property
    def row_count(self) -> int | None:
        """The rows of its main output; while there is none, those that its jobs are done with."""
        for rows in self.outputs.values():
            return rows
        return next((job.row_count for job in self.jobs if job.row_count is not None), None)
