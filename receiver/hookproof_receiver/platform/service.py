"""Job groups: on record first, then run, a few at a time, each in a process of its own."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hookproof.clock import Clock, system_clock
from hookproof_runtime.database import Connection, Engine

from ..tokens import Tokens
from .folders import Folders
from .job_group import JobGroup
from .job_shapes import Status
from .listener import JobListener
from .operation import not_there
from .outputs import OutputFile, files_of, profile_of
from .process import Process
from .quota import Quota
from .recipes import RECIPES, Flow, Recipe
from .refusal import Refusal
from .run_job import RunFlow, RunJob
from .running import Running
from .store import GroupStore, NewGroup, RunningStore
from .supervision import TIME_LIMIT_S

AT_ONCE = 2
"""Job groups that run at the same time in a process; the others wait, Created, in their order."""


class PlatformService:
    """What the API does, without HTTP.

    Args:
        engine: a prepared engine whose schema is up to date.
        tokens: checks the Bearer tokens of scope `run-job`.
        output_dir: each group's output is a folder of it, named by its id. Made when it is needed.
        clock: the time.
        recipes: what can be run, by id.
        time_limit_s: how long a group may run, in seconds.
        quota: how many may begin in a minute.
        listeners: are told of each beginning and end.
    """

    def __init__(
        self,
        engine: Engine,
        tokens: Tokens,
        output_dir: Path,
        clock: Clock = system_clock,
        *,
        recipes: Mapping[int, Recipe] = RECIPES,
        time_limit_s: float = TIME_LIMIT_S,
        quota: Quota = Quota(),  # noqa: B008  (frozen)
        listeners: Sequence[JobListener] = (),
    ) -> None:
        self.tokens = tokens
        self._clock = clock
        self._recipes = recipes
        self._listeners = tuple(listeners)
        self._folders = Folders(output_dir)
        self._groups = GroupStore(engine, quota)
        self._ends = RunningStore(engine, self._tell_ended)
        self._running = Running(
            self._ends,
            self._folders,
            clock,
            recipes=recipes,
            time_limit_s=time_limit_s,
            ended=self._after_end,
        )
        self._guard = threading.Lock()
        self._here: Process | None = None

    def start(self) -> None:
        """Take up what is Created, and what an earlier process left InProgress."""
        self._running.sweep()
        self._in_this_process().wake()

    def close(self) -> None:
        """Stop what runs: it is run again at the next start, as what is Created is run then."""
        here = self._here
        if here is not None and here.pid == os.getpid():
            here.close()

    def run_job(self, request: RunJob, user: str = "") -> JobGroup | None:
        """Put a job group on record and let it run; None where its execution id was seen before.

        Args:
            request: what is to be run.
            user: whose quota it is on.

        Raises:
            Refusal: there is no such recipe, or it knows no such parameter (400); too many (429).
        """
        recipe = self._recipes.get(request.recipe_id)
        if recipe is None:
            raise Refusal(
                400,
                "ValidationFailed",
                "The recipe does not exist.",
                f'"wrangledDataset.id": there is no recipe {request.recipe_id}',
            )
        groups = self._add([recipe], request, user, None)
        return groups[0] if groups else None

    def run_flow(self, request: RunFlow, user: str = "") -> list[JobGroup] | None:
        """The same for all recipes of a flow, as one: all of them or none.

        Args:
            request: what is to be run; a parameter goes to the recipes that know it.
            user: whose quota it is on.

        Raises:
            Refusal: there is no such flow (404), and as for one recipe.
        """
        return self._add(self.recipes(request.flow_id), request, user, request.flow_id)

    def job_group(self, group_id: int) -> JobGroup:
        """The record of a group.

        Raises:
            Refusal: 404, there is none.
        """
        group = self._groups.get(group_id)
        if group is None:
            not_there("job group")
        return group

    def job_groups(
        self,
        *,
        recipe_id: int | None = None,
        status: Status | None = None,
        execution_id: str | None = None,
        before: int | None = None,
        limit: int = 25,
        offset: int = 0,
    ) -> list[JobGroup]:
        """Those that are meant, the newest first; `before` is an id to go on from."""
        return self._groups.newest(
            recipe_id=recipe_id,
            status=status,
            execution_id=execution_id,
            before=before,
            limit=limit,
            offset=offset,
        )

    def cancel(self, group_id: int) -> list[int]:
        """End a group that has not ended, and give the ids of its jobs that ended so.

        Raises:
            Refusal: 404, there is none.
        """
        before = self.job_group(group_id)
        if self._ends.end(group_id, "Canceled", None, self._clock()) is None:
            return []
        self._in_this_process().stop(group_id, "it was cancelled")
        self._running.sweep()
        self._after_end()
        return [job.id for job in before.jobs if job.status in {"Created", "InProgress"}]

    def outputs(self, group_id: int) -> list[OutputFile]:
        """The files of its output, the main one first; none before it is Complete.

        Raises:
            Refusal: 404, there is no such group.
        """
        group = self.job_group(group_id)
        if group.status != "Complete":
            return []
        return files_of(self._folders.output(group_id), group.outputs)

    def profile(self, group_id: int) -> dict[str, Any]:
        """What it wrote, in numbers.

        Raises:
            Refusal: 404, there is no such group; 400, it has no profile, or not yet.
        """
        group = self.job_group(group_id)
        found = profile_of(self._folders.output(group_id)) if group.status == "Complete" else None
        if found is None:
            raise Refusal(
                400,
                "ProfilingDataNotFoundException",
                "The job group has no profile.",
                f"it is {group.status}",
            )
        return found

    def flows(self) -> list[Flow]:
        """All flows, by id."""
        found = {recipe.flow.id: recipe.flow for recipe in self._recipes.values()}
        return [found[flow_id] for flow_id in sorted(found)]

    def recipes(self, flow_id: int) -> list[Recipe]:
        """Those of a flow, by id.

        Raises:
            Refusal: 404, there is no such flow.
        """
        found = [one for one in self._recipes.values() if one.flow.id == flow_id]
        if not found:
            not_there("flow")
        return sorted(found, key=lambda one: one.id)

    def recipe(self, recipe_id: int) -> Recipe | None:
        """A recipe; None where there is none of that id."""
        return self._recipes.get(recipe_id)

    def _add(
        self, recipes: Sequence[Recipe], request: RunJob | RunFlow, user: str, flow_id: int | None
    ) -> list[JobGroup] | None:
        _check_parameters(request.parameters, recipes)
        groups = self._groups.add(
            [
                NewGroup(
                    str(uuid.uuid4()),
                    recipe.id,
                    request.ran_from,
                    {**recipe.parameters, **_known(request.parameters, recipe)},
                    tuple(step.type for step in recipe.steps),
                )
                for recipe in recipes
            ],
            user=user,
            execution_id=request.execution_id,
            flow_id=flow_id,
            now_ns=self._clock(),
            recorded=lambda connection, group: self._tell_recorded(connection, group, request),
        )
        self._in_this_process().wake()
        return groups

    def _tell_recorded(
        self, connection: Connection, group: JobGroup, request: RunJob | RunFlow
    ) -> None:
        for listener in self._listeners:
            listener.recorded(connection, group, request.overrides)

    def _tell_ended(self, connection: Connection, group: JobGroup) -> None:
        for listener in self._listeners:
            listener.ended(connection, group)

    def _after_end(self) -> None:
        for listener in self._listeners:
            listener.after_end()

    def _in_this_process(self) -> Process:
        here = self._here
        if here is not None and here.pid == os.getpid():
            return here
        with self._guard:
            if self._here is None or self._here.pid != os.getpid():
                self._here = Process(AT_ONCE, self._running.take)
            return self._here


def _known(parameters: Mapping[str, str], recipe: Recipe) -> dict[str, str]:
    return {key: value for key, value in parameters.items() if key in recipe.parameters}


def _check_parameters(parameters: Mapping[str, str], recipes: Sequence[Recipe]) -> None:
    """Refuse what none of the recipes knows: a slip of the pen would run over the wrong rows."""
    known = sorted({key for recipe in recipes for key in recipe.parameters})
    unknown = [key for key in parameters if key not in known]
    if unknown:
        raise Refusal(
            400,
            "ValidationFailed",
            "The recipe knows no such parameter.",
            f'"runParameters": {", ".join(unknown)}; it knows {", ".join(known) or "none"}',
        )
