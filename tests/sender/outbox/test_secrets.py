"""What a resend needs is gone, from the files too, once a message is finished."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.sender.outbox.made import TOKEN, Attempts, Running, of_id, outbox_in, take, task

from hookproof.testing import SECRET
from hookproof_sender.outbox import Outbox, Worker

PRIVATE = (TOKEN.encode(), SECRET.encode())


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return outbox_in(tmp_path)


def left_in(folder: Path) -> dict[str, int]:
    """How often something private stands in each file."""
    import base64

    known = (*PRIVATE, *(base64.b64encode(one)[:-4] for one in PRIVATE))
    found = {path.name: sum(path.read_bytes().count(one) for one in known) for path in folder.iterdir()}
    return {name: count for name, count in found.items() if count}


@pytest.mark.rule("P-OUTBOX-8")
@pytest.mark.parametrize("body", ["{}", "x" * 20_000], ids=["one page", "many pages"])
def test_nothing_private_is_left_of_delivered_messages(
    tmp_path: Path, outbox: Outbox, body: str
) -> None:
    """Neither in the database's file nor in its log, while the outbox is still open."""
    outbox.enqueue_all([task(port, body=body) for port in (1, 2) for _ in range(40)])
    assert left_in(tmp_path)

    with Running(Worker(outbox, Attempts()), until_done=True) as running:
        running.join()

    assert ({"delivered": 80}, {}) == (outbox.counts(), left_in(tmp_path))


@pytest.mark.rule("P-OUTBOX-8")
def test_nothing_private_is_left_of_messages_that_were_cancelled_or_pruned(
    tmp_path: Path, outbox: Outbox
) -> None:
    cancelled, failed = outbox.enqueue_all([task(1), task(2, maxRetries=0)])
    outbox.cancel(of_id(cancelled))
    with Running(Worker(outbox, Attempts(status=500)), until_done=True) as running:
        running.join()
    assert left_in(tmp_path), "a failed one can be sent again"
    outbox.prune(replace(of_id(failed), states=("failed",)), older_than=-1)
    with Running(Worker(outbox, Attempts()), until_done=True) as running:
        running.join()

    assert {"cancelled": 1} == outbox.counts()
    assert {} == left_in(tmp_path)


@pytest.mark.rule("P-OUTBOX-7")
def test_a_secret_that_came_by_reference_is_in_no_file(
    tmp_path: Path, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERS_SECRET", SECRET)
    outbox.enqueue(task(1, secretKey="", secretKeyEnv="ORDERS_SECRET", headers={}))

    assert {} == left_in(tmp_path)
    (one,) = take(outbox)
    assert (SECRET.encode(),) == tuple(place.fetch().reveal() for place in one.places)


@pytest.mark.rule("P-OUTBOX-7")
def test_the_file_is_the_owners_alone(tmp_path: Path, outbox: Outbox) -> None:
    outbox.enqueue(task(1))

    assert {0o600} == {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}


@pytest.mark.rule("P-OUTBOX-7")
def test_what_is_shown_holds_nothing_private(outbox: Outbox) -> None:
    one = outbox.enqueue(task(1))
    (held,) = take(outbox)

    for shown in (outbox.show(one), outbox.find(), held, held.outgoing, held.places):
        assert not any(word.decode() in repr(shown) for word in PRIVATE)
