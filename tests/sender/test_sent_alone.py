"""A task that no plan runs is a plan of one: rendered once, before it is recorded."""

from __future__ import annotations

import json
import logging
import sqlite3
from contextlib import closing

import pytest
from tests.sender.cli.recorded import hookproof
from tests.sender.peer import Peer, status

from hookproof.errors import BadConfiguration
from hookproof_sender import HttpTask, Sender

BODY = '{"run": "{{$plan.runId}}/tell", "task": "{{$plan.name}}", "of": {{$plan.taskCount}}}'


def task(url="http://127.0.0.1:9/", **keys):
    record = {"name": "Tell", "method": "post", "url": url, "body": BODY, "maxRetries": 0}
    return HttpTask.model_validate(record | keys)


@pytest.mark.rule("P-REF-4", "P-REF-10")
def test_every_attempt_carries_the_same_bytes_and_every_message_its_own_run():
    with Peer(status(500), status(500), status(200)) as peer:
        sender = Sender(allow_loopback=True, retry_base=0.01, retry_cap=0.01)
        one = task(peer.url, maxRetries=2, headers={"X-Run": "{{$plan.runId}}"})
        assert "delivered" == sender.send(one).outcome
        assert "delivered" == sender.send(one).outcome
    first, second, third, other = peer.received
    assert first.body == second.body == third.body
    run = json.loads(first.body)["run"].removesuffix("/tell")
    assert {"run": f"{run}/tell", "task": "Tell", "of": 1} == json.loads(first.body)
    assert [run] == first.values("X-Run") == third.values("X-Run")
    assert run.startswith("run_")
    assert first.body != other.body


@pytest.mark.rule("P-REF-4")
def test_what_is_recorded_is_rendered():
    outbox = Sender().outbox
    ids = [outbox.enqueue(task()), *outbox.enqueue_all([task(), task()])]
    bodies = [kept.body for one in ids if (kept := outbox.show(one)) is not None]
    assert 3 == len({json.loads(body)["run"] for body in bodies})
    with closing(sqlite3.connect(".hookproof/outbox.db")) as database:
        assert not any("{{" in line for line in database.iterdump())


@pytest.mark.rule("P-REF-8")
def test_what_cannot_be_sent_once_it_is_rendered_is_not_recorded():
    sender = Sender()
    with pytest.raises(BadConfiguration, match="visible ASCII"):
        sender.send(task(name="Grüße", headers={"X-A": "{{$plan.name}}"}))
    assert {} == sender.outbox.counts()


@pytest.mark.rule("P-REF-7", "P-REF-10")
def test_what_is_unknown_is_logged(caplog):
    with caplog.at_level(logging.WARNING):
        Sender().outbox.enqueue(task(body="{{$plan.user}}"))
    assert "there is no $plan.user" in caplog.text


@pytest.mark.rule("P-REF-7", "P-REF-10")
@pytest.mark.parametrize("command", [["send"], ["send", "--queue"], ["test"]], ids=" ".join)
def test_the_commands_warn_of_what_is_unknown_and_refuse_it_where_they_are_strict(command):
    with Peer() as peer:
        with open("task.json", "w") as file:
            json.dump({"method": "post", "url": peer.url, "body": '"{{$http_zj.name}}"'}, file)
        strict = hookproof(*command, "task.json", "--allow-loopback", "--strict")
        assert "body: line 1, column 2: there is no $http_zj.name" in str(strict.exception)
        assert 0 == peer.connections
        done = hookproof(*command, "task.json", "--allow-loopback")
    assert (None, 0) == (done.exception, done.return_value)
    assert "warning: body: line 1, column 2: there is no $http_zj.name\n" in done.stderr
    assert [] == [one for one in peer.received if one.body != b'""']


def test_the_shops_task_of_the_examples_is_sent_as_it_stands():
    with Peer() as peer:
        done = Sender(allow_loopback=True).send(
            task(peer.url, body='{"run": "{{$plan.runId}}/tell-the-shop"}')
        )
    assert "delivered" == done.outcome
    assert json.loads(peer.received[0].body)["run"].endswith("/tell-the-shop")
