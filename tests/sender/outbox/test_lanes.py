"""Queues of leased messages: never over the share, nothing lost, in turn."""

from __future__ import annotations

from collections import Counter, deque

from hypothesis import given
from hypothesis import strategies as st
from tests.sender.outbox.made import leased

from hookproof_sender.outbox.lanes import Lanes

ENDPOINTS = ("http://a", "http://b", "http://c")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(st.sampled_from(ENDPOINTS), max_size=5)),
        st.just(("take", [])),
        st.tuples(st.just("done"), st.sampled_from(ENDPOINTS).map(lambda one: [one])),
        st.just(("drain", [])),
    ),
    max_size=80,
)


@given(share=st.integers(1, 4), steps=STEPS)
def test_lanes_are_what_a_simple_model_is(share: int, steps: list[tuple[str, list[str]]]) -> None:
    lanes = Lanes(share)
    waiting: dict[str, deque[str]] = {one: deque() for one in ENDPOINTS}
    running: Counter[str] = Counter()
    number = 0
    for step, endpoints in steps:
        if step == "add":
            messages = [leased(one, id=f"msg_{number + at}") for at, one in enumerate(endpoints)]
            number += len(messages)
            lanes.add(messages)
            for message in messages:
                waiting[message.endpoint].append(message.id)
        elif step == "take":
            could = [one for one in ENDPOINTS if waiting[one] and running[one] < share]
            taken = lanes.take()
            assert bool(could) == (taken is not None)
            if taken:
                assert taken.endpoint in could
                assert waiting[taken.endpoint].popleft() == taken.id, "first come, first served"
                running[taken.endpoint] += 1
        elif step == "drain":
            left = sorted(id for queue in waiting.values() for id in queue)
            assert left == sorted(message.id for message in lanes.drain())
            for queue in waiting.values():
                queue.clear()
        elif running[endpoints[0]]:
            running[endpoints[0]] -= 1
            lanes.done(endpoints[0])

        assert running.total() == lanes.running
        assert sum(map(len, waiting.values())) == lanes.total
        for one in ENDPOINTS:
            assert running[one] <= share
            assert len(waiting[one]) == lanes.waiting(one)
            assert share - running[one] - len(waiting[one]) == lanes.room(one)
        assert lanes.demand == sum(min(share, running[one] + len(waiting[one])) for one in ENDPOINTS)


def test_endpoints_take_turns() -> None:
    lanes = Lanes(10)
    lanes.add([leased(one) for one in ENDPOINTS for _ in range(3)])

    assert list(ENDPOINTS) * 3 == [one.endpoint for one in iter(lanes.take, None)]


def test_an_endpoint_at_its_share_lets_the_others_go_first() -> None:
    lanes = Lanes(1)
    lanes.add([leased(one) for one in ("http://a", "http://a", "http://b")])

    assert ["http://a", "http://b"] == [one.endpoint for one in iter(lanes.take, None)]
    lanes.done("http://a")
    assert ["http://a"] == [one.endpoint for one in iter(lanes.take, None)]
