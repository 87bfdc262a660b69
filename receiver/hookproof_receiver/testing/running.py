"""A receiver that runs while a test does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hookproof.testing import SECRET

from ..app import Receiver
from ..inbox import Handler, MessageRecord, Ran
from ..ingest import Front
from ..serving import Server
from .seen import Log, Seen

THREADS = 16
"""Requests that a test's receiver answers at the same time, unless it says otherwise."""


class Running:
    """A receiver that is reached over a socket."""

    def __init__(self, receiver: Receiver, base: str, log: Log, secret: str | bytes | None) -> None:
        self.receiver = receiver
        """What runs."""
        self.base = base
        """`http://127.0.0.1:PORT`."""
        self.secret = secret
        """What its endpoint verifies with; None where a receiver was given, which has its own."""
        self._log = log

    @property
    def url(self) -> str:
        """Its first endpoint's URL."""
        return self.base + self.receiver.paths[0]

    @property
    def port(self) -> int:
        """The port that was taken."""
        return int(self.base.rpartition(":")[2])

    @property
    def deliveries(self) -> tuple[Seen, ...]:
        """All requests that were answered, the refused ones too, in the order of the answers."""
        return self._log.all()

    @property
    def messages(self) -> list[MessageRecord]:
        """Its newest messages, newest first, at most 100."""
        return self.receiver.open().messages()

    def wait_for(
        self, number: int, match: Callable[[Seen], bool] = lambda _seen: True, timeout: float = 10.0
    ) -> list[Seen]:
        """Wait until `number` requests that match were answered; all that match.

        Args:
            number: how many.
            match: which of them count.
            timeout: seconds.

        Raises:
            TimeoutError: they did not come in time; the sentence says what came.
        """
        return self._log.wait_for(number, match, timeout)

    def wait_for_runs(
        self, number: int, match: Callable[[Ran], bool] = lambda _ran: True, timeout: float = 10.0
    ) -> list[Ran]:
        """Wait until the receiver itself ran messages `number` times, failed runs too.

        That is what follows a 200 of an endpoint in inbox mode, and of a handler that took too long.

        Args:
            number: how many runs.
            match: which of them count.
            timeout: seconds.

        Raises:
            TimeoutError: they did not come in time; the sentence says what came.
        """
        return self._log.wait_for_runs(number, match, timeout)


@contextmanager
def running_receiver(
    receiver: Receiver | None = None,
    *,
    handler: Handler | None = None,
    path: str = "/hooks/test",
    secrets: str | bytes = SECRET,
    threads: int = THREADS,
    **options: Any,
) -> Iterator[Running]:
    """Run a receiver on a free port of 127.0.0.1, with real signatures and a real database.

    Args:
        receiver: one with endpoints of its own; None makes one with one endpoint and a database that
            is gone afterwards.
        handler: that endpoint's handler; None keeps and shows.
        path: that endpoint's path.
        secrets: what it verifies with.
        threads: requests that are answered at the same time.
        options: more for that endpoint, as `Receiver.on` has them.
    """
    with ExitStack() as stack:
        if receiver is None:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            receiver = Receiver(f"sqlite:///{folder}/inbox.db")
            decorate = receiver.on(path, secrets=secrets, **options)
            if handler is not None:
                decorate(handler)
            secret: str | bytes | None = secrets
        else:
            secret = None
        log = Log()
        receiver.listen_to(log)
        stack.callback(receiver.close)
        receiver.open()
        fronts = receiver.create_fronts("127.0.0.1")
        server = Server(
            Front(*fronts),
            ingest=fronts.ingest,
            listen="127.0.0.1:0",
            threads=threads,
            max_body=receiver.settings.max_body,
            once=receiver.routes.signature_headers,
        )
        thread = threading.Thread(target=server.run, name="hookproof receiver")
        thread.start()
        stack.callback(thread.join)
        stack.callback(server.stop)
        yield Running(receiver, server.url, log, secret)
