"""Job groups put on record, found and listed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, Engine, insert, or_, select

from hookproof_runtime.database import reading, writing

from ..job_group import JobGroup
from ..job_shapes import Status
from ..quota import WINDOW_NS, Quota
from .tables import FLOW_RUNS, GROUPS, JOBS, group_of, groups_where


@dataclass(frozen=True, slots=True)
class NewGroup:
    """A job group that is to be."""

    session_id: str
    """A UUID."""
    recipe_id: int
    """What it runs."""
    ran_from: str
    """Where the request says that it comes from."""
    parameters: dict[str, str]
    """Each that the recipe knows."""
    types: tuple[Literal["wrangle", "profile"], ...]
    """Of its jobs."""


class GroupStore:
    """Job groups, on record before they run.

    Args:
        engine: a prepared engine whose schema is up to date.
        quota: how many may begin in a minute.
    """

    def __init__(self, engine: Engine, quota: Quota) -> None:
        self._engine = engine
        self._quota = quota

    def add(
        self,
        new: Sequence[NewGroup],
        *,
        user: str,
        execution_id: str | None,
        flow_id: int | None,
        now_ns: int,
        recorded: Callable[[Connection, JobGroup], None],
    ) -> list[JobGroup] | None:
        """Write new groups down, as Created; None where their execution id was seen before.

        Args:
            new: all of them or none.
            user: whose quota it is on.
            execution_id: None where there is none.
            flow_id: the flow that is run as a whole; None where it is one recipe.
            now_ns: the time.
            recorded: is told of each, in the transaction.

        Raises:
            Refusal: 429.
        """
        with writing(self._engine) as connection:
            if execution_id is not None and _is_known(connection, execution_id):
                return None
            recent = connection.execute(
                select(GROUPS.c.user, GROUPS.c.created_ns)
                .where(GROUPS.c.created_ns > now_ns - WINDOW_NS)
                .order_by(GROUPS.c.created_ns)
            )
            self._quota.check([(row.user, row.created_ns) for row in recent], user, len(new), now_ns)
            flow_run_id = None
            if flow_id is not None:
                flow_run_id = connection.scalar(
                    insert(FLOW_RUNS).returning(FLOW_RUNS.c.id),
                    {"flow_id": flow_id, "execution_id": execution_id, "created_ns": now_ns},
                )
                execution_id = None  # it is the whole's
            groups = []
            for one in new:
                group_id = connection.scalar(
                    insert(GROUPS).returning(GROUPS.c.id),
                    {
                        "session_id": one.session_id,
                        "recipe_id": one.recipe_id,
                        "ran_from": one.ran_from,
                        "execution_id": execution_id,
                        "status": "Created",
                        "created_ns": now_ns,
                        "updated_ns": now_ns,
                        "user": user,
                        "flow_run_id": flow_run_id,
                        "parameters": json.dumps(one.parameters),
                        "runs": 0,
                        "outputs": "{}",
                    },
                )
                assert group_id is not None
                connection.execute(
                    insert(JOBS),
                    [
                        {
                            "job_group_id": group_id,
                            "type": kind,
                            "status": "Created",
                            "percent": 0,
                            "updated_ns": now_ns,
                        }
                        for kind in one.types
                    ],
                )
                group = group_of(connection, group_id)
                assert group is not None
                recorded(connection, group)
                groups.append(group)
            return groups

    def get(self, group_id: int) -> JobGroup | None:
        """One group; None where there is none of that id."""
        with reading(self._engine) as connection:
            return group_of(connection, group_id)

    def newest(
        self,
        *,
        recipe_id: int | None,
        status: Status | None,
        execution_id: str | None,
        before: int | None,
        limit: int,
        offset: int,
    ) -> list[JobGroup]:
        """Those that are meant, the newest first.

        Args:
            recipe_id: of this recipe.
            status: that are so.
            execution_id: that were run under it, or whose flow was.
            before: whose id is lower.
            limit: at most so many.
            offset: without so many of the first.
        """
        ids = select(GROUPS.c.id).order_by(GROUPS.c.id.desc()).limit(limit).offset(offset)
        if recipe_id is not None:
            ids = ids.where(GROUPS.c.recipe_id == recipe_id)
        if status is not None:
            ids = ids.where(GROUPS.c.status == status)
        if before is not None:
            ids = ids.where(GROUPS.c.id < before)
        if execution_id is not None:
            flow_runs = select(FLOW_RUNS.c.id).where(FLOW_RUNS.c.execution_id == execution_id)
            ids = ids.where(
                or_(GROUPS.c.execution_id == execution_id, GROUPS.c.flow_run_id.in_(flow_runs))
            )
        with reading(self._engine) as connection:
            return groups_where(connection, ids)


def _is_known(connection: Connection, execution_id: str) -> bool:
    return any(
        connection.scalar(select(table.c.id).where(table.c.execution_id == execution_id)) is not None
        for table in (GROUPS, FLOW_RUNS)
    )
