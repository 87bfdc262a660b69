"""Timing in paired rounds: each candidate once a round, so that what slows one slows them all.

Processor time is measured, not the wall clock: none of what is timed waits, and a machine that does
other things beside would tell of them.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from statistics import median
from time import process_time
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
    timers = {
        name: Timer(statement, timer=process_time, globals=names)
        for name, statement in statements.items()
    }
    loops = {name: max(1, int(0.003 / (timer.timeit(200) / 200))) for name, timer in timers.items()}
    taken: Rounds = {name: [] for name in statements}
    order = list(statements)
    for _ in range(rounds):
        random.shuffle(order)
        for name in order:
            taken[name].append(timers[name].timeit(loops[name]) / loops[name])
    return taken


def time_programs(arguments: dict[str, list[str]], rounds: int) -> Rounds:
    """Time fresh interpreters from start to end, with bytecode at hand as in an installation.

    Args:
        arguments: what follows `python`, by candidate.
        rounds: how often each is started.

    Raises:
        RuntimeError: one of them failed.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    taken: Rounds = {name: [] for name in arguments}
    for number in range(-1, rounds):  # one more, first, which writes the bytecode
        for name, rest in arguments.items():
            command = [sys.executable, *rest]
            program = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
            _, status, used = os.wait4(program.pid, 0)
            program.returncode = os.waitstatus_to_exitcode(status)
            if program.returncode:
                raise RuntimeError(f"{name} ended with exit code {program.returncode}")
            if number >= 0:
                taken[name].append(used.ru_utime + used.ru_stime)
    return taken


def ratio(rounds: Rounds, of: str, to: str) -> float:
    """The median over the rounds of one candidate's time by another's."""
    return median(a / b for a, b in zip(rounds[of], rounds[to], strict=True))


def difference(rounds: Rounds, of: str, to: str) -> float:
    """The median over the rounds of one candidate's time less another's, in seconds."""
    return median(a - b for a, b in zip(rounds[of], rounds[to], strict=True))
