"""A receiver whose disk fails under it: nothing is acknowledged that is not on it, and it recovers."""

from __future__ import annotations

import errno
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.crash.faulty_disk import Calls, FaultyDisk, is_there
from tests.crash.receiving import Receiving, is_refusal
from tests.receiver.bare_server import eventually

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not is_there(), reason="there is no C compiler (cc) to build a faulty disk with"
    ),
]


@pytest.fixture
def disk(tmp_path: Path) -> FaultyDisk:
    return FaultyDisk(tmp_path)


@pytest.fixture
def receiving(tmp_path: Path, disk: FaultyDisk) -> Iterator[Receiving]:
    with Receiving(tmp_path, environment=disk.environment) as one:
        assert 201 == one.send("the first").status  # it makes the table of effects
        yield one


@pytest.mark.parametrize(
    ("calls", "error", "goes_on"),
    [
        pytest.param(Calls.WRITE, errno.ENOSPC, False, id="CRASH-23/one write"),
        pytest.param(Calls.WRITE, errno.ENOSPC, True, id="CRASH-23/full from then on"),
        pytest.param(Calls.WRITE | Calls.CUT, errno.EROFS, True, id="CRASH-25/read-only from then on"),
        pytest.param(Calls.SYNC, errno.EIO, False, id="CRASH-26/one sync"),
        pytest.param(Calls.SYNC, errno.EIO, True, id="CRASH-26/every sync from then on"),
        pytest.param(Calls.WRITE, errno.EIO, False, id="CRASH-26/one write"),
    ],
)
def test_a_call_that_fails_acknowledges_nothing_and_loses_nothing(
    receiving: Receiving, disk: FaultyDisk, calls: Calls, error: int, goes_on: bool
) -> None:
    """Each call of a request to the disk, in turn; then it is made again on a disk that works."""
    shipped = ["the first"]
    refused = 0
    for number in itertools.count(1):
        key = f"run {number}"
        disk.fail(calls, number, error, goes_on=goes_on)
        answer = receiving.send(key)
        came_about = disk.mend()
        assert is_refusal(answer) or answer.status in (500, 201), answer
        refused += answer.status != 201
        assert (shipped + [key] * (answer.status == 201)) == receiving.effects()
        again = receiving.send(key, retry=True)
        assert 201 == again.status
        assert (answer.status == 201) is ("hookproof-duplicate" in again.headers)
        shipped.append(key)
        assert shipped == receiving.effects()
        if not came_about:
            break
    assert 2 <= refused < number

    receiving.kill()  # what it knew besides the disk is gone
    assert shipped == receiving.effects()
    receiving.start()
    assert {"hookproof-duplicate"} <= set(receiving.send(shipped[-1], retry=True).headers)


@pytest.mark.parametrize("path", [pytest.param("/readyz", id="CRASH-23/not ready meanwhile")])
def test_it_says_that_it_is_not_ready_while_the_disk_is_full(
    receiving: Receiving, disk: FaultyDisk, path: str
) -> None:
    disk.fail(Calls.WRITE, 1, errno.ENOSPC, goes_on=True)
    eventually(lambda: is_refusal(receiving.ask(path)))
    assert "not_kept" == receiving.ask(path).code
    assert 200 == receiving.ask("/healthz").status
    disk.mend()
    eventually(lambda: receiving.ask(path).status == 200)


@pytest.mark.parametrize("calls", [pytest.param(Calls.SYNC, id="CRASH-26/the handle")])
def test_after_an_error_of_the_disk_no_open_handle_is_trusted(
    receiving: Receiving, disk: FaultyDisk, calls: Calls
) -> None:
    """What the system held for them may be lost though it says nothing more of it."""
    disk.fail(calls, 0, errno.EIO)
    assert 201 == receiving.send("well").status
    assert 0 == disk.opened
    disk.fail(calls, 1, errno.EIO)
    assert is_refusal(receiving.send("lost"))
    assert 201 == receiving.send("lost", retry=True).status

    assert (True, 1) == (disk.opened > 0, disk.mend())


@pytest.mark.parametrize(
    ("calls", "error"),
    [
        pytest.param(Calls.WRITE, errno.ENOSPC, id="CRASH-23/at the start"),
        pytest.param(Calls.SYNC, errno.EIO, id="CRASH-26/at the start"),
    ],
)
@pytest.mark.parametrize("goes_on", [False, True], ids=["one call", "from then on"])
def test_a_start_that_fails_says_so_and_the_next_one_does_not(
    tmp_path: Path, disk: FaultyDisk, calls: Calls, error: int, goes_on: bool
) -> None:
    """At the first call of a new database to the disk, the second, the fourth, the eighth, …"""
    number = 1
    refused = 0
    while True:
        folder = tmp_path / str(number)
        folder.mkdir()
        receiving = Receiving(folder, environment=disk.environment)
        disk.fail(calls, number, error, goes_on=goes_on)
        started = receiving.starts()
        answer = receiving.send("the first") if started else None
        receiving.kill()
        assert "Traceback" not in receiving.said, receiving.said
        came_about = disk.mend()
        refused += not started
        with receiving:
            again = receiving.send("the first", retry=True)
            assert 201 == again.status
            kept = answer is not None and answer.status == 201
            assert kept <= ("hookproof-duplicate" in again.headers)
        assert ["the first"] == receiving.effects()
        if not came_about:
            break
        number *= 2
    assert refused
