"""What is told of a test, of a plan, and of a run of one. None of it holds a secret or a body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NodeKind = Literal["http", "flow"]
"""Whether a node sends a task or runs a flow."""

NodeState = Literal["waiting", "running", "succeeded", "failed", "skipped", "cancelled", "unknown"]
"""Where a node of a run stands. `unknown`: nobody knows how it ended."""

RunState = Literal["recorded", "running", "interrupted", "complete", "failed", "unknown"]
"""Where a run stands. `interrupted`: its process was stopped, and it goes on when it is resumed.
`unknown`: it can go no further before somebody finds out how a node ended."""


@dataclass(frozen=True, slots=True)
class Tested:
    """How one request went."""

    status_code: int | None
    """The answer's status; None where none came."""
    error: str | None
    """Why it did not succeed, in words that hold nothing that the peer wrote; None where it did."""


@dataclass(frozen=True, slots=True)
class PlanNode:
    """One task of a plan."""

    handle: str
    """Two characters, unique in its plan."""
    name: str
    """What a person sees."""
    kind: NodeKind
    """What it does."""


@dataclass(frozen=True, slots=True)
class PlanEdge:
    """What leads from one node to another."""

    source: str
    """The handle of the node whose end decides."""
    target: str
    """The handle of the node that may follow."""
    rule: Literal["success", "failure", "always"]
    """Which end leads there."""


@dataclass(frozen=True, slots=True)
class PlanSeen:
    """A plan, as its file has it now."""

    id: int | None
    """What the platform's API calls it; None where the file gives it none."""
    name: str
    """What a person calls it."""
    nodes: tuple[PlanNode, ...]
    """In the order they were written."""
    edges: tuple[PlanEdge, ...]
    """In the order they were written."""


@dataclass(frozen=True, slots=True)
class PlanNodeRun:
    """One node of a run."""

    handle: str
    """Two characters."""
    name: str
    """What a person sees."""
    kind: NodeKind
    """What it does."""
    state: NodeState
    """Where it stands."""
    sentence: str | None
    """How it ended, or why it did not run; None where there is nothing to say yet."""
    message_id: str | None
    """The message that it sent, `msg_…`; None where it sent none."""
    jobs: tuple[int, ...]
    """The job groups that it started."""
    attempts: int
    """How many attempts its message had so far."""
    status: int | None
    """The last answer's status."""
    started_ms: int | None
    """When it started, in Unix milliseconds."""
    ended_ms: int | None
    """When it ended; None while it has not."""


@dataclass(frozen=True, slots=True)
class PlanRunSeen:
    """One run of a plan, as it stands."""

    id: str
    """`run_…`."""
    state: RunState
    """Where it stands."""
    recorded_ms: int
    """When it was recorded, in Unix milliseconds."""
    started_ms: int | None
    """When it began; None where nothing was begun."""
    ended_ms: int | None
    """When it ended; None while it has not."""
    nodes: tuple[PlanNodeRun, ...]
    """In the plan's order."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens in it."""
        return self.state in ("complete", "failed")
