"""The demo: real programs, every outcome as expected, and no success where one is not."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.in_process import run_here

from hookproof_runtime.commands.demo.programs import Programs
from hookproof_runtime.commands.demo.story import tell

README = Path(__file__).resolve().parents[2] / "README.md"
pytestmark = pytest.mark.timeout(300)


def chapter_in_the_readme():
    found = re.search(
        r"<!-- demo -->\n```text\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None
    return found[1]


def shape(text):
    """What two runs of the demo have in common: times, ports and ids differ, and so do widths."""
    text = re.sub(r"\b(dlv|msg)_[0-9A-Z]{26}", r"\1_…", text)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "GUID", text)
    text = re.sub(r"\d+(\.\d+)?( ms| s\b)", "SPAN", re.sub(r"\d\d:\d\d:\d\d\.\d{3}", "TIME", text))
    return re.sub(r" +", " ", re.sub(r"127\.0\.0\.1:\d+", "HOST", text))


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
    assert 21 == run.stdout.count("[ok]")
    assert [str(number) for number in range(1, 7)] == re.findall(r"^(\d)\. ", run.stdout, re.MULTILINE)
    assert re.search(r"X-Webhook-Signature: t=\d{13},sha256=[0-9a-f]{64}$", run.stdout, re.MULTILINE)
    assert "Traceback" not in run.stdout + run.stderr
    assert shape(chapter_in_the_readme()) in shape(run.stdout)
    token = (tmp_path / "kept/run-job.toml").stat()
    assert 0o600 == token.st_mode & 0o777


class Here(Programs):
    """The receiver as a process; the other commands in this one, for they are not the point."""

    def run(self, *words):
        ended = run_here(*words, cwd=self.folder, env=self._environment)
        streams = (stream.decode() for stream in (ended.stdout, ended.stderr))
        return subprocess.CompletedProcess(words, ended.returncode, *streams)


def test_the_demo_says_what_did_not_go_as_it_should(tmp_path):
    lines: list[str] = []
    with Here(tmp_path) as programs:
        programs.secret = "not-the-receiver-s"  # so what the story signs by hand is refused
        wrong = tell(programs, lines.append)
    told = [line for line in lines if "[WRONG]" in line]
    assert wrong == len(told) > 0
    assert f"{wrong} things did not go as they should." in lines
