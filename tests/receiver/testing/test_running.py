"""The receiver that runs within a test."""

from __future__ import annotations

import threading
import urllib.request

import pytest

from hookproof.testing import forge, signed_headers
from hookproof_receiver import Message
from hookproof_receiver.testing import Running, Seen, running_receiver

from ..wire import exchange, good, signed

BODY = b'{"order": 4}'


def test_it_needs_nothing_but_a_url_and_a_secret() -> None:
    with running_receiver() as running:
        assert running.secret is not None
        headers = signed_headers(BODY, secrets=running.secret)
        asked = urllib.request.Request(running.url, BODY, headers, method="POST")
        with urllib.request.urlopen(asked, timeout=10) as response:
            assert 200 == response.status
        (seen,) = running.wait_for(1)

    assert seen.delivery is not None
    assert (BODY, 200, "/hooks/test", False) == (
        seen.delivery.body,
        seen.status,
        seen.path,
        seen.duplicate,
    )
    assert seen.message_id == response.headers["Hookproof-Message"]
    assert seen.id == response.headers["Hookproof-Delivery"]


def test_it_waits_for_as_many_as_match() -> None:
    forged = forge("changed-body")
    with running_receiver(path="/in", handler=lambda message: (201, message.body)) as running:
        waiting: list[Seen] = []
        thread = threading.Thread(
            target=lambda: waiting.extend(running.wait_for(2, lambda seen: seen.status == 201))
        )
        thread.start()
        for body in (b"1", b"2"):
            good(running.port, target="/in", body=body)
            exchange(running.port, signed(forged.body, target="/in", more=forged.headers), expect=1)
        thread.join()

    assert [b"1", b"2"] == [seen.delivery.body for seen in waiting if seen.delivery]
    assert ["no_match", "no_match"] == [seen.code for seen in running.deliveries if seen.code]


def test_what_does_not_come_is_a_timeout_that_says_what_did() -> None:
    with running_receiver() as running:
        good(running.port)
        with pytest.raises(
            TimeoutError, match=r"2 did not come within 0.05 s; it got: POST /hooks/test 200"
        ):
            running.wait_for(2, timeout=0.05)


def test_two_run_side_by_side_and_are_gone_afterwards() -> None:
    with running_receiver() as one, running_receiver() as other:
        assert one.port != other.port
        assert 200 == good(one.port).status
        assert [1, 0] == [len(running.deliveries) for running in (one, other)]

    assert [False, False] == [_listens(running) for running in (one, other)]


def _listens(running: Running) -> bool:
    try:
        good(running.port)
    except OSError:
        return False
    return True


def test_what_an_endpoint_in_inbox_mode_runs_is_waited_for() -> None:
    tries: list[int] = []

    def handler(message: Message) -> None:
        tries.append(message.attempt)
        if len(tries) == 1:
            raise OSError("the warehouse is shut")

    with running_receiver(handler=handler, mode="inbox", retry_base=0.01) as running:
        good(running.port, target="/hooks/test", body=BODY)
        (seen,) = running.wait_for(1)
        failed, done = running.wait_for_runs(2)
        with pytest.raises(TimeoutError, match="got: run 1 of /hooks/test, 500, run 2 of"):
            running.wait_for_runs(3, timeout=0.01)
        (message,) = running.messages

    assert seen.message_id == failed.message_id == done.message_id == message.id
    assert (("failed", 500), ("done", 200)) == (
        (failed.state, failed.status),
        (done.state, done.status),
    )
    assert "done" == message.state
