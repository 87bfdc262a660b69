"""`hookproof outbox retry`, `cancel` and `prune`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.sender.cli.recorded import Recorded, answered, hookproof, task
from tests.sender.peer import OK, Peer, raw, status

from hookproof_runtime.command_line import main
from hookproof_sender.outbox import STATES, Filters, State

GUID = "X-Http-Task-Guid"
DAY = 86_400.0


def test_what_failed_is_retried_under_its_own_guid_and_delivered() -> None:
    with Peer(status(503), raw(OK)) as peer:
        hookproof("send", peer.url, "--data", "{}", "--max-retries", 0, "--allow-loopback")
        done = hookproof("outbox", "retry", "--state", "failed")
        hookproof("work", "--until-done", "--allow-loopback")
    (kept,) = Recorded().outbox.find()
    assert f"{kept.id}  Send HTTP request  due now; it keeps its GUID {kept.guid}\n" == done.stdout
    assert "retried 1\nhookproof work sends what is due\n" == done.stderr
    assert ("delivered", 2) == (kept.state, kept.attempts)
    assert [[], [kept.guid]] == [received.values(GUID) for received in peer.received]


@pytest.mark.parametrize(
    ("command", "state", "reason"),
    [
        ("retry", "delivered", "it was delivered, and what a resend needs is removed"),
        ("retry", "cancelled", "it was cancelled, and what a resend needs is removed"),
        ("retry", "in_flight", "it is in flight: a request that is being sent cannot be called back"),
        ("cancel", "in_flight", "it is in flight: a request that is being sent cannot be called back"),
        ("cancel", "delivered", "it was delivered already"),
        ("cancel", "cancelled", "it was cancelled already"),
        ("prune", "pending", "it is pending: a message is removed when nothing more happens to it"),
        ("prune", "in_flight", "it is in_flight: a message is removed when nothing more"),
        ("prune", "failed", "it is failed and may be retried; --state failed removes it"),
        ("prune", "unknown", "it is unknown and may be retried; --state unknown removes it"),
        ("prune", "delivered", "something happened to it 0 s ago: --older-than says what is old"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(command: str, state: State, reason: str) -> None:
    recorded = Recorded()
    one = recorded.add(state)
    done = hookproof("outbox", command, one)
    assert (1, "") == (done.return_value, done.stdout)
    assert f"{one}  Tell  left as it is: {reason}" in done.stderr
    assert state == recorded.state(one)


@pytest.mark.parametrize("command", ["retry", "cancel"])
def test_one_whose_sender_is_gone_is_a_workers(command: str) -> None:
    recorded = Recorded(ago=DAY)
    one = recorded.add("in_flight")
    done = hookproof("outbox", command, one)
    assert 1 == done.return_value
    assert "its sender is gone: a worker takes it over (hookproof work)" in done.stderr
    assert "in_flight" == recorded.state(one)


def test_of_several_ids_those_that_can_be_are_changed() -> None:
    recorded = Recorded()
    failed, delivered = recorded.add("failed"), recorded.add("delivered")
    done = hookproof("outbox", "retry", failed, delivered)
    assert (1, "retried 1, left as they are: 1") == (done.return_value, done.stderr.splitlines()[1])
    assert ["pending", "delivered"] == [recorded.state(one) for one in (failed, delivered)]


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        (["retry", "--all"], {"failed", "unknown"}),
        (["retry", "--target", "127.0.0.1"], {"failed", "unknown"}),
        (["retry", "--state", "pending", "--state", "failed"], {"failed", "pending"}),
        (["cancel", "--all"], {"pending"}),
        (["cancel", "--task", "Tell"], {"pending"}),
        (["cancel", "--state", "unknown"], {"unknown"}),
        (["prune", "--all"], {"delivered", "cancelled"}),
        (["prune", "--older-than", "7d"], {"delivered", "cancelled"}),
        (["prune", "--state", "failed", "--state", "delivered"], {"failed", "delivered"}),
        (["prune", "--older-than", "9 d"], set()),
    ],
)  # fmt: skip
def test_a_dry_run_names_what_is_then_done(words: list[str], changed: set[str]) -> None:
    """Each command without its `--dry-run` changes what the dry run named, and that alone."""
    recorded = Recorded(ago=8 * DAY)
    ids = {recorded.add(state): state for state in STATES}
    before = recorded.outbox.find()

    told = hookproof("outbox", *words, "--dry-run")
    assert changed == {ids[line.split("  ")[0]] for line in told.stdout.splitlines()}
    assert all(f"  would {words[0]}; " in line for line in told.stdout.splitlines())
    assert f"dry run, nothing was done: would {words[0]} {len(changed)}\n" == told.stderr
    assert before == recorded.outbox.find()

    done = hookproof("outbox", *words)
    assert (0, changed) == (
        done.return_value,
        {ids[line.split("  ")[0]] for line in done.stdout.splitlines()},
    )
    after = {kept.id: kept for kept in recorded.outbox.find()}
    assert changed == {ids[kept.id] for kept in before if after.get(kept.id) != kept}


@pytest.mark.parametrize("command", ["retry", "cancel", "prune"])
def test_everything_is_meant_only_where_it_is_said(capsys: Any, command: str) -> None:
    recorded = Recorded(ago=8 * DAY)
    ids = {recorded.add(state): state for state in STATES}
    with pytest.raises(SystemExit) as left:
        main(["outbox", command])
    assert 2 == left.value.code
    assert f"this would {command} every message that can be: say which" in capsys.readouterr().err
    assert ids == {kept.id: kept.state for kept in recorded.outbox.find()}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["retry", "--state", "delivered"], "what is delivered cannot be retried (--help says why)"),
        (["cancel", "--state", "in_flight"], "--state takes pending, failed, unknown here"),
        (["prune", "--state", "pending"], "--state takes delivered, failed, cancelled, unknown here"),
    ],
)
def test_a_state_that_cannot_be_changed_is_no_filter(
    capsys: Any, words: list[str], sentence: str
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["outbox", *words])
    assert 2 == left.value.code
    assert sentence in capsys.readouterr().err


def test_a_limit_takes_the_oldest() -> None:
    recorded = Recorded()
    ids = sorted(recorded.add("pending") for _ in range(3))
    hookproof("outbox", "cancel", "--all", "--limit", 2)
    assert ["cancelled", "cancelled", "pending"] == [recorded.state(one) for one in ids]


def test_more_than_a_transaction_takes_is_changed_all_the_same() -> None:
    outbox = Recorded().outbox
    ids = outbox.enqueue_all([task()] * 1201)
    retried = hookproof("outbox", "retry", "--state", "pending")
    assert set(ids) == {line.split("  ")[0] for line in retried.stdout.splitlines()}
    assert 1201 == len(retried.stdout.splitlines())
    assert "cancelled 1201\n" == hookproof("outbox", "cancel", "--all").stderr
    assert (
        "pruned 1200\n" == hookproof("outbox", "prune", "--older-than", "1 ms", "--limit", 1200).stderr
    )
    assert {"cancelled": 1} == outbox.counts()


def test_pruning_removes_what_was_kept_of_the_attempts() -> None:
    recorded = Recorded(ago=8 * DAY)
    recorded.add("delivered")
    kept = recorded.add("delivered", answered(1, 503), answered(2, 200))
    hookproof("outbox", "prune", "--all", "--limit", 1)
    with recorded.outbox.engine.connect() as connection:
        left = connection.exec_driver_sql("SELECT DISTINCT message_id FROM hookproof_outbox_attempts")
        assert [kept] == left.scalars().all()


def test_lines_of_json_say_what_was_done_and_why_not() -> None:
    recorded = Recorded()
    ids = sorted([recorded.add("failed"), recorded.add("delivered")])
    lines = hookproof("outbox", "retry", *ids, "--jsonl").stdout.splitlines()
    documents = {line["state"]: line for line in map(json.loads, lines)}
    assert {"schema", "id", "task", "guid", "state", "change", "done", "dry_run", "reason"} == set(
        documents["failed"]
    )
    assert ("retry", True, None) == tuple(
        documents["failed"][key] for key in ("change", "done", "reason")
    )
    assert documents["delivered"]["done"] is False
    assert "what a resend needs is removed" in documents["delivered"]["reason"]


def test_the_outbox_itself_leaves_what_cannot_be_changed() -> None:
    """Whatever was read before: a worker may have taken the message meanwhile."""
    recorded = Recorded()
    one = recorded.add("in_flight")
    assert [] == recorded.outbox.cancel(Filters(ids=(one,)))
    assert [] == recorded.outbox.retry(Filters(ids=(one,), states=("in_flight",)))
    assert [] == recorded.outbox.prune(Filters(ids=(one,)), older_than=0.001)
    assert [] == recorded.outbox.prune(Filters(states=("in_flight",)), older_than=0.001)
    assert "in_flight" == recorded.state(one)
