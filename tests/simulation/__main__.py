"""`make simulate`: sender, network and receiver with every fault there is, in a time of their own.

Runs the schedules 0, 1, 2, … of a seed for each setting, prints what each setting costs, and exits 1
where something was that must not be, with the events of the shortest schedule that shows it.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.simulation import table
from tests.simulation.cases import REAL, case_of
from tests.simulation.counting import Tally
from tests.simulation.running import run_shared
from tests.simulation.schedule import Case, shrunk, simulate

_TELLS_EVERY = 50_000  # schedules


def main(words: list[str]) -> int:
    """0 where all is as it must be, 1 where it is not, 2 where the words make no sense."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seed", type=int, default=table.SEED)
    parser.add_argument("--schedules", type=int, default=table.SCHEDULES, help="of each setting")
    parser.add_argument("--setting", action="append", default=[], help="this alone; may be repeated")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--trace", type=int, help="print the events of the schedule of this number")
    parser.add_argument("--write", action="store_true", help="write the table into PROTOCOL.md")
    asked = parser.parse_args(words)
    try:
        cases = tuple(map(case_of, asked.setting)) or REAL
    except LookupError as unknown:
        parser.error(str(unknown))
    if asked.write and (cases, asked.seed, asked.schedules) != (REAL, table.SEED, table.SCHEDULES):
        parser.error("what is written is the run of every setting that no other words change")
    if asked.trace is not None:
        return _trace(cases[0], asked.seed, asked.trace)
    tallies: dict[str, Tally] = {}
    for case in cases:
        outcome = run_shared(case, asked.seed, asked.schedules, asked.processes, _Telling(case.name))
        if outcome.failing:
            _explain(case, asked.seed, outcome.failing)
            return 1
        tallies[case.name] = outcome.tally
    sys.stdout.write(f"{asked.schedules} schedules of each setting, seed {asked.seed}\n\n")
    sys.stdout.write(table.table(tallies))
    if asked.write:
        table.PROTOCOL.write_text(table.written(tallies), encoding="utf-8")
    return 0


class _Telling:
    """Says now and then how far a long run has come."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._began = time.monotonic()

    def __call__(self, count: int) -> None:
        if count % _TELLS_EVERY == 0:
            seconds = time.monotonic() - self._began
            sys.stderr.write(f"{self._name}: {count} schedules in {seconds:.0f} s\n")


def _trace(case: Case, seed: int, number: int) -> int:
    schedule = simulate(case, seed, number, traced=True)
    sys.stdout.write("".join(f"{line}\n" for line in schedule.trace))
    return 1 if schedule.problems else 0


def _explain(case: Case, seed: int, failing: list[int]) -> None:
    """The shortest of what fails, with no fault in it that it does not need."""

    def small(number: int) -> tuple[str, ...]:
        return simulate(case, seed, number, without=shrunk(case, seed, number), traced=True).trace

    traces = {number: small(number) for number in failing}
    number = min(traces, key=lambda one: (len(traces[one]), one))
    sys.stdout.write(f"{case.name}, seed {seed}: these schedules fail: {failing}\n")
    sys.stdout.write(f"schedule {number}, without the faults that it does not need:\n")
    sys.stdout.write("".join(f"{line}\n" for line in traces[number]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
