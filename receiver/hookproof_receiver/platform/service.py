"""Job groups: on record first, then run, a few at a time, each in a process of its own."""

from __future__ import annotations

import fcntl
import os
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from hookproof.clock import Clock, system_clock
from hookproof_runtime.database import Engine
from hookproof_runtime.logs import get_logger

from ..tokens import Tokens
from .job_group import JobGroup
from .operation import not_there
from .process import Process
from .recipe import RECIPES, Recipe
from .refusal import Refusal
from .run_job import RunJob
from .store import JobStore
from .supervision import TIME_LIMIT_S, JobFailed, Worker

AT_ONCE = 2
"""Job groups that run at the same time; the others wait, Created, in their order."""

_log = get_logger(__name__)


class PlatformService:
    """What the API does, without HTTP.

    A process that runs a group holds a lock on the group's folder for as long as it does. So a group
    that is InProgress and whose lock is free was left behind by a process that died.

    Args:
        engine: a prepared engine whose schema is up to date.
        tokens: checks the Bearer tokens of scope `run-job`.
        output_dir: each group writes into a folder of it, named by its id. Made when it is needed.
        clock: the time.
        recipes: what can be run, by id.
        time_limit_s: how long a group may run, in seconds.
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
    ) -> None:
        self.tokens = tokens
        self._store = JobStore(engine)
        self._output_dir = output_dir
        self._clock = clock
        self._recipes = recipes
        self._time_limit_s = time_limit_s
        self._guard = threading.Lock()
        self._here: Process | None = None

    def start(self) -> None:
        """Take up what an earlier process left: what was Created runs; what was InProgress failed."""
        for group in self._store.unfinished():
            if group.status == "Created":
                self._submit(group)
                continue
            with self._lock(group.id) as mine:
                if mine:
                    self._fail(group, "the receiver ended before the job did")

    def close(self) -> None:
        """End what runs, as Failed. What is Created stays so, for the next start."""
        self._in_this_process().close()

    def run_job(self, request: RunJob) -> JobGroup | None:
        """Put a job group on record and let it run; None where its execution id was seen before.

        Raises:
            Refusal: there is no such recipe.
        """
        recipe = self._recipes.get(request.recipe_id)
        if recipe is None:
            raise Refusal(
                400,
                "ValidationFailed",
                "The recipe does not exist.",
                f'"wrangledDataset.id": there is no recipe {request.recipe_id}',
            )
        group = self._store.add(
            request, str(uuid.uuid4()), [step.type for step in recipe.steps], self._clock()
        )
        if group is not None:
            self._submit(group)
        return group

    def job_group(self, group_id: int) -> JobGroup:
        """The record of a group.

        Raises:
            Refusal: 404, there is none.
        """
        group = self._store.get(group_id)
        if group is None:
            not_there("job group")
        return group

    def _in_this_process(self) -> Process:
        here = self._here
        if here is not None and here.pid == os.getpid():
            return here
        with self._guard:
            if self._here is None or self._here.pid != os.getpid():
                self._here = Process(AT_ONCE)
            return self._here

    def _submit(self, group: JobGroup) -> None:
        self._in_this_process().submit(lambda: self._run(group))

    def _run(self, group: JobGroup) -> None:
        """Run one group to its end. Nothing that goes wrong in it reaches the pool unseen."""
        try:
            with self._lock(group.id) as mine:
                if mine and self._store.claim(group.id, self._clock()):
                    self._run_claimed(group)
        except Exception:
            _log.exception("job not run", job_group=group.id)

    def _run_claimed(self, group: JobGroup) -> None:
        try:
            self._run_steps(group)
        except JobFailed as failure:
            self._fail(group, str(failure))
        except Exception as failure:
            self._fail(group, f"{type(failure).__name__}: {failure}")
            raise
        else:
            self._store.complete(group.id, self._clock())
            _log.info("job complete", job_group=group.id, output=str(self._folder(group.id)))

    def _run_steps(self, group: JobGroup) -> None:
        recipe = self._recipes.get(group.recipe_id)
        if recipe is None:
            raise JobFailed(f"there is no recipe {group.recipe_id} any more")
        self._store.mark_job(group.jobs[0].id, "InProgress")
        folder = self._folder(group.id)
        make = partial(Worker, recipe, folder, self._time_limit_s)
        with self._in_this_process().watching(make) as worker:
            for number, _ in enumerate(worker.steps(), start=1):
                self._store.mark_job(group.jobs[number - 1].id, "Complete")
                if number < len(group.jobs):
                    self._store.mark_job(group.jobs[number].id, "InProgress")

    def _fail(self, group: JobGroup, error: str) -> None:
        self._store.fail(group.id, error, self._clock())
        _log.warning("job failed", job_group=group.id, error=error)

    def _folder(self, group_id: int) -> Path:
        return self._output_dir / str(group_id)

    @contextmanager
    def _lock(self, group_id: int) -> Iterator[bool]:
        """Hold the group's folder. False where another process, or another thread, does."""
        folder = self._folder(group_id)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            yield False
            return
        try:
            yield True
        finally:
            os.close(descriptor)  # and with it the lock
