"""How soon an application that is away is looked for again."""

from __future__ import annotations

from hookproof_receiver.forwarding.reachability import CAP_S, Reachability


def test_it_is_looked_for_soon_and_then_every_two_seconds() -> None:
    one = Reachability()
    told = [one.lost(float(number)) for number in range(100)]

    assert [True, *[False] * 99] == [news for news, _ in told]
    waits = [round(after_s, 3) for _, after_s in told]
    assert [0.1, 0.2, 0.4, 0.8, 1.6, 2.0] == waits[:6]
    assert {CAP_S} == set(waits[6:])


def test_how_long_it_was_away_is_told_once() -> None:
    one = Reachability()
    assert one.found(1.0) is None
    one.lost(2.0)
    one.lost(2.5)
    assert 3.0 == one.found(5.0)
    assert one.found(6.0) is None
    assert (True, 0.1) == one.lost(7.0)
