"""A secret is changed step by step, as the receiver's README has it, and no message is lost or doubled.

At each step one message is sent to the receiver as it is, and one that was begun before is under way
while the receiver is started again.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.receiver.wire import PATIENCE

from hookproof import Secret
from hookproof_receiver import Message, Receiver
from hookproof_receiver.serving import Server
from hookproof_runtime.database import Connection
from hookproof_sender import HttpTask, Run, Sender

README = Path(__file__).parents[2] / "receiver" / "README.md"
PATH = "/hooks/orders"
VALUES = {label: f"the+{label}+secret+of+a+rotation+in+a+test" for label in ("old", "new")}
LISTS = ["standard-webhooks", "stripe"]
OTHERS = ["http-task", "github", "github-sha1", "slack"]


class Step:
    """One row of a table: which secrets each end holds, newest first."""

    def __init__(self, receiver: str, sender: str) -> None:
        self.receiver, self.sender = (
            [Secret(VALUES[label], label) for label in labels.split(", ")]
            for labels in (receiver, sender)
        )


def steps(number: int) -> list[Step]:
    """The steps of the README's first or second table."""
    table = README.read_text().split("| step |")[number].split("\n\n")[0]
    rows = re.findall(r"^\|[a-z ]+\| ([a-z, ]+) \| ([a-z, ]+) \|$", table, re.MULTILINE)
    assert 4 == len(rows)
    return [Step(*row) for row in rows]


class Shop:
    """A receiver that is started again with other secrets, and always comes back to its port."""

    def __init__(self, folder: Path, scheme: str) -> None:
        self.database = folder / "shop.db"
        self.scheme = scheme
        self.listen = "127.0.0.1:0"
        with closing(sqlite3.connect(self.database)) as connection:
            connection.execute("CREATE TABLE shipped (body)")

    @contextmanager
    def running(self, secrets: list[Secret]) -> Iterator[None]:
        """Take what any of the secrets signed, meanwhile."""
        receiver = Receiver(f"sqlite:///{self.database}")
        receiver.on(PATH, scheme=self.scheme, secrets=secrets)(self._ship)
        receiver.open()
        server = Server(receiver.create_app(), listen=self.listen, threads=4)
        self.listen = server.url.removeprefix("http://")
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield
        finally:
            server.stop()
            thread.join()
            self.labels = [one.secret_label for one in receiver.open().deliveries()][::-1]
            receiver.close()

    def shipped(self) -> list[str]:
        """The effects."""
        with closing(sqlite3.connect(self.database)) as connection:
            rows = connection.execute("SELECT body FROM shipped ORDER BY body")
            return [body.decode() for (body,) in rows]

    def _ship(self, message: Message, tx: Connection) -> None:
        tx.exec_driver_sql("INSERT INTO shipped VALUES (?)", (message.body,))


class Sending:
    """Sends messages, each with a body of its own, and tries long enough for a restart."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.bodies: list[str] = []
        self.failed = threading.Event()
        self._sender = Sender(
            scheme=shop.scheme,
            allow_loopback=True,
            retry_cap=0.2,
            on_attempt=lambda attempt: None if attempt.succeeded else self.failed.set(),
        )

    def send(self, secrets: list[Secret]) -> Run:
        """Send one more."""
        self.bodies.append(f"order {len(self.bodies):02}")
        record = {
            "method": "post",
            "url": f"http://{self.shop.listen}{PATH}",
            "body": self.bodies[-1],
            "maxRetries": 100,
        }
        return self._sender.send(HttpTask.model_validate(record), secret=secrets)

    def once_it_failed(self) -> None:
        """Wait until an attempt was made in vain."""
        assert self.failed.wait(PATIENCE)
        self.failed.clear()


@pytest.mark.rule("P-SIG-7", "P-SIG-8", "P-SW-12", "P-STRIPE-6")
@pytest.mark.parametrize(
    ("scheme", "table", "labels"),
    [
        *(
            pytest.param(scheme, 1, ["old"] * 4 + ["new"] * 3, id=f"{scheme}, any header")
            for scheme in [*OTHERS, *LISTS]
        ),
        *(
            pytest.param(scheme, 2, ["old"] * 3 + ["new"] * 4, id=f"{scheme}, a list")
            for scheme in LISTS
        ),
    ],
)
def test_a_rotation_loses_and_doubles_nothing(
    tmp_path: Path, scheme: str, table: int, labels: list[str]
) -> None:
    shop = Shop(tmp_path, scheme)
    sending = Sending(shop)
    first, *later = steps(table)
    with shop.running(first.receiver):
        runs = [sending.send(first.sender)]
    before = first
    with ThreadPoolExecutor(1) as pool:
        for step in later:
            under_way = pool.submit(sending.send, before.sender)
            sending.once_it_failed()
            with shop.running(step.receiver):
                runs += [under_way.result(PATIENCE), sending.send(step.sender)]
            before = step

    assert ["delivered"] * 7 == [run.outcome for run in runs]
    assert 3 == sum(len(run.attempts) > 1 for run in runs)
    assert sending.bodies == shop.shipped()
    assert labels == shop.labels
