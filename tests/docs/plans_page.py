"""The page of the platform's document: its steps are typed, and what comes of them stands below them.

`python -m tests.docs.plans_page` writes the page anew from a run. A comment before a block says what it
is:

- `file: NAME`: that file of the folder;
- `line: NAME`: a line that takes the place of the one that begins alike;
- `serve`: the receiver, with all that it prints until the page ends;
- `session`: commands that are typed meanwhile.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.docs.shop_session import Serving, Shop

from hookproof_runtime.secret_places import new_secret

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "plans"
PAGE = FOLDER / "README.md"
BLOCK = re.compile(
    r"(<!-- (file|line|serve|session)(?:: (\S+))? -->\n```\w+\n)(.*?)(?=```\n)", re.DOTALL
)
_FAKE = "/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"
_SHELL = re.compile(r"[>|&$]")


class Walk(Shop):
    """A copy of the folder, the receiver in it, and what is typed beside it."""

    shown_at = "127.0.0.1:3005"
    shown_in = "/srv/plans"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, {"ORDERS_SECRET": new_secret()})
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        for file in FOLDER.iterdir():
            if file.suffix in (".toml", ".json"):
                text = file.read_text(encoding="utf-8")
                (folder / file.name).write_text(text.replace(self.shown_at, self.address), "utf-8")

    def replace_line(self, file: str, line: str) -> None:
        """Put a line in the place of the one that has its key."""
        path = self.folder / file
        pattern = rf"^{re.escape(line.split('=')[0])}=.*\n"
        text, count = re.subn(pattern, lambda _: line, path.read_text("utf-8"), flags=re.MULTILINE)
        assert 1 == count
        path.write_text(text, "utf-8")

    def serve(self, command: str) -> None:
        """Start `$ hookproof receive` where the settings say."""
        self._serving = Serving(command, self.folder, self._variables)

    def _run(self, line: str) -> str:
        if not _SHELL.search(line):
            return super()._run(line)
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env={**os.environ, **self._variables, "PATH": path, "NO_COLOR": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
        return done.stdout

    def _reached(self, text: str) -> str:
        return text.replace(self.shown_at, self.address)

    def _shown(self, text: str) -> str:
        for own, shown in (self.address, self.shown_at), (str(self.folder), self.shown_in):
            text = text.replace(own, shown)
        text = re.sub(r"/services/T\w+/B\w+/\w{24}", _FAKE, text)  # nobody's, but it looks real
        port, shown_port = (address.partition(":")[2] for address in (self.address, self.shown_at))
        return text.replace(f"127.0.0.1 port {port}", f"127.0.0.1 port {shown_port}")


def allow_the_platform(walk: Walk, page: str) -> None:
    """Put the line into the settings by which the platform may be called."""
    for _mark, kind, name, text in BLOCK.findall(page):
        if kind == "line":
            walk.replace_line(name, text)


def run(page: str, folder: Path) -> str:
    """The page with what its blocks print now, in a copy of its folder that is made in this one."""
    after: dict[re.Match[str], str] = {}
    blocks = list(BLOCK.finditer(page))
    with Walk(folder / "plans") as walk:
        for block in blocks:
            _mark, kind, name, text = block.groups()
            if kind == "file":
                after[block] = (FOLDER / name).read_text(encoding="utf-8")
            elif kind == "line":
                walk.replace_line(name, text)
                after[block] = text
            elif kind == "serve":
                serving, after[block] = block, text.splitlines(keepends=True)[0]
                walk.serve(after[block])
            else:
                typed = re.findall(r"^\$ (.*)$", text, re.MULTILINE)
                after[block] = "".join(walk.type(line) for line in typed)
        after[serving] += walk.stop()
    written = iter(after[block] for block in blocks)
    return BLOCK.sub(lambda block: block[1] + next(written), page)


if __name__ == "__main__":
    os.environ["TZ"] = "UTC"
    time.tzset()
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(run(PAGE.read_text(encoding="utf-8"), Path(folder)), encoding="utf-8")
