"""Time a plan beside the same sends without one: `make bench-plan`.

Only ratios within one run count. Both sides send 50 tasks, 10 at once, each on record before its first
byte leaves; the plan has them in 5 ranks of 10, where each task of a rank waits for all of the one
before. The sends that are shown beside wait so, too, without a plan: what waiting alone costs.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median

from tests.bench.sink import running_sink

from hookproof.testing import SECRET
from hookproof_sender import HttpTask, Sender
from hookproof_sender.plans import Edge, Node, Plan

BODY = json.dumps({"order": 4, "text": "x" * 1000})
AT_ONCE = 10
RANKS = 5
GOAL = 1.3
ROUNDS = 5 if "--quick" in sys.argv[1:] else 15


def main() -> None:
    """Run and print; takes less than a minute."""
    goals = []
    with running_sink() as port:
        url = f"http://127.0.0.1:{port}"
        goals.append(_beside("a sink that answers at once", url))
        goals.append(_beside("one that takes 20 ms", f"{url}/wait/20"))
    _write("\ngoals")
    for sentence, holds in goals:
        _write(f"  {'holds ' if holds else 'MISSED'}  {sentence}")


def _beside(name: str, url: str) -> tuple[str, bool]:
    ways = [_plan, _sends, _sends_in_ranks]
    took: dict[Callable[[str], float], list[float]] = {way: [] for way in ways}
    for number in range(ROUNDS + 1):
        for way in ways[number % 3 :] + ways[: number % 3]:  # in turn which comes first
            seconds = way(url)
            if number:  # the first round warms up
                took[way].append(seconds)
    plan, sends, in_ranks = (median(took[way]) for way in ways)
    _write(
        f"  {name}, medians of {ROUNDS}: the plan {plan * 1000:.0f} ms, "
        f"the sends {sends * 1000:.0f} ms, in ranks {in_ranks * 1000:.0f} ms"
    )
    ratio = median(one / other for one, other in zip(took[_plan], took[_sends], strict=True))
    beside = median(one / other for one, other in zip(took[_plan], took[_sends_in_ranks], strict=True))
    said = f"{name}: {ratio:.2f} x the sends without a plan, {beside:.2f} x those in ranks"
    return f"{said} (goal {GOAL} x the sends)", ratio <= GOAL


def _plan(url: str) -> float:
    """Seconds for a plan's run, from its record to its end."""
    ranks = [[f"{rank}{number}" for number in range(AT_ONCE)] for rank in "abcde"[:RANKS]]
    task = _task(url)
    plan = Plan(
        "bench",
        None,
        tuple(Node(handle, handle, task) for rank in ranks for handle in rank),
        tuple(
            Edge(one, other, "success")
            for before, rank in pairwise(ranks)
            for one in before
            for other in rank
        ),
    )
    with _sender() as sender:
        runner = sender.plan_runner(at_once=AT_ONCE)
        began = time.perf_counter()
        run = runner.run(runner.start(plan))
        took = time.perf_counter() - began
    assert "complete" == run.state
    return took


def _sends(url: str) -> float:
    """Seconds for as many `Sender.send`, in as many threads."""
    task = _task(url)
    with _sender() as sender, ThreadPoolExecutor(AT_ONCE) as pool:
        began = time.perf_counter()
        runs = list(pool.map(lambda _: sender.send(task), range(RANKS * AT_ONCE)))
        took = time.perf_counter() - began
    assert {"delivered"} == {run.outcome for run in runs}
    return took


def _sends_in_ranks(url: str) -> float:
    """Seconds for as many, where each rank waits for the one before."""
    task = _task(url)
    with _sender() as sender, ThreadPoolExecutor(AT_ONCE) as pool:
        began = time.perf_counter()
        for _ in range(RANKS):
            runs = list(pool.map(lambda _: sender.send(task), range(AT_ONCE)))
            assert {"delivered"} == {run.outcome for run in runs}
        return time.perf_counter() - began


@contextmanager
def _sender() -> Iterator[Sender]:
    with tempfile.TemporaryDirectory() as folder:
        sender = Sender(database=f"sqlite:///{Path(folder)}/outbox.db", allow_loopback=True)
        sender.outbox.open()
        yield sender
        sender.outbox.engine.dispose()


def _task(url: str) -> HttpTask:
    return HttpTask.model_validate(
        {"name": "Tell", "method": "post", "url": url, "body": BODY, "secretKey": SECRET}
    )


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
