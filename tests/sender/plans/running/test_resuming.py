"""Taking a run up again: after a stop, after a crash, after others had its messages."""

import contextlib
import sqlite3
import threading

import pytest
from sqlalchemy import event
from tests.crash.programs import Longest
from tests.sender.plans.running.running import drawn, quick, states
from tests.sender.plans.running.shop import Answer

from hookproof import CannotRun
from hookproof_runtime.database import open_engine
from hookproof_sender.outbox import Filters
from hookproof_sender.plans.running import AttemptBegun, AttemptOver, Waits
from hookproof_sender.plans.running.nodes import Nodes, Open


def stopped_at(shop, url, drawing, point, **keys):
    """A run that is stopped at an event: its id, once it is over there."""
    slow = {"retry_base": 60.0, "rng": Longest()} if keys.pop("slow", False) else {}
    sender = quick(**slow)

    def on_event(event):
        if point(event):
            threading.Thread(target=sender.stop).start()

    runner = sender.plan_runner(on_event=on_event)
    run = runner.run(runner.start(drawn(url, drawing, **keys)))
    sender.outbox.engine.dispose()
    return run


@pytest.mark.rule("P-RUN-8")
def test_a_run_that_is_stopped_in_a_pause_gives_its_message_back_and_goes_on_later(shop, url):
    shop.write("/aa", Answer(500), Answer())
    run = stopped_at(
        shop, url, "aa success bb", lambda event: isinstance(event, AttemptOver), slow=True
    )
    sender = quick()
    kept = sender.outbox.show(run.nodes[0].message_id)
    assert ("interrupted", "running", "pending") == (run.state, run.nodes[0].state, kept.state)
    assert not kept.is_held(sender.outbox.now_ms())
    assert {"aa": "running", "bb": "waiting"} == states(run)

    waits = threading.Event()

    def on_event(happened):
        if isinstance(happened, Waits) and not waits.is_set():
            assert (False, 1 < happened.seconds <= 60) == (happened.elsewhere, True)
            waits.set()
            quick().outbox.retry(Filters(ids=(kept.id,)))  # due now, and not in a minute

    again = sender.plan_runner(on_event=on_event).run(run.id)
    assert waits.is_set()
    assert ("complete", ["/aa", "/aa", "/bb"]) == (again.state, shop.paths())
    assert [None, kept.guid, None] == [one.guid for one in shop.asked]


@pytest.mark.rule("P-RUN-8")
def test_an_attempt_that_is_cut_off_is_made_again_with_its_guid(shop, url):
    shop.held = {"/aa": threading.Event()}
    run = stopped_at(shop, url, "aa", lambda event: isinstance(event, AttemptBegun))
    shop.held["/aa"].set()
    sender = quick()
    again = sender.plan_runner().run(run.id)
    kept = sender.outbox.show(run.nodes[0].message_id)

    assert ("interrupted", "complete", 2) == (run.state, again.state, again.nodes[0].attempts)
    assert ["interrupted", None] == [one.cause for one in kept.history]
    assert kept.guid == shop.asked[-1].guid


@pytest.mark.rule("P-RUN-6", "P-RUN-8")
def test_a_last_attempt_that_is_cut_off_is_unknown_until_somebody_says(shop, url):
    shop.held = {"/aa": threading.Event()}
    begun = lambda event: isinstance(event, AttemptBegun)  # noqa: E731
    run = stopped_at(shop, url, "aa success bb", begun, maxRetries=0)
    shop.held["/aa"].set()
    sender = quick()
    runner = sender.plan_runner()
    assert ("unknown", {"aa": "unknown", "bb": "waiting"}) == (run.state, states(run))
    assert f"retry {run.nodes[0].message_id}" in run.nodes[0].sentence
    assert "unknown" == runner.run(run.id).state

    sender.outbox.retry(Filters(ids=(run.nodes[0].message_id,)))
    assert ("complete", "/bb") == (runner.run(run.id).state, shop.paths()[-1])


@pytest.mark.rule("P-RUN-8")
def test_what_a_worker_delivered_meanwhile_is_not_sent_again(shop, url):
    shop.write("/aa", Answer(500), Answer())
    run = stopped_at(
        shop, url, "aa success bb", lambda event: isinstance(event, AttemptOver), slow=True
    )
    sender = quick()
    sender.outbox.retry(Filters(ids=(run.nodes[0].message_id,)))
    sender.worker().run(until_done=True)
    again = quick().plan_runner().run(run.id)

    assert ("complete", ["/aa", "/aa", "/bb"]) == (again.state, shop.paths())
    assert ("succeeded", 2, 200) == (
        again.nodes[0].state,
        again.nodes[0].attempts,
        again.nodes[0].status,
    )


@pytest.mark.rule("P-RUN-6")
def test_a_message_that_somebody_cancels_ends_its_node(shop, url):
    shop.write("/aa", Answer(500))
    run = stopped_at(
        shop, url, "aa failure bb", lambda event: isinstance(event, AttemptOver), slow=True
    )
    sender = quick()
    sender.outbox.cancel(Filters(ids=(run.nodes[0].message_id,)))
    again = sender.plan_runner().run(run.id)

    assert ("failed", {"aa": "cancelled", "bb": "succeeded"}) == (again.state, states(again))
    assert ("aa",) == again.dealt_with
    assert "was cancelled" in again.nodes[0].sentence


def test_a_message_that_was_removed_meanwhile_is_unknown(shop, url):
    shop.write("/aa", Answer(500))
    run = stopped_at(shop, url, "aa", lambda event: isinstance(event, AttemptOver), slow=True)
    sender = quick()
    sender.outbox.cancel(Filters())
    sender.outbox.prune(Filters(), older_than=-1)
    assert "unknown" == sender.plan_runner().run(run.id).state


def test_a_run_that_was_only_recorded_is_run_like_any(shop, url):
    sender = quick()
    run_id = sender.plan_runner().start(drawn(url, "aa"))
    assert "recorded" == sender.plan_runner().record(run_id).state
    assert "complete" == quick().plan_runner().run(run_id).state


def test_a_database_that_fails_ends_the_process_s_part_and_loses_nothing(shop, url):
    shop.write("/aa", Answer(500), Answer())
    shop.held = {"/bb": threading.Event()}
    engine = open_engine("sqlite:///.hookproof/outbox.db")
    fails = threading.Event()

    def on_statement(_connection, _cursor, statement, *_):
        if fails.is_set() and "INSERT INTO hookproof_outbox_attempts" in statement:
            raise sqlite3.OperationalError("database or disk is full")

    def on_event(happened):
        if isinstance(happened, AttemptOver):  # aa is in its pause of up to a minute
            fails.set()
            shop.held["/bb"].set()

    event.listen(engine, "before_cursor_execute", on_statement)
    runner = quick(database=engine, retry_base=60.0, retry_cap=60.0).plan_runner(on_event=on_event)
    run_id = runner.start(drawn(url, "aa bb, bb success cc"))
    with pytest.raises(CannotRun, match="disk is full"):
        runner.run(run_id)
    assert {"aa": "running", "bb": "running", "cc": "waiting"} == states(runner.record(run_id))
    fails.clear()

    sender = quick()
    aa, *_ = sender.plan_runner().record(run_id).nodes
    sender.outbox.retry(Filters(ids=(aa.message_id,)))
    assert "complete" == sender.plan_runner().run(run_id).state
    assert ["/aa", "/aa", "/bb", "/bb", "/cc"] == sorted(shop.paths())


def test_nothing_is_begun_in_a_run_that_was_given_up_though_it_is_due(shop, url):
    sender = quick()
    plan = drawn(url, "aa")
    message_id = sender.outbox.enqueue(plan.nodes[0].task)
    nodes = Nodes(sender.plan_runner()._parts, "run_06C", None, lambda _event: None)
    nodes.give_up()
    assert nodes.run(Open(plan.nodes[0], message_id, None, (), (), None)) is None
    assert ([], "pending") == (shop.asked, sender.outbox.show(message_id).state)


@pytest.mark.rule("P-RUN-8")
def test_what_a_worker_sends_now_is_waited_for(shop, url):
    shop.write("/aa", Answer(500), Answer())
    run = stopped_at(
        shop, url, "aa success bb", lambda event: isinstance(event, AttemptOver), slow=True
    )
    shop.held = {"/aa": threading.Event()}
    sender = quick()
    sender.outbox.retry(Filters(ids=(run.nodes[0].message_id,)))
    thread = threading.Thread(target=sender.worker().run, kwargs={"until_done": True})
    thread.start()
    shop.wait_for(2)
    seen = []

    def on_event(happened):
        seen.append(happened)
        if isinstance(happened, Waits):
            shop.held["/aa"].set()

    again = quick().plan_runner(on_event=on_event).run(run.id)
    thread.join(20)
    assert [True] == [one.elsewhere for one in seen if isinstance(one, Waits)]
    assert ("complete", ["/aa", "/aa", "/bb"]) == (again.state, shop.paths())


@contextlib.contextmanager
def busy(seconds):
    """Something else writes from `begin` on: for longer than a writer waits that only begins."""
    holds = threading.Event()

    def hold():
        with contextlib.closing(sqlite3.connect(".hookproof/outbox.db")) as other:
            other.execute("BEGIN IMMEDIATE")
            holds.set()
            threading.Event().wait(seconds)

    def begin():
        if not holds.is_set():
            thread.start()
            holds.wait(10)

    thread = threading.Thread(target=hold)
    yield begin
    thread.join()


@pytest.mark.long
def test_a_database_that_is_busy_for_seconds_ends_no_run(shop, url):
    shop.write("/aa", Answer(500), Answer())
    with busy(4) as begin:
        over = lambda happened: isinstance(happened, AttemptOver) and begin()  # noqa: E731
        runner = quick().plan_runner(on_event=over)
        run = runner.run(runner.start(drawn(url, "aa success bb")))
    assert ("complete", ["/aa", "/aa", "/bb"]) == (run.state, shop.paths())


@pytest.mark.long
def test_a_run_that_is_stopped_while_the_database_is_busy_is_interrupted_all_the_same(shop, url):
    shop.write("/aa", Answer(500))
    with busy(4) as begin:

        def over(happened):
            if isinstance(happened, AttemptOver):
                begin()
            return isinstance(happened, AttemptOver)

        run = stopped_at(shop, url, "aa", over, slow=True)
    assert ("interrupted", ["/aa"]) == (run.state, shop.paths())
