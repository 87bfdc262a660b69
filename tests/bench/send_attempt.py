"""What one attempt costs beside `requests`: `make bench-send`.

Only ratios within one run count. All send the same signed body of 1 KiB to a sink on the other core.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time

import requests
from tests.bench.rounds import Rounds, ratio
from tests.bench.sink import running_sink

from hookproof import Signer
from hookproof.testing import SECRET
from hookproof_sender.targets import Policy
from hookproof_sender.wire import Outgoing, Transport, to_json

BODY = json.dumps({"order": 4, "text": "x" * 1000}).encode()
ROUNDS = 31
LOOP = 100

KEPT, FRESH = "an attempt, connection kept", "an attempt, fresh"
SESSION, POST = "Session.post, connection kept", "requests.post, fresh"

PEERS = ((KEPT, SESSION), (FRESH, POST))
"""A candidate and its peer."""


def main() -> None:
    """Run and print; takes about half a minute."""
    with running_sink() as port, requests.Session() as session:
        url = f"http://127.0.0.1:{port}/hooks/orders"
        headers = {"Content-Type": "application/json"}
        signer = Signer(secrets=SECRET)
        outgoing = Outgoing("bench", "POST", url, headers=tuple(headers.items()), body=BODY)
        policy = Policy(allow_loopback=True)
        kept, fresh = Transport(keep_alive=True, policy=policy), Transport(policy=policy)

        def attempt(transport: Transport) -> None:
            start = transport.start(1, None)
            made = transport.attempt(start, outgoing, signature=signer.sign(BODY))
            assert made.succeeded

        def post(send: Callable[..., requests.Response]) -> None:
            assert send(url, data=BODY, headers={**headers, **signer.sign(BODY)}, timeout=30).ok

        made = kept.attempt(kept.start(1, None), outgoing, signature=signer.sign(BODY))
        wall, processor = _time(
            {
                KEPT: lambda: attempt(kept),
                SESSION: lambda: post(session.post),
                FRESH: lambda: attempt(fresh),
                POST: lambda: post(requests.post),
                "the record as JSON": lambda: to_json(made),
            }
        )
        kept.close()
    _write(f"{'':<32}{'us':>8}{'of it processor':>17}")
    for name, taken in wall.items():
        _write(f"  {name:<30}{median(taken) * 1e6:>8.1f}{median(processor[name]) * 1e6:>17.1f}")
    for name, peer in PEERS:
        _write(f"  {name}: {ratio(wall, name, peer):.2f} x {peer}")


def _time(candidates: dict[str, Callable[[], object]]) -> tuple[Rounds, Rounds]:
    """Seconds a call by the wall clock and of this process, by candidate and round."""
    wall: Rounds = {name: [] for name in candidates}
    processor: Rounds = {name: [] for name in candidates}
    for number in range(-1, ROUNDS):  # one more, first, which opens connections
        for name in random.sample(sorted(candidates), len(candidates)):
            call = candidates[name]
            began, used = perf_counter(), process_time()
            for _ in range(LOOP):
                call()
            if number >= 0:
                wall[name].append((perf_counter() - began) / LOOP)
                processor[name].append((process_time() - used) / LOOP)
    return wall, processor


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
