"""What bodies may take of the memory together, where no server bounds it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from hookproof_receiver.ingest import Refused
from hookproof_receiver.serving.bodies import SMALL, Bodies

PIECE = b"x" * SMALL


class Coming:
    """A body of `number` pieces that waits in the middle until it is let go."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.go_on = asyncio.Event()

    async def __call__(self) -> bytes:
        await self.go_on.wait()
        return b"small"

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self.number // 2):
            yield PIECE
        await self.go_on.wait()
        for _ in range(self.number - self.number // 2):
            yield PIECE
        yield b""


async def refusal(bodies: Bodies, source: Coming, declared: int | None) -> tuple[int, str] | None:
    try:
        await bodies.read(source, declared)
    except Refused as refused:
        return refused.status, refused.code
    return None


@pytest.mark.parametrize(
    "declared", [pytest.param(True, id="declared"), pytest.param(False, id="chunked")]
)
def test_where_they_would_take_more_the_last_is_refused_and_small_ones_still_come(
    declared: bool,
) -> None:
    async def run() -> None:
        bodies = Bodies(8 * SMALL, 60, 60, together=12 * SMALL)
        length = 8 * SMALL if declared else None
        waiting = [Coming(8) for _ in range(3)]
        readings = [asyncio.create_task(refusal(bodies, one, length)) for one in waiting]
        small = Coming(0)
        small.go_on.set()
        await asyncio.sleep(0)  # each has half of its body now: there is no more room
        assert (503, "busy") == await refusal(bodies, Coming(8), length)
        assert b"small" == await bodies.read(small, 5)

        waiting[0].go_on.set()
        assert (503, "busy") == await readings[0]  # the rest of it has no room either
        for one in waiting[1:]:
            one.go_on.set()
        assert [None, (503, "busy")] == [await readings[1], await readings[2]]

        whole = Coming(8)
        whole.go_on.set()
        assert (503, "busy") == await refusal(bodies, whole, length)
        bodies.answered(PIECE * 8)
        assert None is await refusal(bodies, whole, length)

    asyncio.run(run())


def test_the_stop_of_the_server_waits_for_none_that_does_not_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hookproof_receiver.serving.bodies.LAST", 0.01)

    async def run() -> tuple[int, str] | None:
        bodies = Bodies(8 * SMALL, 60, 60)
        reading = asyncio.create_task(refusal(bodies, Coming(8), None))
        await asyncio.sleep(0)
        bodies.end()
        return await reading

    assert (503, "busy") == asyncio.run(run())
