"""What the sender's page shows is what happens."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from hookproof_runtime.command_line.root import root
from hookproof_sender.cli.send import send

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "sender" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "code"), [("lint", 0), ("policy", 1)])
def test_what_a_command_is_said_to_say_it_says(name, code, monkeypatch):
    monkeypatch.chdir(ROOT / "examples" / "tasks")
    shown = re.search(rf"<!-- run: {name} -->\n```console\n\$ hookproof (.*)\n([^`]*)```", README)
    assert shown is not None
    done = CliRunner().invoke(root, shlex.split(shown[1]), standalone_mode=False)
    assert (code, shown[2]) == (done.return_value, done.stdout)


def test_every_link_of_the_page_leads_somewhere():
    headings = re.findall(r"^#+ (.*)$", README, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}
    for target in re.findall(r"\]\(([^)]+)\)", README):
        file, _, anchor = target.partition("#")
        assert anchor in anchors if not file else (ROOT / "sender" / file).exists(), target


def test_every_option_that_is_named_is_one_of_send_s():
    table = README.partition("## How it sends, and where")[2].partition("\n## ")[0]
    named = set(re.findall(r"--[a-z][a-z-]+", re.sub(r"```.*?```", "", table, flags=re.DOTALL)))
    assert len(named) > 9
    options = {name for option in send.params for name in option.opts}
    assert named <= options
