"""What is told of a run: where it stands, and each of its nodes and edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..deciding import FAILED, NodeState
from ..plan import Join, StatusRule

RunState = Literal["recorded", "running", "interrupted", "complete", "failed", "unknown"]
"""Where a run stands. `recorded`: nothing of it was begun. `interrupted`: it was stopped, and can be
taken up again. `unknown`: nothing more can be done before somebody finds out how a node ended."""

FINISHED: frozenset[RunState] = frozenset({"complete", "failed"})
"""States of a run that nothing follows."""


@dataclass(frozen=True, slots=True)
class NodeRun:
    """One node of a run."""

    handle: str
    """Two characters."""
    name: str
    """What a person sees."""
    kind: Literal["http", "flow"]
    """Whether it sends a task or runs a flow."""
    join: Join
    """How many of its edges must lead to it."""
    state: NodeState
    """Where it stands."""
    target: str
    """`POST https://…`, without what may be a token; for a flow node what is run: `recipe 4`."""
    message_id: str | None
    """The message that it sent, `msg_…`; None where it sent none."""
    jobs: tuple[int, ...]
    """The job groups that it started."""
    sentence: str | None
    """How it ended, or why it did not run; None where there is nothing to say yet."""
    warnings: tuple[str, ...]
    """What its references and its answer gave reason to say."""
    attempts: int
    """How many attempts its message had so far."""
    status: int | None
    """The last answer's status."""
    started_ms: int | None
    """When it started, in Unix milliseconds."""
    ended_ms: int | None
    """When it ended; None while it has not, also where that is not known."""

    @property
    def duration_s(self) -> float | None:
        """Seconds from its start to its end; None where it has not both."""
        if self.started_ms is None or self.ended_ms is None:
            return None
        return (self.ended_ms - self.started_ms) / 1000


@dataclass(frozen=True, slots=True)
class EdgeRun:
    """One edge of a run."""

    source: str
    """The handle that it comes from."""
    target: str
    """The handle that it goes to."""
    rule: StatusRule
    """Which end leads on."""
    leads: bool | None
    """Whether it led on; None while its source has not ended."""


@dataclass(frozen=True, slots=True)
class PlanRun:
    """One run of a plan, as it stands. It holds no secret and no body."""

    id: str
    """`run_…`."""
    name: str
    """The plan's."""
    plan_id: int | None
    """What the platform's API calls the plan."""
    state: RunState
    """Where it stands."""
    recorded_ms: int
    """When it was recorded, in Unix milliseconds."""
    started_ms: int | None
    """When it began; None where nothing was begun."""
    ended_ms: int | None
    """When it ended; None while it has not."""
    nodes: tuple[NodeRun, ...]
    """In the plan's order."""
    edges: tuple[EdgeRun, ...]
    """In the plan's order."""

    @property
    def finished(self) -> bool:
        """Whether nothing more happens in it."""
        return self.state in FINISHED

    @property
    def dealt_with(self) -> tuple[str, ...]:
        """Handles of nodes that failed or were cancelled and whose edges for that led on.

        The run counts as failed all the same.
        """
        led = {edge.source for edge in self.edges if edge.leads and edge.rule != "success"}
        return tuple(one.handle for one in self.nodes if one.state in FAILED and one.handle in led)
