"""Sending in the foreground, so that Ctrl-C ends in a record and not in the middle of one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from ..app import Sender

_T = TypeVar("_T")


def until_done(sender: Sender, work: Callable[[], _T]) -> tuple[_T, bool]:
    """Do the work in a thread, and stop the sender at Ctrl-C.

    Returns:
        What the work gave, and whether it was interrupted.
    """
    outcome: Future[_T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:
            outcome.set_exception(error)

    worker = threading.Thread(target=run, name="hookproof-send", daemon=True)
    try:
        worker.start()  # in here: the work may have begun before this returns
        return outcome.result(), False
    except KeyboardInterrupt:
        sender.stop()
        return outcome.result(), True
