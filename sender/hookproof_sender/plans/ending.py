"""What counts as a node's end: of a message's state, and of a job group's status. Pure."""

from __future__ import annotations

from ..outbox.state import State
from .deciding import NodeState

_OF_MESSAGES: dict[State, NodeState] = {
    "pending": "running",
    "in_flight": "running",
    "delivered": "succeeded",
    "failed": "failed",
    "cancelled": "cancelled",
    "unknown": "unknown",
}

_OF_JOBS: dict[str, NodeState] = {
    "Created": "running",
    "Pending": "running",
    "InProgress": "running",
    "Complete": "succeeded",
    "Failed": "failed",
    "Canceled": "failed",
}


def of_message(state: State) -> NodeState:
    """The state of a node that sends an HTTP task, by that of its message."""
    return _OF_MESSAGES[state]


def of_jobs(statuses: list[str]) -> NodeState:
    """The state of a node that runs a flow, by those of its job groups.

    One that failed or was canceled fails the node as soon as all have ended. A status that is in no
    list counts as running: it is asked for again.

    Args:
        statuses: as the platform says them; one or more.
    """
    states = {_OF_JOBS.get(status, "running") for status in statuses}
    if "running" in states:
        return "running"
    return "failed" if "failed" in states else "succeeded"
