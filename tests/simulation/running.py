"""Many schedules, in several processes: how they are shared out changes nothing of their outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from tests.simulation.cases import case_of
from tests.simulation.counting import Tally
from tests.simulation.schedule import Case, simulate

CHUNK = 5_000


@dataclass(slots=True)
class Outcome:
    """What came of many schedules of one setting."""

    tally: Tally = field(default_factory=Tally)
    failing: list[int] = field(default_factory=list)
    """The numbers of schedules in which something was that must not be, the lowest first."""

    def add(self, other: Outcome) -> None:
        """Take in what came of others."""
        self.tally.add(other.tally)
        self.failing = sorted([*self.failing, *other.failing])[:20]


def run(case: Case, seed: int, numbers: Iterable[int]) -> Outcome:
    """Run these schedules in this process."""
    outcome = Outcome()
    for number in numbers:
        schedule = simulate(case, seed, number)
        outcome.tally.add(schedule.tally)
        if schedule.problems and len(outcome.failing) < 20:
            outcome.failing.append(number)
    return outcome


def run_shared(
    case: Case, seed: int, schedules: int, processes: int, tell: Callable[[int], None]
) -> Outcome:
    """Run the schedules 0 to `schedules` in so many processes, and tell how many there were."""
    outcome = Outcome()
    with ProcessPoolExecutor(processes) as pool:
        for one in pool.map(_run_chunk, *zip(*_chunks(case.name, seed, schedules), strict=True)):
            outcome.add(one)
            tell(outcome.tally.schedules)
    return outcome


def _chunks(name: str, seed: int, schedules: int) -> Iterator[tuple[str, int, int, int]]:
    for start in range(0, schedules, CHUNK):
        yield name, seed, start, min(start + CHUNK, schedules)


def _run_chunk(name: str, seed: int, start: int, stop: int) -> Outcome:
    return run(case_of(name), seed, range(start, stop))
