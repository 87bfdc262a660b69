"""The ladder in every setting, and every planted fault: a checker that cannot fail is worth nothing."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from tests.simulation import table
from tests.simulation.cases import REAL, case_of
from tests.simulation.plants import PLANTS
from tests.simulation.running import Outcome, run, run_shared
from tests.simulation.schedule import Case, shrunk, simulate
from tests.simulation.world import FAULTS

KEYED = tuple(case for case in REAL if case.setting.has_key)
KEYLESS = tuple(case for case in REAL if not case.setting.has_key)


def cases(*of: Case) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in of])


@cache
def outcome(case: Case) -> Outcome:
    """As many schedules as the contract's table has."""
    return run(case, table.SEED, range(table.SCHEDULES))


@pytest.mark.rule("P-SIM-1", "P-CLAIM-8")
@cases(*KEYED)
def test_with_a_signed_key_nothing_is_lost_or_doubled(case: Case) -> None:
    came = outcome(case)

    assert [] == came.failing
    assert (0, 0) == (came.tally.lost, came.tally.doubled)


@pytest.mark.rule("P-SIM-2", "P-CLAIM-8")
@cases(*KEYLESS)
def test_without_one_what_is_on_record_has_no_second_effect(case: Case) -> None:
    assert [] == outcome(case).failing


@pytest.mark.rule("P-SIM-3")
def test_the_price_is_as_the_contract_says() -> None:
    """What is written there is what comes of the same schedules now."""
    tallies = {case.name: outcome(case).tally for case in REAL}

    assert table.PROTOCOL.read_text("utf-8") == table.written(tallies)


@pytest.mark.rule("P-SIM-3")
@pytest.mark.parametrize(
    ("worse", "better", "figure"),
    [
        pytest.param("link off", "link any", "doubled", id="a link spares doubles"),
        pytest.param("link any", "link off", "lost", id="a link costs losses"),
        pytest.param("link off", "link off, GUID always", "doubled", id="so does a GUID always"),
        pytest.param("link any, GitHub", "link any", "replayed", id="a signed time stops replays"),
    ],
)
def test_what_the_price_is_for(worse: str, better: str, figure: str) -> None:
    """So that the figures of the table say something."""
    more, less = (getattr(outcome(case_of(name)).tally, figure) for name in (worse, better))

    assert more > 1.3 * less


@cases(*PLANTS)
def test_a_planted_fault_is_found(case: Case) -> None:
    found = next((one for one in range(500) if simulate(case, table.SEED, one).problems), None)

    assert found is not None


def test_a_schedule_is_its_seed_and_number_alone() -> None:
    case = case_of("link any")
    traces = [simulate(case, *of, traced=True).trace for of in ((1, 7), (1, 7), (2, 7), (1, 8))]

    assert traces[0] == traces[1]
    assert 3 == len(set(traces))


def test_how_schedules_are_shared_out_changes_nothing() -> None:
    told: list[int] = []

    shared = run_shared(case_of("link any"), table.SEED, table.SCHEDULES, 2, told.append)

    assert outcome(case_of("link any")).tally == shared.tally
    assert [table.SCHEDULES] == told


def test_all_that_the_ladder_can_say_is_said() -> None:
    """No rule and no verdict is left out by the schedules; `no_identity` is no matter of order."""
    said: Counter[str] = Counter()
    for case in REAL:
        said.update(outcome(case).tally.decided)
    keyless = [
        f"{rule} {verdict}"
        for rule in (1, 2, 3)
        for verdict in ("answered", "promised", "wait", "again", "stale")
        if (rule, verdict) != (3, "stale")
    ]
    expected = {*keyless, "4 new", "4 stale", "2 body_changed"}
    expected |= {f"0 {verdict}" for verdict in ("new", "answered", "promised", "wait", "again")}
    expected |= {"0 stale", "0 body_changed"}

    assert set() == expected - said.keys()


def test_what_a_failure_does_not_need_is_left_out() -> None:
    (case,) = (case for case in PLANTS if case.receiver and case.setting.claims)
    number = next(one for one in range(500) if simulate(case, table.SEED, one).problems)
    without = shrunk(case, table.SEED, number)

    assert simulate(case, table.SEED, number, without=without).problems
    assert {"attacker", "clocks"} <= without < set(FAULTS)
