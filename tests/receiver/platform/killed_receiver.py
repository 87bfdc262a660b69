"""A receiver as a process of its own, which kills itself at a point that its caller names.

`python -P killed_receiver.py FOLDER ACT POINT URL`: ACT is `job` (a webhook for URL, and a job that
calls it), `plan` (a run of the plan in the folder) or `nothing`, which ends once nothing is left to do.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hookproof.testing import SECRET
from hookproof_receiver import Receiver
from hookproof_receiver.platform.plans import store as plan_store
from hookproof_receiver.platform.run_job import RunJob
from hookproof_receiver.platform.webhooks import service, store
from hookproof_receiver.platform.webhooks.shapes import FlowWebhook
from hookproof_runtime.settings import SenderSettings
from hookproof_sender import Outbox
from hookproof_sender.outbox.store import recording
from hookproof_sender.runner import Runner

POINTS: dict[str, tuple[Any, str, bool]] = {
    "in the end's transaction": (service.WebhookService, "ended", True),
    "after the end": (service.WebhookService, "after_end", False),
    "before the handing over": (Runner, "enqueue", False),
    "in the outbox's transaction": (recording, "insert", True),
    "after the handing over": (Runner, "enqueue", True),
    "before the mark": (store.WebhookStore, "done", False),
    "after the mark": (store.WebhookStore, "done", True),
    "after the number": (plan_store.PlanRunStore, "add", True),
    "before the run": (Runner, "run_plan", False),
    "after the record of the run": (Runner, "_run_plan", False),
}
"""What is called there, and whether it is done before."""


def killed_at(holder: Any, name: str, after: bool) -> None:
    """Let a call of this end the process, before or after it."""
    original: Callable[..., Any] = getattr(holder, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        if after:
            original(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(holder, name, call)


def main(folder: Path, act: str, point: str, url: str) -> None:
    """Run it."""
    os.chdir(folder)
    outbox = f"sqlite:///{folder}/outbox.db"
    receiver = Receiver(f"sqlite:///{folder}/inbox.db", platform=True)
    receiver.sender = SenderSettings.model_validate(
        {"database": outbox, "allowLoopback": True, "retryBase": "10 ms"}
    )
    if (folder / "plan.toml").exists():
        receiver.settings = receiver.settings.model_copy(update={"plans": ("plan.toml",)})
    if point in POINTS:
        killed_at(*POINTS[point])
        # What is recorded is sent by the next process: a lease of this one would have to run out.
        setattr(Runner, "_work", lambda _self: None)  # noqa: B010  (mypy forbids the other way)
    receiver.open()
    ends = receiver._ends
    assert ends is not None
    assert ends.platform is not None
    assert ends._webhooks is not None
    assert ends._plans is not None
    ends.start()
    if act == "job":
        ends._webhooks.add(
            FlowWebhook(
                name="tell",
                flowId=1,
                url=url,
                method="post",
                triggerEvent="onJobDone",
                triggerObject="any",
                body='{"job": $jobId}',
                secretKey=SECRET,
            )
        )
        ends.platform.run_job(RunJob(4, parameters={"rows": "50"}))
    if act == "plan":
        ends._plans.run(7, [])
    if act != "nothing":
        threading.Event().wait(60)  # until it is killed
    until = time.monotonic() + 60
    while time.monotonic() < until and not _done(ends, outbox):
        time.sleep(0.05)
    receiver.close()


def _done(ends: Any, outbox: str) -> bool:
    groups = ends.platform.job_groups()
    return (
        all(group.status in ("Complete", "Failed") for group in groups)
        and not ends._webhooks._store.waiting()
        and set(Outbox(outbox).counts()) <= {"delivered"}
        and all(
            seen is None or seen.is_over
            for one in ends._plans._store.unfinished()
            for seen in [ends._running.get().plan_run(one.run_id)]
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4])
