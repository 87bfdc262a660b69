"""What hookproof's own sender makes of every fault, as the table says."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hookproof_receiver.faults.answers import bomb
from hookproof_receiver.faults.catalogue import ENTRIES
from hookproof_receiver.testing import Faulty, faults
from hookproof_sender import HttpTask, Sender

OUTCOMES = {path: outcome for entry in ENTRIES for path, outcome in entry.examples.items()}


@pytest.fixture(scope="module")
def desk() -> Iterator[Faulty]:
    with faults() as desk:
        yield desk


@pytest.fixture(scope="module")
def sender(tmp_path_factory: pytest.TempPathFactory) -> Sender:
    return sender_in(tmp_path_factory.mktemp("sender"), 3.0)


def sender_in(folder: Path, deadline: float) -> Sender:
    database = f"sqlite:///{folder}/outbox.db"
    return Sender(database=database, allow_loopback=True, retry_base=0.001, deadline=deadline)


def task(url: str, body: str = "{}") -> HttpTask:
    return HttpTask.model_validate({"method": "post", "url": url, "body": body, "maxRetries": 3})


@pytest.fixture(scope="module")
def outcomes(desk: Faulty, sender: Sender) -> dict[str, str]:
    """Of each example, all sent at once: most of those that fail only wait."""

    def outcome(path: str) -> str:
        attempt = sender.test(task(desk.url(path)))
        return attempt.cause or str(attempt.status)

    bomb()  # made once, which takes longer than to send it
    with ThreadPoolExecutor(len(OUTCOMES)) as threads:
        return dict(zip(OUTCOMES, threads.map(outcome, OUTCOMES), strict=True))


@pytest.mark.parametrize("path", OUTCOMES)
def test_the_sender_names_the_cause(outcomes: dict[str, str], path: str) -> None:
    assert OUTCOMES[path] == outcomes[path]


@pytest.mark.parametrize(
    ("at_accept", "cause"),
    [("reset", "connection_reset"), ("close", "connection_reset"), ("silent", "timeout")],
)
def test_and_of_what_happens_at_accept(tmp_path: Path, at_accept: str, cause: str) -> None:
    with faults(at_accept=at_accept) as desk:
        attempt = sender_in(tmp_path, 0.5).test(task(desk.url("204")))

    assert cause == attempt.cause


def test_and_of_a_desk_without_tls(sender: Sender, desk: Faulty) -> None:
    attempt = sender.test(task(desk.url("204").replace("http:", "https:")))

    assert "tls_failed" == attempt.cause


def test_many_messages_at_once_go_through_one_script_each(desk: Faulty, sender: Sender) -> None:
    """The first attempt without a GUID, the retries with it: as the platform does."""
    url = desk.url("503,reset,204?many")
    with ThreadPoolExecutor(8) as threads:
        runs = list(threads.map(lambda number: sender.send(task(url, str(number))), range(8)))
    came = [one for one in desk.requests if one.target.endswith("?many")]

    assert {("delivered", (503, None, 204))} == {
        (run.outcome, tuple(attempt.status for attempt in run.attempts)) for run in runs
    }
    for run in runs:
        assert [2, 3] == [one.step for one in came if one.guid == run.guid]
    assert [1] * 8 == [one.step for one in came if one.guid is None]
