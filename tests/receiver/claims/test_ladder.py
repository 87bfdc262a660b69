"""`claim` decides as the pure ladder does on a record of what was committed, whatever comes."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.receiver.claims.databases import ON_POSTGRESQL, ON_SQLITE
from tests.receiver.claims.shop import Request, Shop

from hookproof import Delivery
from hookproof_receiver.identity import Asked, Found, Known, Rules, ask, decide, wants_link

RUNS = 3
EXTRA = ', "again": true'
Step = tuple[Literal["attempt", "replay", "changed", "wait"], int, bool]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["attempt", "attempt", "replay", "changed", "wait"]),
        st.integers(0, RUNS - 1),
        st.booleans(),  # rolled back
    ),
    max_size=20,
)


@dataclass
class Claimed:
    """A message on the model's record."""

    known: Known
    at_ms: int
    values: set[str] = field(default_factory=set)
    has_guid: bool = False


class Model:
    """The pure ladder over a list: what `claim` ought to say."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._record: list[Claimed] = []

    def take(self, delivery: Delivery, now_ms: int, *, fails: bool) -> bool:
        asked = ask(self._rules, delivery.body, delivery, delivery.guid)
        found = Found(
            self._by(f"key {asked.key}"),
            self._by(f"signature {asked.signature}"),
            self._by(f"guid {asked.guid}"),
        )
        if wants_link(asked, found, self._rules):
            found = Found(link=self._link(asked, now_ms) or None)
        decision = decide(asked, found, self._rules)
        if not fails:
            if decision.known is None:
                number = str(len(self._record))
                known = Known(number, "done", False, asked.digest, asked.signed_ms)
                self._record.append(Claimed(known, now_ms))
            else:
                number = decision.known.id
            message = self._record[int(number)]
            message.values |= {
                text
                for wanted, text in (
                    (decision.binds_key, f"key {asked.key}"),
                    (decision.binds_signature, f"signature {asked.signature}"),
                    (decision.binds_guid, f"guid {asked.guid}"),
                )
                if wanted
            }
            message.has_guid |= decision.binds_guid
        return decision.verdict == "new"

    def _by(self, value: str) -> Known | None:
        return next((one.known for one in self._record if value in one.values), None)

    def _link(self, asked: Asked, now_ms: int) -> Known | None:
        since_ms = now_ms - round(self._rules.link_window_s * 1000)
        return next(
            (
                one.known
                for one in reversed(self._record)
                if one.known.digest == asked.digest and not one.has_guid and one.at_ms >= since_ms
            ),
            None,
        )


class Play:
    """A sender with a few runs, somebody who replays, and the model beside the shop.

    Args:
        shop: where it is claimed.
        keyed: the bodies carry a signed key.
        alike: the bodies are equal but for the key.
    """

    def __init__(self, shop: Shop, *, keyed: bool, alike: bool = False) -> None:
        self._shop = shop
        self._model = Model(Rules(identity="/run" if keyed else None))
        self._keyed = keyed
        self._alike = alike
        self._sent = [0] * RUNS
        self._last: list[Request | None] = [None] * RUNS
        self._committed: list[set[str | None]] = [set() for _ in range(RUNS)]
        """Of each run, the GUIDs of what was committed."""

    def take(self, step: Step, *, honest: bool) -> None:
        """One step; an honest one is what the rules without a signed key can bear."""
        kind, number, fails = step
        committed = self._committed[number]
        delivery: Delivery | None = None
        if kind == "wait" and not honest:
            self._shop.clock.advance(250)
        elif kind == "replay":
            earlier = self._last[number]
            if earlier is not None and (committed or not honest):
                delivery = self._shop.again(f"captured-{number}", earlier)
        elif kind == "attempt" or f"guid-{number}" in committed or not honest:
            guid = f"guid-{number}" if self._sent[number] else None
            delivery = self._shop.attempt(self._body(number, kind == "changed"), guid)
            self._sent[number] += 1
            if not (honest and fails):
                self._last[number] = self._shop.last
        if delivery is not None:
            now_ms = self._shop.clock() // 1_000_000
            expected = self._model.take(delivery, now_ms, fails=fails)
            assert expected is self._shop.take(delivery, fails=fails)
            if not fails:
                committed.add(delivery.guid)

    def effects(self) -> tuple[list[int], list[int]]:
        """Of each run, how many effects it should have had, and how many it had."""
        bodies = self._shop.effects()
        had = [sum(body.startswith(self._body(n, False)[:-1]) for body in bodies) for n in range(RUNS)]
        return [min(1, len(committed)) for committed in self._committed], had

    def _body(self, number: int, changed: bool) -> bytes:
        run = f'"{number}"' if self._keyed else "null"
        order = 4 if self._alike else number
        return f'{{"run": {run}, "order": {order}{EXTRA if changed else ""}}}'.encode()


@settings(max_examples=25, database=None)
@given(STEPS, st.booleans())
def test_whatever_comes_it_decides_as_the_ladder(steps: list[Step], alike: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        playing = Play(shop_in(folder), keyed=False, alike=alike)
        for step in steps:
            playing.take(step, honest=False)


@pytest.mark.rule("P-CLAIM-8")
@settings(max_examples=25, database=None)
@given(STEPS, st.booleans())
def test_with_a_signed_key_each_run_that_was_committed_has_one_effect(
    steps: list[Step], alike: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        playing = Play(shop_in(folder, identity="json:/run"), keyed=True, alike=alike)
        for step in steps:
            playing.take(step, honest=False)
        expected, had = playing.effects()
        assert expected == had


@settings(max_examples=25, database=None)
@given(STEPS)
def test_without_one_a_run_has_one_effect_where_bodies_differ(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        playing = Play(shop_in(folder), keyed=False)
        for step in steps:
            playing.take(step, honest=True)
        expected, had = playing.effects()
        assert expected == had


@settings(max_examples=10, database=None)
@given(steps=STEPS, keyed=st.booleans(), alike=st.booleans())
def test_postgresql_decides_so_too(
    postgresql: str, steps: list[Step], keyed: bool, alike: bool
) -> None:
    options = {"identity": "json:/run"} if keyed else {}
    shop = Shop(ON_POSTGRESQL["psycopg"], postgresql, **options)
    playing = Play(shop, keyed=keyed, alike=alike)
    for step in steps:
        playing.take(step, honest=False)


def shop_in(folder: str, **options: Any) -> Shop:
    return Shop(ON_SQLITE["sqlite3"], str(Path(folder) / "shop.db"), **options)


@pytest.mark.rule("P-CLAIM-8")
@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize("order", ["replay, retry", "retry, replay"])
def test_a_replay_of_what_was_rolled_back_costs_an_effect_where_there_is_no_signed_key(
    tmp_path: Path, keyed: bool, order: str
) -> None:
    shop = shop_in(str(tmp_path), **({"identity": "json:/run"} if keyed else {}))
    body = b'{"run": "1"}'
    shop.take(shop.attempt(body), fails=True)
    captured = shop.last
    for who in order.split(", "):
        shop.take(shop.again("captured", captured) if who == "replay" else shop.attempt(body, "guid"))

    assert [body] * (1 if keyed else 2) == shop.effects()


@pytest.mark.rule("P-CLAIM-8")
@pytest.mark.parametrize("keyed", [True, False])
def test_a_retry_of_what_was_rolled_back_is_linked_to_its_like_where_there_is_no_signed_key(
    tmp_path: Path, keyed: bool
) -> None:
    shop = shop_in(str(tmp_path), **({"identity": "json:/run"} if keyed else {}))
    one, other = (b'{"run": "1"}', b'{"run": "2"}') if keyed else (b"{}", b"{}")
    shop.take(shop.attempt(one))
    shop.take(shop.attempt(other), fails=True)

    assert keyed is shop.take(shop.attempt(other, "guid"))
