"""Timing in paired rounds: each candidate once a round, so that what slows one slows them all."""

from __future__ import annotations

import random
import subprocess
import sys
from statistics import median
from time import perf_counter
from timeit import Timer

Rounds = dict[str, list[float]]
"""Seconds a run, by candidate; the same place in each list is the same round."""


def time_statements(statements: dict[str, str], names: dict[str, object], rounds: int) -> Rounds:
    """Time statements over the same names, each inlined in its loop.

    Args:
        statements: by candidate.
        names: what the statements use.
        rounds: how often each is timed; a round is some milliseconds of each.
    """
    timers = {name: Timer(statement, globals=names) for name, statement in statements.items()}
    loops = {name: max(1, int(0.003 / (timer.timeit(200) / 200))) for name, timer in timers.items()}
    taken: Rounds = {name: [] for name in statements}
    order = list(statements)
    for _ in range(rounds):
        random.shuffle(order)
        for name in order:
            taken[name].append(timers[name].timeit(loops[name]) / loops[name])
    return taken


def time_programs(arguments: dict[str, list[str]], rounds: int) -> Rounds:
    """Time fresh interpreters from start to end.

    Args:
        arguments: what follows `python`, by candidate.
        rounds: how often each is started.

    Raises:
        CalledProcessError: one of them failed.
    """
    taken: Rounds = {name: [] for name in arguments}
    for _ in range(rounds):
        for name, rest in arguments.items():
            start = perf_counter()
            subprocess.run([sys.executable, *rest], check=True, capture_output=True)
            taken[name].append(perf_counter() - start)
    return taken


def ratio(rounds: Rounds, of: str, to: str) -> float:
    """The median over the rounds of one candidate's time by another's."""
    return median(a / b for a, b in zip(rounds[of], rounds[to], strict=True))


def difference(rounds: Rounds, of: str, to: str) -> float:
    """The median over the rounds of one candidate's time less another's, in seconds."""
    return median(a - b for a, b in zip(rounds[of], rounds[to], strict=True))
