"""A folder with a database of job groups, receivers on it, and what is to hold of it in the end."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text
from tests.crash.children import Say
from tests.crash.jobs.steps import RECIPES, is_whole
from tests.receiver.bare_server import eventually

from hookproof_receiver.migrations import bring_up_to_date
from hookproof_receiver.platform.folders import Folders
from hookproof_receiver.platform.job_group import JobGroup
from hookproof_receiver.platform.quota import Quota
from hookproof_receiver.platform.run_job import RunJob
from hookproof_receiver.platform.service import PlatformService
from hookproof_receiver.platform.store import GroupStore, RunningStore
from hookproof_receiver.platform.webhooks.shapes import JobOverrides
from hookproof_receiver.tokens import Tokens
from hookproof_runtime.database import open_engine

ENDS = {"Complete", "Failed", "Canceled"}


class Halt:
    """Stops the thread that comes to a point, for good, and says that it is there."""

    def __init__(self, say: Say, at: str | None) -> None:
        self._say = say
        self._at = at

    def here(self, point: str) -> None:
        if point == self._at:
            self._say(point)
            threading.Event().wait()

    def after(self, owner: type, name: str, point: str) -> None:
        """Stop after a method."""
        method = getattr(owner, name)

        def halting(*given: Any, **named: Any) -> Any:
            result = method(*given, **named)
            self.here(point)
            return result

        setattr(owner, name, halting)


class Diary:
    """Writes each beginning and end into a table, in their transactions."""

    def __init__(self, halt: Halt) -> None:
        self._halt = halt

    def recorded(self, connection: Connection, group: JobGroup, overrides: JobOverrides) -> None:
        self._write(connection, group)
        self._halt.here("recording")

    def ended(self, connection: Connection, group: JobGroup) -> None:
        self._write(connection, group)
        self._halt.here("ending")

    def after_end(self) -> None:
        self._halt.here("told")

    def _write(self, connection: Connection, group: JobGroup) -> None:
        connection.execute(
            text("INSERT INTO diary VALUES (:id, :status)"), {"id": group.id, "status": group.status}
        )


def serve(say: Say, folder: str, *, at: str | None = None, run: int = 0, cancel: int = 0) -> None:
    """A receiver's part that runs jobs: says the id of each that it was asked to begin.

    Args:
        say: takes what it says.
        folder: the place.
        at: where it stops.
        run: how many groups it puts on record.
        cancel: a group that it cancels, once it runs.
    """
    halt = Halt(say, at)
    halt.after(GroupStore, "add", "recorded")
    halt.after(RunningStore, "begin", "begun")
    halt.after(Folders, "new_work", "folder made")
    halt.after(RunningStore, "progress", "progress noted")
    halt.after(RunningStore, "wrote", "rows noted")
    halt.after(RunningStore, "job_done", "step done")
    halt.after(Folders, "put_in_place", "placed")
    halt.after(RunningStore, "end", "ended")
    halt.after(Folders, "forget", "forgotten")
    service = _service(Path(folder), halt)
    for _ in range(run):
        group = service.run_job(RunJob(1))
        assert group is not None
        say(group.id)
    service.start()
    if cancel:
        eventually(lambda: service.job_group(cancel).status != "Created")
        service.cancel(cancel)
        say("cancelled")
    threading.Event().wait()


class Place:
    """One folder.

    Args:
        folder: an empty one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        engine = _engine(folder)
        bring_up_to_date(engine)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE diary (job_group INTEGER, what TEXT)"))
        engine.dispose()

    def rest(self) -> list[JobGroup]:
        """Let a receiver that nobody kills run all that is left; every group, by id."""
        service = _service(self.folder, Halt(lambda _: None, None))
        service.start()
        try:

            def all_ended() -> bool:
                return all(group.status in ENDS for group in service.job_groups(limit=1000))

            eventually(all_ended, within_s=120)
            return service.job_groups(limit=1000)[::-1]
        finally:
            service.close()

    def check(self, groups: list[JobGroup]) -> None:
        """Each began once and ended once, and its output is whole or absent."""
        with closing(sqlite3.connect(self.folder / "inbox.db")) as database:
            diary = database.execute("SELECT job_group, what FROM diary").fetchall()
        expected = [(group.id, what) for group in groups for what in ("Created", group.status)]
        assert sorted(expected) == sorted(diary)
        for group in groups:
            output = self.folder / "jobs" / str(group.id)
            if group.status == "Complete":
                assert is_whole(output), output
                assert [100, 100] == [job.percent for job in group.jobs]
                assert {"Complete"} == {job.status for job in group.jobs}
            else:
                assert not output.exists()
        left = (self.folder / "jobs" / "running").glob("*")
        assert [] == [one for one in left if one.is_dir()]

    @contextmanager
    def held(self, step: str) -> Iterator[None]:
        """Let no worker get past a step meanwhile."""
        pipe = self.folder / "jobs" / "data" / f"{step}.held"
        pipe.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(pipe)
        try:
            yield
        finally:
            opened = os.open(pipe, os.O_RDWR)
            pipe.unlink()
            os.close(opened)  # and whoever reads it is at its end

    def kill_a_worker(self) -> bool:
        """Kill one that runs, where there is any."""
        for file in (self.folder / "jobs" / "data").glob("*.pid"):
            with suppress(ValueError, OSError):
                pid = int(file.read_text())
                file.unlink()
                if b"hookproof_receiver.platform.worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(pid, signal.SIGKILL)
                    return True
        return False


def _engine(folder: Path) -> Engine:
    return open_engine(f"sqlite:///{folder}/inbox.db")


def _service(folder: Path, halt: Halt) -> PlatformService:
    return PlatformService(
        _engine(folder),
        Tokens(b"a-key-that-nobody-could-take-for-a-real-one"),
        folder / "jobs",
        recipes=RECIPES,
        quota=Quota(10_000, 10_000),
        listeners=[Diary(halt)],
    )
