"""The demo: real programs, every outcome as expected, and no success where one is not."""

import re
import subprocess
import sys

import pytest

from hookproof_runtime.commands.demo.programs import Programs
from hookproof_runtime.commands.demo.story import tell

pytestmark = pytest.mark.timeout(300)


def test_the_demo_ends_by_itself_with_everything_as_it_should_be(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "hookproof_runtime", "demo", "--keep", "kept"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert 0 == run.returncode, run.stdout + run.stderr
    assert "[WRONG]" not in run.stdout
    assert 15 == run.stdout.count("[ok]")
    assert [str(number) for number in range(1, 6)] == re.findall(r"^(\d)\. ", run.stdout, re.MULTILINE)
    assert re.search(r"X-Webhook-Signature: t=\d{13},sha256=[0-9a-f]{64}$", run.stdout, re.MULTILINE)
    assert "Traceback" not in run.stdout + run.stderr
    token = (tmp_path / "kept/run-job.toml").stat()
    assert 0o600 == token.st_mode & 0o777


def test_the_demo_says_what_did_not_go_as_it_should(tmp_path):
    lines: list[str] = []
    with Programs(tmp_path) as programs:
        programs.secret = "not-the-receiver-s"  # so what the story signs by hand is refused
        wrong = tell(programs, lines.append)
    told = [line for line in lines if "[WRONG]" in line]
    assert wrong == len(told) > 0
    assert f"{wrong} things did not go as they should." in lines
