"""The sender's page: its commands are run one after the other, and what they print stands under them.

`python -m tests.docs.sender_page` writes the page anew from a run.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
from pathlib import Path

from tests.in_process import run_here

from hookproof.testing import SECRET
from hookproof_receiver import Receiver
from hookproof_receiver.testing import running_receiver

PAGE = Path(__file__).resolve().parents[2] / "sender" / "README.md"
BLOCK = re.compile(r"(<!-- session -->\n```console\n)(.*?)(```\n)", re.DOTALL)
_SHOWN_AT = "127.0.0.1:8080"


def run(page: str, folder: Path) -> str:
    """The page with what its commands print now.

    Args:
        page: its text; the commands stand behind `$ `, and MESSAGE or any `msg_…` in one is the message
            that was sent.
        folder: where they run.
    """
    receiver = Receiver(f"sqlite:///{folder}/inbox.db")
    calls: list[str] = []

    @receiver.on("/hooks/orders", secrets=SECRET, identity="json:/run")
    def order(message):
        calls.append(message.id)
        if len(calls) <= 3:
            raise RuntimeError("database is locked")
        return 200, {"shipped": True}

    with running_receiver(receiver) as running:
        address = running.url.partition("://")[2].partition("/")[0]
        task = re.search(r"<!-- task -->\n```toml\n(.*?)```", page, re.DOTALL)
        assert task is not None
        file = folder / "tell-the-shop.toml"
        file.write_text(task[1].replace(_SHOWN_AT, address), encoding="utf-8")
        message = ""

        def block(found: re.Match[str]) -> str:
            nonlocal message
            lines = []
            for command in re.findall(r"^\$ hookproof (.*)$", found[2], re.MULTILINE):
                words = re.sub(r"MESSAGE|msg_\w+", message, command)
                printed = _print(words.split(), folder).replace(address, _SHOWN_AT)
                if words.startswith("send "):
                    message = re.findall(r"msg_\w+", printed)[-1]
                lines.append(f"$ hookproof {words}\n{printed}")
            return found[1] + "".join(lines) + found[3]

        return BLOCK.sub(block, page)


def _print(words: list[str], folder: Path) -> str:
    """What a person sees: standard output, and standard error after it."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("HOOKPROOF")
    }
    done = run_here(*words, cwd=folder, env={**environment, "ORDERS_SECRET": SECRET, "TZ": "UTC"})
    printed = (done.stdout + done.stderr).decode()
    assert "Traceback" not in printed, printed
    return printed


if __name__ == "__main__":
    logging.getLogger().addHandler(logging.NullHandler())  # the receiver's log is no command's output
    with tempfile.TemporaryDirectory() as folder:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(run(text, Path(folder)), encoding="utf-8")
