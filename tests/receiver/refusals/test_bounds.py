"""What keeping refusals may cost: places, bytes, time; and what goes first."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hookproof import Verifier
from hookproof.errors import CannotRun
from hookproof.explain import Explanation
from hookproof.testing import SECRET
from hookproof_receiver.migrations import bring_up_to_date
from hookproof_receiver.refusals import Keeper, Refusal, RefusalStore
from hookproof_receiver.refusals.kept import MOST_BODY, kept
from hookproof_receiver.refusals.pace import MOST_S, SHARE, Pace
from hookproof_receiver.refusals.waiting import BATCH, BATCH_BYTES, MOST, MOST_BYTES, Waiting
from hookproof_runtime.database import Engine, open_engine

PATIENCE = 20.0
VERIFIER = Verifier(secrets=SECRET)
MIB = 1024**2


def refusal(number: int, body: bytes = b"{}") -> Refusal:
    return Refusal(
        id=f"dlv_{number}",
        endpoint="/hooks/test",
        method="POST",
        target="/hooks/test",
        headers=(("X-Webhook-Signature", "t=1,sha256=" + "0" * 64), ("Authorization", "Bearer canary")),
        body=body,
        received_ns=1_700_000_000_000_000_000,
        code="no_match",
        sentence="it was not made with the secret",
        verifier=VERIFIER,
    )


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_engine(f"sqlite:///{tmp_path}/inbox.db")
    bring_up_to_date(made)
    yield made
    made.dispose()


def ids(engine: Engine) -> list[str]:
    return [record.id for record in RefusalStore(engine).records(10_000)]


class TestTable:
    """The newest stay, within both bounds."""

    def test_the_oldest_go_first(self, engine: Engine) -> None:
        store = RefusalStore(engine)
        for start in (0, 3, 6):
            rows = [kept(refusal(number), None) for number in range(start, start + 3)]
            store.add(rows, most=4, most_bytes=MIB, wait=1)

        assert ["dlv_8", "dlv_7", "dlv_6", "dlv_5"] == ids(engine)

    def test_bytes_count_as_numbers_do(self, engine: Engine) -> None:
        store = RefusalStore(engine)
        rows = [kept(refusal(number, b"x" * 100_000), None) for number in range(5)]
        store.add(rows, most=1000, most_bytes=250_000, wait=1)

        assert ["dlv_4", "dlv_3"] == ids(engine)

    def test_one_that_is_over_the_bound_alone_is_not_kept(self, engine: Engine) -> None:
        RefusalStore(engine).add([kept(refusal(1), None)], most=1, most_bytes=10, wait=1)

        assert [] == ids(engine)

    @pytest.mark.parametrize(("more", "there"), [(0, True), (1, False)])
    def test_a_long_body_leaves_its_length_and_digest(
        self, engine: Engine, more: int, there: bool
    ) -> None:
        body = b"x" * (MOST_BODY + more)
        RefusalStore(engine).add([kept(refusal(1, body), None)], most=1, most_bytes=MIB, wait=1)
        found = RefusalStore(engine).find("dlv_1")

        assert found is not None
        assert (body if there else None) == found.body
        assert len(body) == found.record.body_bytes
        assert 64 == len(found.record.body_sha256)
        assert "Bearer" not in str(found.headers)
        assert "canary" not in repr(refusal(1, b"canary")) + repr(found)


class TestWaiting:
    """A short line that nobody is held up by."""

    def test_what_does_not_fit_is_dropped_and_counted(self) -> None:
        line: Waiting[int] = Waiting(lambda size: size)
        for _ in range(MOST + 5):
            line.put(1)

        assert 5 == line.dropped
        assert BATCH == len(line.take())

    def test_bytes_are_bounded_too_in_the_line_and_in_what_is_taken(self) -> None:
        line: Waiting[int] = Waiting(lambda size: size)
        for _ in range(20):
            line.put(MIB)

        assert 20 - MOST_BYTES // MIB == line.dropped
        assert BATCH_BYTES == sum(line.take())

    def test_only_the_first_is_told_to_begin(self) -> None:
        line: Waiting[int] = Waiting(lambda size: size)
        begun = [line.put(1) for _ in range(3)]
        line.leave()

        assert [True, False, False, True] == [*begun, line.put(1)]


def test_explanations_take_a_share_of_the_time_and_no_more() -> None:
    """A second each, over 1000 s: what was saved up, then a twentieth."""
    pace, now, done = Pace(0.0), 0.0, 0
    while now < 1000:
        if pace.allows(now):
            pace.spend(1.0)
            done += 1
            now += 1.0
        now += 0.1

    assert 1000 * SHARE - 1 <= done <= 1000 * SHARE + MOST_S + 1


class TestKeeper:
    """Off the answering path."""

    def test_a_stuck_disk_holds_up_nobody(self, engine: Engine) -> None:
        stuck = threading.Event()

        def opened() -> Engine:
            assert stuck.wait(PATIENCE)
            return engine

        keeper = Keeper(opened, most=10_000, most_bytes=64 * MIB)
        for number in range(1000):
            keeper.keep(refusal(number), lambda _explanation: None)
        dropped = keeper.dropped
        stuck.set()

        assert 1000 - MOST - BATCH <= dropped <= 1000 - MOST
        assert keeper.close(PATIENCE)
        assert 1000 - dropped == len(ids(engine))

    def test_it_begins_again_after_it_was_closed(self, engine: Engine) -> None:
        keeper = Keeper(lambda: engine, most=10, most_bytes=MIB)
        for number in range(2):
            keeper.keep(refusal(number), lambda _explanation: None)
            assert keeper.close(PATIENCE)

        assert ["dlv_1", "dlv_0"] == ids(engine)

    def test_a_broken_disk_costs_the_refusals_alone(
        self, engine: Engine, caplog: pytest.LogCaptureFixture
    ) -> None:
        broken = [True]

        def opened() -> Engine:
            if broken:
                raise CannotRun("canary")
            return engine

        keeper = Keeper(opened, most=10, most_bytes=MIB)
        keeper.keep(refusal(0), lambda _explanation: None)
        assert keeper.close(PATIENCE)
        broken.clear()
        keeper.keep(refusal(1), lambda _explanation: None)
        assert keeper.close(PATIENCE)

        assert ["dlv_1"] == ids(engine)
        assert "refusals not kept" in caplog.text
        assert "canary" not in caplog.text

    def test_it_is_kept_before_it_is_told(self, engine: Engine) -> None:
        told = threading.Event()
        kept_then: list[tuple[list[str], Explanation]] = []

        def explained(explanation: Explanation) -> None:
            kept_then.append((ids(engine), explanation))
            told.set()

        keeper = Keeper(lambda: engine, most=10, most_bytes=MIB)
        keeper.keep(replace(refusal(1), headers=()), explained)
        assert told.wait(PATIENCE)
        assert keeper.close(PATIENCE)

        ((there, explanation),) = kept_then
        assert ["dlv_1"] == there
        assert "missing_header" == explanation.code
        assert str(explanation).splitlines()[0] == RefusalStore(engine).records(1)[0].cause

    def test_a_forked_process_has_a_line_and_a_thread_of_its_own(self, engine: Engine) -> None:
        keeper = Keeper(lambda: engine, most=10, most_bytes=MIB)
        written = threading.Event()
        keeper.keep(refusal(1), lambda _explanation: written.set())
        assert written.wait(PATIENCE)  # as a server forks: while nothing is under way
        child = os.fork()
        if not child:
            keeper.keep(refusal(2), lambda _explanation: None)
            os._exit(not keeper.close(PATIENCE))
        _, status = os.waitpid(child, 0)

        assert 0 == status
        assert keeper.close(PATIENCE)
        assert {"dlv_1", "dlv_2"} == set(ids(engine))
