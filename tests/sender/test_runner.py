"""The sender as a task runner: found by entry point, made of the settings, one message a key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.receiver.bare_server import eventually
from tests.sender.peer import OK, Peer, hang_up, raw, status

from hookproof import BadConfiguration, Verifier
from hookproof_runtime import task_runner
from hookproof_runtime.settings import SenderSettings
from hookproof_runtime.task_runner import TaskRunner, find
from hookproof_sender import HttpTask, Outbox
from hookproof_sender.runner import Runner

SECRET = "not-a-secret-for-tests"
AT = 1_790_000_000_000_000_000
LOCAL = SenderSettings.model_validate(
    {"database": "sqlite:///outbox.db", "allowLoopback": True, "retryBase": "1 ms", "deadline": "10 s"}
)


@pytest.fixture
def runner() -> Iterator[TaskRunner]:
    runner = find(LOCAL)
    yield runner
    runner.close()


def hook(url: str, **keys: object) -> dict[str, object]:
    return {"name": "tell", "url": url, "method": "post", "body": "{}"} | keys


def test_the_one_that_is_found_is_the_senders() -> None:
    runner = find(LOCAL)
    assert isinstance(runner, Runner)
    runner.close()


def test_a_good_target_and_a_failing_one_are_told_apart(runner: TaskRunner) -> None:
    with (
        Peer(raw(b"HTTP/1.1 204 -\r\n\r\n")) as good,
        Peer(status(503)) as failing,
        Peer(hang_up) as cut,
    ):
        assert task_runner.Tested(204, None) == runner.test(hook(good.url))
        assert task_runner.Tested(503, "answered 503 Service Unavailable") == runner.test(
            hook(failing.url)
        )
        told = runner.test(hook(cut.url))
    assert told.status_code is None
    assert told.error
    assert [1, 1, 1] == [len(one.received) for one in (good, failing, cut)]


def test_where_it_may_go_is_the_settings_to_say() -> None:
    with Peer() as peer:
        refused = find(LOCAL.model_copy(update={"allowLoopback": False})).test(hook(peer.url))
        allowed = find(
            LOCAL.model_copy(
                update={"allowLoopback": False, "allowedUrlRegexes": (r"^http://127\.0\.0\.1:[0-9]+/",)}
            )
        ).test(hook(peer.url))
        elsewhere = find(
            LOCAL.model_copy(update={"connectTo": (f"shop.example:80:127.0.0.1:{peer.port}",)})
        ).test(hook("http://shop.example/hooks"))
    assert refused.status_code is None
    assert "loopback" in (refused.error or "")
    assert [200, 200] == [allowed.status_code, elsewhere.status_code]
    assert 2 == len(peer.received)


def test_a_message_is_signed_and_sent_by_its_own_retries(runner: TaskRunner) -> None:
    with Peer(status(500), status(500), raw(OK)) as peer:
        message_id = runner.enqueue(
            hook(peer.url, secretKey=SECRET, body='{"job": 9}', maxRetries=2), key="1/a", at_ns=AT
        )
        kept = eventually(lambda: _finished(message_id))
        first, *_, last = peer.received
    assert ("delivered", 3) == kept
    assert b'{"job": 9}' == last.body
    Verifier(secrets=SECRET).verify(last.body, last.headers)
    assert [] == first.values("X-Http-Task-Guid")
    assert [_outbox().show(message_id).guid] == last.values("X-Http-Task-Guid")  # type: ignore[union-attr]


def test_the_same_key_and_time_is_one_message_also_when_it_was_delivered(runner: TaskRunner) -> None:
    with Peer() as peer:
        first = runner.enqueue(hook(peer.url), key="1/a", at_ns=AT)
        eventually(lambda: _finished(first))
        assert first == runner.enqueue(hook(peer.url), key="1/a", at_ns=AT)
        others = {
            runner.enqueue(hook(peer.url), key="1/b", at_ns=AT),
            runner.enqueue(hook(peer.url), key="1/a", at_ns=AT + 1_000_000),
        }
        for other in others:
            eventually(lambda one=other: _finished(one))  # type: ignore[misc]
    assert first not in others
    assert 3 == len(peer.received) == len(_outbox().find())


def test_what_an_earlier_process_left_is_sent_after_start() -> None:
    with Peer() as peer:
        outbox = _outbox()
        message_id = outbox.enqueue_once(HttpTask.model_validate(hook(peer.url)), key="1/a", at_ns=AT)
        runner = find(LOCAL)
        runner.start()
        eventually(lambda: _finished(message_id))
        runner.close()
    assert 1 == len(peer.received)


def test_a_run_that_comes_while_it_closes_is_on_record_for_the_next_one(tmp_path: Path) -> None:
    with Peer() as peer:
        task = hook(peer.url)
        node = {"handle": "aa", "taskType": "http", "httpTask": task}
        file = tmp_path / "plan.json"
        file.write_text(json.dumps({"name": "Nightly", "nodes": [node]}))
        closed, runner = find(LOCAL), find(LOCAL)
        closed.close()
        closed.run_plan(file, [], run_id="run_06C")
        recorded = closed.plan_run("run_06C")
        runner.resume_plan("run_06C")
        eventually(lambda: _is_over(runner, "run_06C"))
        runner.close()
    assert recorded is not None
    assert ("recorded", 1) == (recorded.state, len(peer.received))


@pytest.mark.rule("P-HOOK-9")
def test_a_run_whose_override_carries_a_token_off_is_refused_and_nothing_is_sent(
    tmp_path: Path, runner: TaskRunner
) -> None:
    task = hook("https://shop.example.com/", headers={"Authorization": f"Bearer {SECRET}"})
    node = {"handle": "aa", "taskType": "http", "httpTask": task}
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"name": "Nightly", "nodes": [node]}))
    with Peer() as peer:
        override = {"handle": "aa", "overrideKey": "url", "value": peer.url}
        with pytest.raises(BadConfiguration, match=r"aa\.url"):
            runner.run_plan(file, [override], run_id="run_06C")
    assert runner.plan_run("run_06C") is None
    assert [] == peer.received


def test_what_can_never_be_sent_is_said_all_at_once_and_shows_no_secret(runner: TaskRunner) -> None:
    record = hook("ftp://shop", secretKey=SECRET, headers={"Host": "a"}, method="head")
    for act in (runner.check, runner.test, lambda one: runner.enqueue(one, key="1/a", at_ns=AT)):
        with pytest.raises(BadConfiguration) as refused:
            act(record)
        assert {"method", "url", "headers.Host"} == {
            line.split(": ")[1] for line in str(refused.value).splitlines()
        }
        assert SECRET not in str(refused.value)
    assert [] == _outbox().find()


def test_a_secret_that_is_none_of_the_schemes_is_found_before_anything_is_sent() -> None:
    runner = find(LOCAL.model_copy(update={"scheme": "standard-webhooks"}))
    with pytest.raises(BadConfiguration) as refused:
        runner.check(hook("http://127.0.0.1/", secretKey="whsec_no-base64!"))
    assert "no-base64" not in str(refused.value)
    runner.close()


def _is_over(runner: TaskRunner, run_id: str) -> bool:
    run = runner.plan_run(run_id)
    return run is not None and run.is_over


def _outbox() -> Outbox:
    return Outbox(LOCAL.database)


def _finished(message_id: str) -> tuple[str, int] | None:
    kept = _outbox().show(message_id)
    assert kept is not None
    return (kept.state, kept.attempts) if kept.state in ("delivered", "failed") else None
