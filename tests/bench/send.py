"""Time the outbox and its worker beside a bare loop of requests: `make bench-send`.

Only ratios within one run count. Everything is durable: each message is on record, in SQLite with
`synchronous=FULL`, before its first byte leaves, and so is what became of it. The loop records nothing.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import requests
from tests.bench.sink import running_sink

from hookproof.testing import SECRET
from hookproof_sender import HttpTask, Sender
from hookproof_sender.outbox import Kept, Outbox

BODY = json.dumps({"order": 4, "text": "x" * 1000})
QUICK = "--quick" in sys.argv[1:]
MANY = 2_000 if QUICK else 10_000
KEPT = 50_000 if QUICK else 1_000_000
LONG = 10_000 if QUICK else 100_000


def main() -> None:
    """Run and print; takes some ten minutes, and one with `--quick`."""
    goals: list[tuple[str, bool]] = []
    with running_sink() as port:
        url = f"http://127.0.0.1:{port}"
        goals += _draining(url)
        goals += _foreground(url)
        goals += _a_slow_sink(url)
        goals += _a_slow_endpoint(url, port)
        goals += _many_kept(url)
        goals += _memory(url)
    _write("\ngoals")
    for sentence, holds in goals:
        _write(f"  {'holds ' if holds else 'MISSED'}  {sentence}")


def _draining(url: str) -> Iterator[tuple[str, bool]]:
    for in_flight, goal in (1, 0.8), (16, 1.0):
        ratios = []
        for _ in range(3):
            loop = _loop(url, 1_000)
            drained = _drain(url, MANY // 3, in_flight)
            ratios.append(drained / loop)
            _write(f"  draining, {in_flight} in flight: {drained:.0f}/s; the loop {loop:.0f}/s")
        ratio = median(ratios)
        yield f"draining, {in_flight} in flight: {ratio:.2f} x the loop (goal {goal})", ratio >= goal


def _foreground(url: str) -> Iterator[tuple[str, bool]]:
    ratios = []
    with _sender() as sender:
        task = _task(url)
        for _ in range(3):
            loop = _loop(url, 500)
            began = time.perf_counter()
            for _ in range(500):
                sender.send(task)
            sent = 500 / (time.perf_counter() - began)
            ratios.append(sent / loop)
            _write(f"  send, two commits a message: {sent:.0f}/s; the loop {loop:.0f}/s")
    yield f"send: {median(ratios):.2f} x the loop (goal 0.4)", median(ratios) >= 0.4


def _a_slow_sink(url: str) -> Iterator[tuple[str, bool]]:
    loop = _loop(f"{url}/wait/20", 100)
    drained = _drain(f"{url}/wait/20", 1_000, 16)
    _write(f"  a sink that takes 20 ms, 16 in flight: {drained:.0f}/s; the loop {loop:.0f}/s")
    yield f"a sink that takes 20 ms: {drained / loop:.1f} x the loop (goal 8)", drained / loop >= 8


def _a_slow_endpoint(url: str, port: int) -> Iterator[tuple[str, bool]]:
    alone = _p99(url, None)
    beside = _p99(url, f"http://localhost:{port}/wait/30000")
    _write(f"  recorded to delivered, p99: {alone:.0f} ms; beside an endpoint of 30 s {beside:.0f} ms")
    ratio = beside / alone
    yield f"an endpoint that takes 30 s: the others' p99 is {ratio:.2f} x (goal 1.5)", ratio <= 1.5


def _p99(url: str, slow: str | None) -> float:
    """Milliseconds from a message's record to its delivery, at 200 messages a second to four paths."""
    with _sender() as sender:
        if slow:
            sender.outbox.enqueue_all([_task(slow)] * 200)
        worker = sender.worker()
        thread = threading.Thread(target=worker.run)
        thread.start()
        ids = []
        start = time.perf_counter()
        for number in range(1_000):
            ids.append(sender.outbox.enqueue(_task(f"{url}/{number % 4}")))
            pause = start + number / 200 - time.perf_counter()
            if pause > 0:
                time.sleep(pause)
        done: dict[str, Kept] = {}
        until = time.monotonic() + 60
        while len(done) < len(ids) and time.monotonic() < until:
            done = {one: kept for one in ids if (kept := sender.outbox.show(one)) and kept.history}
        sender.stop()
        worker.stop()
        thread.join()
        taken = sorted(
            kept.history[-1].started_ns / 1e6 + kept.history[-1].duration_s * 1e3 - kept.created_ms
            for kept in done.values()
        )
        return taken[int(len(taken) * 0.99)]


def _many_kept(url: str) -> Iterator[tuple[str, bool]]:
    with _sender() as sender:
        before = [_each(sender, url) for _ in range(3)]
        _keep_finished(sender.outbox, KEPT)
        after = [_each(sender, url) for _ in range(3)]
        ratio = median(after) / median(before)
    _write(
        f"  send: {median(before) * 1e3:.2f} ms in an empty outbox, {median(after) * 1e3:.2f} ms "
        f"beside {KEPT:,} finished ones"
    )
    yield f"{KEPT:,} finished ones kept: a new one costs {ratio:.2f} x (goal 1.2)", ratio <= 1.2


def _each(sender: Sender, url: str) -> float:
    began = time.perf_counter()
    for _ in range(300):
        sender.send(_task(url))
    return (time.perf_counter() - began) / 300


def _keep_finished(outbox: Outbox, number: int) -> None:
    """Copy the finished messages until there are so many, each under an id of its own."""
    copy = """
    INSERT INTO hookproof_outbox
    SELECT printf('msg_00%024d', :start + row_number() OVER ()), state, task, method, target, endpoint,
        body, verify_tls, max_retries, terms, private, guid, attempts, attempts_allowed, fence, owner,
        lease_ms, due_ms, status, cause, created_ms, updated_ms
    FROM (SELECT * FROM hookproof_outbox WHERE state = 'delivered' LIMIT :most)
    """
    attempts = """
    INSERT INTO hookproof_outbox_attempts
    SELECT id, 1, (SELECT record FROM hookproof_outbox_attempts LIMIT 1) FROM hookproof_outbox
    WHERE id LIKE 'msg_00%' AND id NOT IN (SELECT message_id FROM hookproof_outbox_attempts)
    """
    have = 0
    while have < number:
        with outbox.engine.begin() as connection:
            place = {"start": have, "most": number - have}
            have += connection.exec_driver_sql(copy, place).rowcount
            connection.exec_driver_sql(attempts)


def _memory(url: str) -> Iterator[tuple[str, bool]]:
    with _sender() as sender:
        task = _task(url)
        peaks = []
        for part in range(10):
            for _ in range(LONG // 10_000):
                sender.outbox.enqueue_all([task] * 1_000)
            sender.worker(in_flight=16, per_endpoint=16).run(until_done=True)
            peaks.append(_resident())
            _write(f"  memory after {(part + 1) * LONG // 10:,} messages: {peaks[-1]:.1f} MiB")
    growth = peaks[-1] / peaks[1]
    yield (
        f"memory over {LONG:,} messages: {growth:.2f} x what it was after a fifth (goal 1.1)",
        growth <= 1.1,
    )


def _resident() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _loop(url: str, number: int) -> float:
    """Messages a second of a bare loop over one session."""
    with requests.Session() as session:
        session.post(url, data=BODY)
        began = time.perf_counter()
        for _ in range(number):
            session.post(url, data=BODY)
        return number / (time.perf_counter() - began)


def _drain(url: str, number: int, in_flight: int) -> float:
    """Messages a second of a worker."""
    with _sender() as sender:
        sender.outbox.enqueue_all([_task(url)] * number)
        worker = sender.worker(in_flight=in_flight, per_endpoint=in_flight)
        began = time.perf_counter()
        worker.run(until_done=True)
        taken = time.perf_counter() - began
        assert sender.outbox.counts() == {"delivered": number}
        return number / taken


@contextmanager
def _sender() -> Iterator[Sender]:
    # Not in /tmp, which may be memory: what is durable is to be paid for.
    folder = tempfile.mkdtemp(dir=".", prefix=".bench-")
    try:
        yield Sender(database=f"sqlite:///{folder}/outbox.db", allow_loopback=True)
    finally:
        shutil.rmtree(folder)


def _task(url: str) -> HttpTask:
    return HttpTask.model_validate(
        {"name": "bench", "method": "post", "url": url, "body": BODY, "secretKey": SECRET}
    )


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
