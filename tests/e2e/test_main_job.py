"""The main job by the command line alone: two programs as processes, real sockets, real files.

The receiver is killed once in the middle of it, between a failed attempt and its retry.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.receiver.bare_server import eventually
from tests.receiver.wire import Response, exchange, signed

from hookproof import GUID_HEADER
from hookproof.clock import NANOSECONDS, system_clock
from hookproof.testing import signed_headers

pytestmark = pytest.mark.timeout(300)

HERE = Path(__file__).parent
TASKS = HERE.parents[1] / "examples" / "tasks"
HOOKPROOF = str(Path(sys.executable).with_name("hookproof"))
SECRET = "not-a-real-secret-of-orders"
SETTINGS = """\
[sender]
allowLoopback = true
retryBase = "100 ms"

[receiver]
app = "shop:receiver"
database = "sqlite:///shop.db"
listen = "127.0.0.1:0"
platform = true
slack = true

[[receiver.endpoint]]
path = "/hooks/flaky"
secrets = [{ label = "2026-11", env = "ORDERS_SECRET" }]
identity = "json:/run"
handler = "shop:flaky"
"""


class Company:
    """A folder with settings, a shop and task files, and the programs that run there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copy(HERE / "shop.py", folder)
        (folder / "hookproof.toml").write_text(SETTINGS)
        self.start()

    def start(self, *words: str) -> None:
        """Start the receiver, and wait until it is ready."""
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        self.receiver = self.begin("receive", "--ready-file", "ready", *words)
        eventually(lambda: ready.exists() or self.receiver.poll() is not None)
        assert self.receiver.poll() is None, self.receiver.communicate()
        self.url = ready.read_text().strip()
        self.port = int(self.url.rpartition(":")[2])

    def kill(self) -> None:
        """Kill the receiver where it stands."""
        self.receiver.kill()
        self.receiver.communicate()

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """Begin a `hookproof` command."""
        return subprocess.Popen(
            [HOOKPROOF, *words],
            cwd=self.folder,
            env={**os.environ, "ORDERS_SECRET": SECRET},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> str:
        """Run a `hookproof` command to its end; what it answers."""
        command = self.begin(*words)
        answer, notes = command.communicate(timeout=120)
        assert 0 == command.returncode, (words, answer, notes)
        return answer

    def task(self, name: str, **changes: str) -> str:
        """Write a task's file after an example, with some of its text changed."""
        text = (TASKS / f"{name}.toml").read_text().replace("http://127.0.0.1:8080", self.url)
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        (self.folder / f"{name}.toml").write_text(text)
        return f"{name}.toml"

    def send(self, file: str) -> dict[str, Any]:
        """Execute a task."""
        sent: dict[str, Any] = json.loads(self.run("send", file, "--json"))
        return sent

    def post(self, body: bytes, **given: Any) -> Response:
        """Send what no honest sender would."""
        request = signed(body, target="/hooks/orders", secret=SECRET, **given)
        return exchange(self.port, request, expect=1).only

    def shipped(self, order: int) -> list[str | None]:
        """The effects: the GUID of each request that shipped an order."""
        with closing(sqlite3.connect(self.folder / "shop.db")) as connection:
            rows = connection.execute("SELECT guid FROM shipped WHERE number = ?", (order,))
            return [guid for (guid,) in rows]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    company = Company(tmp_path_factory.mktemp("company"))
    yield company
    company.receiver.send_signal(signal.SIGTERM)
    said, notes = company.receiver.communicate(timeout=30)
    assert 0 == company.receiver.returncode, (said, notes)
    assert "Traceback" not in said + notes


@pytest.mark.rule("P-ANS-1")
def test_the_main_job(company: Company) -> None:
    # A signed task, its run's id written out so that the same message can be sent again.
    written = {"{{$plan.runId}}": "run-1"}
    run = company.send(company.task("tell-the-shop", **written))
    assert ("delivered", [201]) == (run["outcome"], statuses(run))
    assert [None] == company.shipped(4)

    # A task whose handler fails twice; after the first failure the receiver is killed.
    flaky = company.task(
        "tell-the-shop",
        **{
            "hooks/orders": "hooks/flaky",
            '"order": 4': '"order": 5',
            "maxRetries = 3": "maxRetries = 30",
        },
    )
    sending = company.begin("send", flaky, "--retry-base", "500 ms", "--retry-cap", "1 s", "--json")
    assert sending.stderr is not None
    for line in sending.stderr:
        if "<-- 500" in line:
            break
    company.kill()
    company.start("--listen", f"127.0.0.1:{company.port}")
    answer, notes = sending.communicate(timeout=60)
    run = json.loads(answer)
    assert ("delivered", 0) == (run["outcome"], sending.returncode), notes
    heard = [status for status in statuses(run) if status is not None]
    assert ({500}, 200) == (set(heard[:-1]), heard[-1])  # once or twice: the kill may have hit a run
    guids = [attempt["guid"] for attempt in run["attempts"]]
    assert (None, {run["guid"]}) == (guids[0], set(guids[1:]))
    assert [run["guid"]] == company.shipped(5)

    # What was answered before the kill is known after it.
    run = company.send(company.task("tell-the-shop", **written))
    assert [201] == statuses(run)
    assert [None] == company.shipped(4)

    # A forged, a replayed and a stale request.
    body = b'{"order": 6, "run": "run-3"}'
    headers = signed_headers(body, secrets=SECRET)
    forged = company.post(body.replace(b"6", b"9"), more=headers)
    assert (401, "no_match") == (forged.status, forged.code)
    first = company.post(body, more=headers)
    replayed = company.post(body, more={**headers, GUID_HEADER: "made-up"})
    assert (201, first.body) == (replayed.status, replayed.body)
    assert first.headers["hookproof-message"] == replayed.headers["hookproof-duplicate"]
    then = system_clock() - 3600 * NANOSECONDS
    late = b'{"order": 7, "run": "run-4"}'
    stale = company.post(late, more=signed_headers(late, secrets=SECRET, clock=lambda: then))
    assert (401, "too_old") == (stale.status, stale.code)
    assert [[None], [], []] == [company.shipped(order) for order in (6, 7, 9)]

    # A task that runs a job, until it is complete.
    token = company.run("token", "new", "--scope", "run-job", "--expires", "1 h").strip()
    run = company.send(company.task("run-job", **{"Bearer TOKEN": f"Bearer {token}"}))
    assert [201] == statuses(run)
    assert "Complete" == eventually(lambda: ended(company, token))

    # A Slack message in its channel.
    url = company.run("slack", "new-channel", "plan-runs", "--listen", company.url[7:]).strip()
    example = "/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"
    run = company.send(company.task("slack", **{company.url + example: url}))
    assert [200] == statuses(run)
    shown = json.loads(company.run("slack", "show", "plan-runs", "--json"))
    assert ["Your job has completed."] == [message["text"] for message in shown["messages"]]


def statuses(run: dict[str, Any]) -> list[int | None]:
    """Of a run's attempts; None where no answer came."""
    return [attempt["status"] for attempt in run["attempts"]]


def ended(company: Company, token: str) -> str | None:
    """How the first job ended; None while it has not."""
    request = f"GET /v4/jobGroups/1/status HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n"
    status = json.loads(exchange(company.port, request.encode(), expect=1).only.body)
    return status if status in ("Complete", "Failed", "Canceled") else None
