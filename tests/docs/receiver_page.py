"""The receiver's page: its commands are run, and what they print stands under them.

`python -m tests.docs.receiver_page` writes the page anew from a run.
"""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from tests.docs.sender_page import BLOCK
from tests.receiver.wire import good

from hookproof.testing import SECRET
from hookproof_receiver import Receiver
from hookproof_receiver.testing import running_receiver

PAGE = Path(__file__).resolve().parents[2] / "receiver" / "README.md"


def run(page: str, folder: Path) -> str:
    """The page with what its commands print now, in a folder with an inbox that is not quite well."""
    settings = re.search(r"<!-- check -->\n```toml\n(.*?)```", page, re.DOTALL)
    assert settings is not None
    (folder / "hookproof.toml").write_text(settings[1], encoding="utf-8")

    def block(found: re.Match[str]) -> str:
        (command,) = re.findall(r"^\$ hookproof (.*)$", found[2], re.MULTILINE)
        if command.startswith("doctor"):
            _leave_an_inbox(folder / ".hookproof" / "inbox.db")
        return f"{found[1]}$ hookproof {command}\n{_print(command.split(), folder)}{found[3]}"

    return BLOCK.sub(block, page)


def _leave_an_inbox(file: Path) -> None:
    """As somebody left it who was killed with a message under way, and copied it about."""
    receiver = Receiver(f"sqlite:///{file}")
    receiver.on("/hooks/test", secrets=SECRET)
    with running_receiver(receiver) as running:
        for number in range(3):
            assert 200 == good(running.port, body=b"%d" % number).status
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(
            "UPDATE hookproof_messages SET state = 'running', owner = 'gone' "
            "WHERE id = (SELECT min(id) FROM hookproof_messages)"
        )
        connection.commit()
    file.chmod(0o644)


def _print(words: list[str], folder: Path) -> str:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HOOKPROOF", "ORDERS_SECRET"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "hookproof_runtime", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (1, "") == (done.returncode, done.stderr)
    return done.stdout.replace(str(folder), "/srv/shop")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(run(text, Path(folder)), encoding="utf-8")
