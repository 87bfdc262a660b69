"""Running job groups, one after the other in the order they came, each to its one end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from hookproof.clock import NANOSECONDS, Clock
from hookproof_runtime.logs import get_logger

from .folders import Folders
from .job_group import JobGroup
from .process import Process, Stopped
from .recipes import Recipe
from .store import RunningStore
from .supervision import JobFailed, Worker

MOST_RUNS = 3
"""A group that was begun so often, and whose receiver died each time, is not begun again."""

_PACE_NS = NANOSECONDS // 2  # between two notes of how far a job is

_log = get_logger(__name__)


class Cancelled(Exception):
    """Somebody ended the group while it ran."""


class Running:
    """Takes groups that are due, and runs them.

    A group is run under its lock. One that is InProgress though its lock is free was left behind: it is
    run again from the start, for nothing of it can be seen before its output is put in place. Where
    that is there already, it had been done, and only its end was not written down.

    Args:
        store: what is on record.
        folders: where output lies.
        clock: the time.
        recipes: what can be run, by id.
        time_limit_s: how long a group may run, in seconds.
        ended: is called after an end is on the disk.
    """

    def __init__(
        self,
        store: RunningStore,
        folders: Folders,
        clock: Clock,
        *,
        recipes: Mapping[int, Recipe],
        time_limit_s: float,
        ended: Callable[[], None],
    ) -> None:
        self._store = store
        self._folders = folders
        self._clock = clock
        self._recipes = recipes
        self._time_limit_s = time_limit_s
        self._ended = ended
        self._wrong: str | None = None

    def take(self, process: Process) -> bool:
        """Run the oldest group that nobody runs, to its end. False where there is none.

        Nothing that goes wrong in it reaches the thread unseen.
        """
        try:
            for group_id in self._store.unfinished():
                with self._folders.lock(group_id) as mine:
                    if mine and self._take(group_id, process):
                        return not self._store.is_wanted(group_id)  # or not at once again
            self._wrong = None
        except Exception as error:
            if self._wrong != repr(error):  # and not again with every look at what is due
                _log.exception("job not run")
            self._wrong = repr(error)
        return False

    def _fail(self, group: JobGroup, error: str) -> None:
        if self._store.end(group.id, "Failed", error, self._clock()) is not None:
            _log.warning("job failed", job_group=group.id, error=error)
            self._ended()

    def sweep(self) -> None:
        """Remove what is left of groups that ended while nobody was there to clear up after them."""
        for group_id in self._folders.left():
            with self._folders.lock(group_id) as mine:
                status = self._store.status(group_id)
                if not mine or status in {"Created", "InProgress"}:
                    continue
                self._folders.clear(group_id)
                if status in {"Failed", "Canceled"}:
                    self._folders.remove(group_id)
                self._folders.forget(group_id)

    def _take(self, group_id: int, process: Process) -> bool:
        """Do what is due for a group whose lock is held. False where it has ended.

        It may have, since it was found to be due: then its output is there to stay.
        """
        if self._store.status(group_id) not in {"Created", "InProgress"}:
            return False
        if self._folders.output(group_id).exists() and self._store.was_begun(group_id):
            self._complete(group_id)  # whoever ran it died before the end was written down
        else:
            self._folders.remove(group_id)  # of another database that lay here, or an earlier version
            group = self._store.begin(group_id, self._clock())
            if group is None:
                return False
            self._run(group, process)
        self._folders.forget(group_id)
        return True

    def _run(self, group: JobGroup, process: Process) -> None:
        try:
            self._run_recipe(group, process)
        except Stopped:
            self._store.give_back(group.id)
        except Cancelled:
            _log.info("job cancelled", job_group=group.id)
        except JobFailed as failure:
            self._fail(group, str(failure))
        except Exception as failure:
            self._fail(group, f"{type(failure).__name__}: {failure}")
            raise
        finally:
            self._folders.clear(group.id)

    def _run_recipe(self, group: JobGroup, process: Process) -> None:
        recipe = self._recipes.get(group.recipe_id)
        if recipe is None:
            raise JobFailed(f"there is no recipe {group.recipe_id} any more")
        if [step.type for step in recipe.steps] != [job.type for job in group.jobs]:
            raise JobFailed(f"recipe {group.recipe_id} has other steps than when it was asked for")
        if group.runs > MOST_RUNS:
            raise JobFailed(f"the receiver ended {MOST_RUNS} times before the job did")
        work = self._folders.new_work(group.id, group.runs)
        make = partial(Worker, recipe, work, self._folders.data, group.parameters, self._time_limit_s)
        with process.watching(group.id, make) as worker:
            notes = _Notes(self._store, self._clock, group)
            for report in worker.reports():
                if report is None or notes.take(report):
                    self._ask_whether_wanted(group, worker)
        self._complete(group.id, lambda: self._folders.put_in_place(work, group.id))

    def _ask_whether_wanted(self, group: JobGroup, worker: Worker) -> None:
        if not self._store.is_wanted(group.id):
            worker.stop("it was cancelled")
            raise Cancelled

    def _complete(self, group_id: int, then: Callable[[], None] = lambda: None) -> None:
        if self._store.end(group_id, "Complete", None, self._clock(), then) is None:
            raise Cancelled
        _log.info("job complete", job_group=group_id, output=str(self._folders.output(group_id)))
        self._ended()


class _Notes:
    """Writes down what a worker reports, and not more often than somebody could read it."""

    def __init__(self, store: RunningStore, clock: Clock, group: JobGroup) -> None:
        self._store = store
        self._clock = clock
        self._group = group
        self._place = 0
        self._noted_ns = 0
        self._last: tuple[int, int] | None = None
        self._outputs: dict[str, int] = {}

    def take(self, report: Mapping[str, Any]) -> bool:
        """True where something was written down."""
        now_ns = self._clock()
        job = self._group.jobs[self._place]
        if "wrote" in report:
            self._outputs[report["wrote"]] = report["rows"]
            self._store.wrote(self._group.id, self._outputs)
        elif "done" in report:
            self._place += 1
            following = self._group.jobs[self._place :]
            if self._last is not None:
                self._store.progress(job.id, *self._last, now_ns)
            self._last = None
            self._store.job_done(job.id, following[0].id if following else None, now_ns)
        else:
            rows, of = report["rows"], report["of"]
            self._last = (min(100, 100 * rows // of) if of > 0 else 0, rows)
            if 0 <= now_ns - self._noted_ns < _PACE_NS:
                return False
            self._store.progress(job.id, *self._last, now_ns)
        self._noted_ns = now_ns
        return True
