"""What the sender's page shows is what happens."""

import re
import shlex
from pathlib import Path

from click.testing import CliRunner

from hookproof_runtime.command_line.root import root

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "sender" / "README.md").read_text(encoding="utf-8")


def test_what_the_linter_is_said_to_say_it_says(monkeypatch):
    monkeypatch.chdir(ROOT / "examples" / "tasks")
    shown = re.search(r"<!-- run: lint -->\n```console\n\$ hookproof (.*)\n([^`]*)```", README)
    assert shown is not None
    done = CliRunner().invoke(root, shlex.split(shown[1]), standalone_mode=False)
    assert (0, shown[2]) == (done.return_value, done.stdout)
