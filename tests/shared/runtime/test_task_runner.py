"""A task runner is found by entry point, and where there is none a sentence says what to install."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import hookproof
import hookproof_receiver
import hookproof_runtime
import hookproof_sender

ASKS = """
import sys
{first}
from hookproof_runtime.settings import SenderSettings
from hookproof_runtime.task_runner import NotInstalled, find
try:
    print(type(find(SenderSettings())).__name__)
except NotInstalled as sentence:
    print(sentence)
"""


def asked(first: str, *options: str) -> str:
    ran = subprocess.run(
        [sys.executable, *options, "-c", ASKS.format(first=first)],
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip()


def test_a_part_that_the_sender_needs_is_missing() -> None:
    """`pip install hookproof[receiver]` leaves h11 out."""
    sentence = asked("sys.modules['h11'] = None")
    assert "h11" in sentence
    assert sentence.endswith("pip install 'hookproof[sender]'")


def test_the_sender_is_not_there_at_all() -> None:
    sentence = asked("sys.modules['hookproof_sender'] = None")
    assert "hookproof_sender" in sentence
    assert sentence.endswith("pip install 'hookproof[sender]'")


def test_no_distribution_offers_one(tmp_path: Path) -> None:
    """The packages are there, by a path of their own, and no entry point is."""
    for package in (hookproof, hookproof_runtime, hookproof_sender, hookproof_receiver):
        folder = Path(package.__file__ or "").parent
        (tmp_path / folder.name).symlink_to(folder)
    for path in Path(sys.prefix).glob("lib/python3*/site-packages/*"):
        if "hookproof" not in path.name and not path.name.endswith(".pth"):
            (tmp_path / path.name).symlink_to(path)
    sentence = asked(f"sys.path.insert(0, {str(tmp_path)!r})", "-I", "-S")
    assert "no task runner is installed: pip install 'hookproof[sender]'" == sentence
