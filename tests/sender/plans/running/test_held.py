"""Who runs a run: one at a time, however its database is named."""

import threading

import pytest
from tests.sender.plans.running.running import drawn, quick

from hookproof_sender.plans.running import RunHeld


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
