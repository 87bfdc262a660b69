"""What a refused request leaves behind, and what a flood of them costs good ones."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

from sqlalchemy import text

from hookproof.testing import FORGERIES, SECRET, forge
from hookproof_receiver import Receiver
from hookproof_receiver.ingest import Event, Explained
from hookproof_receiver.refusals import Record, RefusalStore
from hookproof_receiver.testing import running_receiver
from hookproof_runtime.database import open_engine, reading
from hookproof_runtime.settings import ReceiverSettings

from ..wire import exchange, good, head, read, signed

PATIENCE = 10.0
FORGED = signed(
    secret="not-the-secret-of-the-endpoint", body=b'{"order": 4, "text": "%s"}' % (b"x" * 2000)
)


def made(folder: Path, **settings: object) -> Receiver:
    receiver = Receiver(f"sqlite:///{folder}/inbox.db")
    receiver.include(ReceiverSettings.model_validate(settings))
    receiver.on("/hooks/test", secrets=SECRET)
    return receiver


def kept(folder: Path) -> list[Record]:
    engine = open_engine(f"sqlite:///{folder}/inbox.db")
    try:
        return RefusalStore(engine).records(10_000)
    finally:
        engine.dispose()


def counts(folder: Path) -> dict[str, int]:
    engine = open_engine(f"sqlite:///{folder}/inbox.db")
    names = ("messages", "identities", "deliveries", "apart", "refusals")
    with reading(engine) as connection:
        found = {
            name: int(connection.execute(text(f"SELECT count(*) FROM hookproof_{name}")).scalar_one())
            for name in names
        }
    engine.dispose()
    return found


def flood(port: int, number: int) -> list[int]:
    """Forged requests over one connection, one after the other."""
    statuses = []
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        for _ in range(number):
            connection.sendall(FORGED)
            statuses += read(connection, 1).statuses
    return statuses


def test_two_thousand_forged_requests_delay_no_good_one_and_stay_within_their_bounds(
    tmp_path: Path,
) -> None:
    receiver = made(tmp_path, refusals_kept=300, refusals_bytes="256 KiB")
    refused: list[int] = []
    explained: list[Event] = []
    receiver.listen_to(lambda event: explained.append(event) if isinstance(event, Explained) else None)
    with running_receiver(receiver) as running:
        floods = [
            threading.Thread(target=lambda: refused.extend(flood(running.port, 500))) for _ in range(4)
        ]
        for one in floods:
            one.start()
        within: list[int] = []
        waits: list[float] = []
        while any(one.is_alive() for one in floods):
            began = time.monotonic()
            within.append(good(running.port, body=b'{"order": %d}' % len(within)).status)
            waits.append(time.monotonic() - began)
        after = [good(running.port, body=b'{"after": %d}' % number).status for number in range(10)]
    found = counts(tmp_path)

    assert [401] * 2000 == refused
    assert {200} == set(within + after)
    assert max(waits) < 5
    assert len(within) + 10 == found["messages"]
    assert len(within) + 10 == found["deliveries"]
    assert 1 <= found["refusals"] <= 256 * 1024 // 2000
    assert len(explained) < 500


def test_a_refusal_leaves_nothing_among_what_is_good_and_survives_a_restart(tmp_path: Path) -> None:
    """Each code that a signature is refused with; what was refused before that is not kept."""
    forged = [forge(kind) for kind in FORGERIES]
    with running_receiver(made(tmp_path)) as running:
        for one in forged:
            fields: list[tuple[str, str | int]] = [
                ("Host", "x"),
                ("Content-Length", len(one.body)),
                *one.headers.items(),
            ]
            assert one.code == exchange(running.port, head(fields) + one.body, expect=1).only.code
    with running_receiver(made(tmp_path)) as running:
        assert 404 == good(running.port, target="/nowhere").status
        assert 415 == good(running.port, more={"Content-Encoding": "gzip"}).status
        assert len(forged) == len(kept(tmp_path))
    found = counts(tmp_path)
    assert [one.code for one in reversed(forged)] == [record.code for record in kept(tmp_path)]
    assert (0, 0) == (found["messages"], found["identities"])
    assert 0o600 == (tmp_path / "inbox.db").stat().st_mode & 0o777
