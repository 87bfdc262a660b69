"""The receiver's page: what is shown there is run, and what comes of it stands in its place.

`python -m tests.docs.receiver_page` writes the page anew from a run. A comment before a block says what
it is, and in which folder:

- `file: NAME`: it is written there, behind what an earlier block put into that file;
- `serve`: a receiver, with all that it prints until the next one starts, or the page ends;
- `session`: commands that are typed meanwhile;
- `answers`: each answer of a receiver, by name.
"""

from __future__ import annotations

import os
import re
import sqlite3
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path

from tests.docs.receiver_answers import answers
from tests.docs.shop_session import Shop
from tests.receiver.wire import good

from hookproof.testing import SECRET
from hookproof_receiver import Receiver
from hookproof_receiver.testing import running_receiver

PAGE = Path(__file__).resolve().parents[2] / "receiver" / "README.md"
BLOCK = re.compile(
    r"(<!-- (file|serve|session|answers)(?:: (\S+))?(?: in (\w+))? -->\n```\w+\n)(.*?)(?=```\n)",
    re.DOTALL,
)
_SECRETS = {"ORDERS_SECRET": SECRET, "REFUNDS_SECRET": "the secret of refunds alone"}


def run(page: str, folder: Path) -> str:
    """The page with what its blocks print now, in folders of their own in this one."""
    with ExitStack() as stack:
        shops = {
            "shop": stack.enter_context(Shop(folder / "shop", _SECRETS)),
            "check": stack.enter_context(Shop(folder / "check", {})),
        }
        serving: re.Match[str] | None = None
        after: dict[re.Match[str], str] = {}
        blocks = list(BLOCK.finditer(page))
        for block in blocks:
            _mark, kind, name, place, text = block.groups()
            if kind == "answers":
                after[block] = _answers(text, folder)
                continue
            shop = shops[place]
            if kind == "file":
                shop.append(name, text)
                after[block] = text
            elif kind == "serve":
                if serving is not None:
                    after[serving] += shop.stop()
                serving, after[block] = block, text.splitlines(keepends=True)[0]
                shop.serve(after[block])
            else:
                if "doctor" in text:
                    _leave_an_inbox(shop.folder / ".hookproof" / "inbox.db")
                typed = re.findall(r"^\$ (.*)$", text, re.MULTILINE)
                after[block] = "".join(shop.type(line) for line in typed)
        if serving is not None:
            after[serving] += shops["shop"].stop()
    written = iter(after[block] for block in blocks)
    return BLOCK.sub(lambda block: block[1] + next(written), page)


def _answers(text: str, folder: Path) -> str:
    given = answers(folder)
    names = re.findall(r"^# (.*)$", text, re.MULTILINE)
    assert set(names) == set(given)
    return "\n".join(f"# {name}\n{given[name]}" for name in names)


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


if __name__ == "__main__":
    os.environ["TZ"] = "UTC"
    time.tzset()
    with tempfile.TemporaryDirectory() as folder:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(run(text, Path(folder)), encoding="utf-8")
