"""A lease is alive as long as its process, and no longer."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.forking import holds_in_a_child
from tests.receiver.inbox.shop import PATIENCE, Shop, endpoint

from hookproof import BadConfiguration, CannotRun
from hookproof_receiver.inbox import Inbox, Ledger, Message
from hookproof_receiver.inbox.leases import Lease, is_held, sweep
from hookproof_runtime.database import open_engine


def test_a_lease_is_held_until_it_is_released(tmp_path: Path) -> None:
    lease = Lease(tmp_path / "leases")

    assert is_held(tmp_path / "leases", lease.owner)
    lease.release()
    assert not is_held(tmp_path / "leases", lease.owner)
    assert [] == list((tmp_path / "leases").iterdir())


def test_two_leases_are_two(tmp_path: Path) -> None:
    one, other = Lease(tmp_path), Lease(tmp_path)

    assert one.owner != other.owner
    one.release()
    assert is_held(tmp_path, other.owner)


def test_an_owner_that_was_never_there_is_not_alive(tmp_path: Path) -> None:
    assert not is_held(tmp_path, "0123456789abcdef")


def test_what_the_dead_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / "0123456789abcdef.lease").touch()
    (tmp_path / "inbox.db").touch()
    lease = Lease(tmp_path)

    sweep(tmp_path)

    assert {f"{lease.owner}.lease", "inbox.db"} == {path.name for path in tmp_path.iterdir()}


def test_a_forked_child_does_not_keep_its_parents_lease(tmp_path: Path) -> None:
    """A worker that outlives the process that forked it proves nothing about that one."""
    ready_end, tell = os.pipe()
    parent = os.fork()
    if parent == 0:
        try:
            lease = Lease(tmp_path)
            if os.fork() == 0:
                os.write(tell, f"{lease.owner} {os.getpid()}".encode())
            signal.pause()
        finally:
            os._exit(1)
    owner, child_text = os.read(ready_end, 100).decode().split()
    assert is_held(tmp_path, owner)

    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)

    try:
        assert not is_held(tmp_path, owner)
    finally:
        os.kill(int(child_text), signal.SIGKILL)
        os.close(ready_end)
        os.close(tell)


def test_a_forked_child_serves_with_a_lease_and_connections_of_its_own(shop: Shop) -> None:
    at = endpoint()
    inbox = shop.open(at)
    mine, theirs = shop.request(b"1"), shop.request(b"2")
    assert 201 == inbox.accept(at, mine).status

    def serves() -> bool:
        new = inbox.accept(at, theirs).status == 201
        return new and inbox.accept(at, shop.again(mine)).duplicate

    assert holds_in_a_child(serves)
    assert inbox.accept(at, shop.again(theirs)).duplicate
    assert [b"1", b"2"] == shop.shipped()


def test_a_lease_is_seen_by_whichever_link_the_database_is_named(shop: Shop, tmp_path: Path) -> None:
    """Or a message that runs would count as left behind, and run twice."""
    started, go_on = threading.Event(), threading.Event()
    runs: list[int] = []

    def slow(message: Message) -> None:
        runs.append(message.attempt)
        started.set()
        assert go_on.wait(PATIENCE)

    at = endpoint(slow)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "link.db").symlink_to(tmp_path / "shop.db")
    linked = open_engine(f"sqlite:///{tmp_path}/elsewhere/link.db")
    one, other = shop.open(at), Inbox(linked, [at], clock=shop.clock, answer_within=0.2)
    request = shop.request()
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(one.accept, at, request)
        assert started.wait(PATIENCE)
        assert Ledger(linked).lives(Ledger(shop.engine).find()[0].owner or "")
        other.accept(at, shop.again(request))
        go_on.set()
        assert 200 == answer.result(PATIENCE).status
    other.close(PATIENCE)
    linked.dispose()
    assert [1] == runs


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(CannotRun, match="lease"):
        Lease(tmp_path / "file" / "leases")


def test_a_path_that_comes_twice_is_said(shop: Shop) -> None:
    with pytest.raises(BadConfiguration, match="/hooks/orders is defined twice"):
        shop.open(endpoint(), endpoint())
