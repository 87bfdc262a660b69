"""Plans over the API: which there are, running one, and how a run is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hookproof.clock import Clock, system_clock
from hookproof.errors import BadConfiguration, HookproofError
from hookproof_runtime.database import Engine
from hookproof_runtime.ids import first_id, new_id
from hookproof_runtime.logs import get_logger
from hookproof_runtime.task_runner import NotInstalled, PlanSeen, TaskRunner

from ..operation import not_there
from ..refusal import Refusal
from ..task_running import TaskRunning
from .reading import read_plans
from .records import plan_record, run_record
from .shapes import PlanRecord, SnapshotRunRecord
from .store import NumberedRun, PlanRunStore

_SIGNING = ("secretKeyEnv", "secretKeyFile", "scheme")
_COMES_ABOUT_MS = 60_000  # a younger run that is not on record yet may be another receiver's

_log = get_logger(__name__)


class PlanService:
    """What the API does with plans, without HTTP.

    Args:
        engine: a prepared engine whose schema is up to date.
        running: has the task runner.
        files: the plans, each with its `id`.
        clock: the time.
    """

    def __init__(
        self,
        engine: Engine,
        running: TaskRunning,
        files: Sequence[str],
        clock: Clock = system_clock,
    ) -> None:
        self._store = PlanRunStore(engine)
        self._running = running
        self._files = tuple(Path(one) for one in files)
        self._clock = clock
        self._by_id: dict[int, Path] = {}

    def start(self) -> None:
        """Read the plans, and have the runs go on that an earlier process left.

        Raises:
            BadConfiguration: a file is no plan, or has no id of its own: all problems at once.
        """
        left = self._store.unfinished()
        if not (self._files or left):
            return
        try:
            runner = self._running.get()
        except NotInstalled as error:
            _log.warning("plans cannot be run", error=str(error))
            return
        self._read(runner)
        for run in left:
            seen = runner.plan_run(run.run_id)
            if seen is None:
                if run.run_id < first_id("run", self._clock() // 1_000_000 - _COMES_ABOUT_MS):
                    self._store.remove(run.id)  # its process ended before it came about
            elif seen.is_over:
                self._store.over(run.id)
            else:
                runner.resume_plan(run.run_id)

    def plans(self) -> list[PlanRecord]:
        """All of them, by id.

        Raises:
            Refusal: 501, there is no task runner; 503, a file is no plan any more.
        """
        runner = self._running.asked()
        return [self._record(runner, plan_id) for plan_id in sorted(self._by_id)]

    def plan(self, plan_id: int) -> PlanRecord:
        """One of them.

        Raises:
            Refusal: 404, there is none; else as for `plans`.
        """
        return self._record(self._running.asked(), plan_id)

    def run(self, plan_id: int, overrides: Sequence[Mapping[str, Any]]) -> int:
        """Run a plan in the background; the run's number.

        Raises:
            Refusal: 400, an override names nothing, or where a secret is, or a secret is missing;
                else as for `plan`.
        """
        runner = self._running.asked()
        file = self._file(plan_id)
        _refuse_signing(_seen(runner, file), overrides)
        run_id = new_id("run", self._clock())
        number = self._store.add(plan_id, run_id)
        try:
            runner.run_plan(file, overrides, run_id=run_id)
        except BaseException as error:
            self._store.remove(number)
            if isinstance(error, BadConfiguration):
                details = "; ".join(str(error).splitlines())
                raise Refusal(400, "ValidationFailed", "Input validation failed", details) from error
            if isinstance(error, HookproofError):
                raise _not_now(error) from error
            raise
        return number

    def snapshot_run(self, number: int) -> SnapshotRunRecord:
        """A run as it stands.

        Raises:
            Refusal: 404, there is none; 501, there is no task runner.
        """
        runner = self._running.asked()
        run = self._store.get(number)
        found = None if run is None else self._run_record(runner, run)
        if found is None:
            not_there("plan run")
        return found

    def _read(self, runner: TaskRunner) -> None:
        self._by_id, problems = read_plans(runner, self._files)
        if problems:
            raise BadConfiguration("\n".join(problems))

    def _file(self, plan_id: int) -> Path:
        file = self._by_id.get(plan_id)
        if file is None:
            not_there("plan")
        return file

    def _record(self, runner: TaskRunner, plan_id: int) -> PlanRecord:
        seen = _seen(runner, self._file(plan_id))
        newest = self._store.newest(plan_id)
        latest = None if newest is None else self._run_record(runner, newest)
        return plan_record(plan_id, seen, self._store.count(plan_id), latest)

    def _run_record(self, runner: TaskRunner, run: NumberedRun) -> SnapshotRunRecord | None:
        try:
            seen = runner.plan_run(run.run_id)
        except HookproofError as error:
            raise _not_now(error) from error
        return None if seen is None else run_record(run.id, run.plan_id, seen)


def _seen(runner: TaskRunner, file: Path) -> PlanSeen:
    try:
        return runner.plan(file)
    except HookproofError as error:
        raise _not_now(error) from error


def _refuse_signing(plan: PlanSeen, overrides: Sequence[Mapping[str, Any]]) -> None:
    """Refuse to sign with any file or variable of this machine: a token is for running jobs.

    Nor by another scheme: what one signs may be good for ever in another, with a time of one's choice.
    """
    tasks = {one.handle for one in plan.nodes if one.kind == "http"}
    for one in overrides:
        if one["handle"] in tasks and one["overrideKey"] in _SIGNING:
            details = f"{one['handle']}.{one['overrideKey']}: how it is signed, the plan's file says"
            raise Refusal(400, "ValidationFailed", "Input validation failed", details)


def _not_now(error: HookproofError) -> Refusal:
    details = "; ".join(str(error).splitlines())
    return Refusal(503, "ServiceUnavailable", "It cannot be done now.", details)
