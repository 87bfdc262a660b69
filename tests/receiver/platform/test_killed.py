"""A process that is killed at any point neither loses nor doubles what the platform's side sends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.receiver.bare_server import eventually

from hookproof.testing import SECRET
from hookproof_receiver import Message
from hookproof_receiver.testing.running import running_receiver

pytestmark = pytest.mark.long
PROGRAM = Path(__file__).with_name("killed_receiver.py")

PLAN = """
name = "Two"
id = 7
[[nodes]]
handle = "aa"
taskType = "http"
[nodes.httpTask]
method = "post"
url = "{url}"
body = '{{"node": "aa"}}'
secretKeyEnv = "SHOP_SECRET"
[[nodes]]
handle = "bb"
taskType = "http"
[nodes.httpTask]
method = "post"
url = "{url}"
body = '{{"node": "bb"}}'
secretKeyEnv = "SHOP_SECRET"
[[edges]]
source = "aa"
target = "bb"
statusRule = "success"
"""


def started(folder: Path, act: str, point: str, url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", str(PROGRAM), str(folder), act, point, url],
        env={**os.environ, "SHOP_SECRET": SECRET},
    )


def is_killed(folder: Path, act: str, point: str, url: str) -> None:
    assert -signal.SIGKILL == started(folder, act, point, url).wait(90)


def goes_on(folder: Path, url: str) -> None:
    assert 0 == started(folder, "nothing", "nowhere", url).wait(90)


@pytest.mark.rule("P-HOOK-6")
@pytest.mark.parametrize(
    "point",
    [
        "in the end's transaction",
        "after the end",
        "before the handing over",
        "in the outbox's transaction",
        "after the handing over",
        "before the mark",
        "after the mark",
    ],
)
def test_a_call_is_one_message_wherever_its_process_is_killed(tmp_path: Path, point: str) -> None:
    handled: list[bytes] = []
    with running_receiver(handler=lambda message: handled.append(message.body)) as shop:
        is_killed(tmp_path, "job", point, shop.url)
        assert () == shop.deliveries
        goes_on(tmp_path, shop.url)
        goes_on(tmp_path, shop.url)
        assert [b'{"job": 1}'] == handled
        assert 1 == len(shop.deliveries)


@pytest.mark.rule("P-HOOK-12")
@pytest.mark.parametrize(
    ("point", "runs"),
    [
        pytest.param("after the number", False, id="after the number"),
        pytest.param("before the run", False, id="before the run"),
        pytest.param("after the record of the run", True, id="after the record of the run"),
    ],
)
def test_a_run_of_a_plan_goes_on_where_it_was_begun(tmp_path: Path, point: str, runs: bool) -> None:
    handled: list[bytes] = []
    with running_receiver(handler=lambda message: handled.append(message.body)) as shop:
        (tmp_path / "plan.toml").write_text(PLAN.format(url=shop.url))
        is_killed(tmp_path, "plan", point, shop.url)
        assert () == shop.deliveries
        goes_on(tmp_path, shop.url)
        goes_on(tmp_path, shop.url)
        assert ([b'{"node": "aa"}', b'{"node": "bb"}'] if runs else []) == handled


@pytest.mark.rule("P-HOOK-12")
def test_a_run_that_is_killed_while_it_sends_goes_on_with_that_message(tmp_path: Path) -> None:
    handled: list[bytes] = []

    def handler(message: Message) -> None:
        handled.append(message.body)
        if len(handled) == 1:
            process.kill()
            process.wait()

    with running_receiver(handler=handler) as shop:
        (tmp_path / "plan.toml").write_text(PLAN.format(url=shop.url))
        process = started(tmp_path, "plan", "nowhere", shop.url)
        eventually(lambda: process.poll() is not None)
        assert -signal.SIGKILL == process.returncode
        goes_on(tmp_path, shop.url)
        assert [b'{"node": "aa"}', b'{"node": "bb"}'] == handled
        assert [False, True, False] == [one.duplicate for one in shop.deliveries]
        assert [False, True, False] == [one.guid is not None for one in shop.deliveries]
