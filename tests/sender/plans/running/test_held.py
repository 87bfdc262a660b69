"""Who runs a run: one at a time, however its database is named, and whoever looks."""

import fcntl
import os
import threading
from concurrent.futures import Future

import pytest
from tests.sender.plans.running.running import drawn, quick

from hookproof_sender.plans.running import RunHeld
from hookproof_sender.plans.running.held import holding, is_held


@pytest.mark.rule("P-RUN-7")
def test_who_only_looks_whether_a_run_is_run_keeps_nobody_from_running_it(tmp_path):
    """A background runner that was told so would leave its run where it is."""
    path = tmp_path / "run_06C.lock"
    looks = os.open(path, os.O_RDONLY | os.O_CREAT, 0o600)  # as is_held does, in the middle of it
    fcntl.flock(looks, fcntl.LOCK_SH)
    outcome: Future[bool] = Future()

    def hold():
        try:
            with holding(tmp_path, "run_06C"):
                outcome.set_result(is_held(tmp_path, "run_06C"))
        except BaseException as error:
            outcome.set_exception(error)

    thread = threading.Thread(target=hold)
    thread.start()
    with pytest.raises(TimeoutError):
        outcome.result(0.1)
    os.close(looks)
    assert outcome.result(10)
    thread.join()
    assert not path.exists()


@pytest.mark.rule("P-RUN-7")
def test_a_run_belongs_to_one_by_whichever_name_its_database_is_opened(shop, url, tmp_path):
    shop.held = {"/aa": threading.Event()}
    runner = quick(database=f"sqlite:///{tmp_path}/outbox.db").plan_runner()
    run_id = runner.start(drawn(url, "aa"))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "outbox.db").symlink_to(tmp_path / "outbox.db")
    other = quick(database=f"sqlite:///{tmp_path}/elsewhere/outbox.db").plan_runner()
    thread = threading.Thread(target=runner.run, args=[run_id])
    thread.start()
    shop.wait_for(1)
    with pytest.raises(RunHeld):
        other.run(run_id)
    shop.held["/aa"].set()
    thread.join(20)
    assert 1 == len(shop.asked)
