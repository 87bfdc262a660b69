"""A node's task with the values of its references in their places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...tasks import HttpTask


def rendered(
    task: HttpTask, metadata: Mapping[str, Any], *, strict: bool
) -> tuple[HttpTask, tuple[str, ...]]:
    """The task as it is sent, and what is to be said of its references.

    Raises:
        BadConfiguration: a reference cannot be rendered, or, where it is strict, names nothing.
    """
    return task, ()
