"""Keeping refusals off the answering path: one thread writes, and drops rather than delays."""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Callable
from typing import TypeAlias

from hookproof.explain import Explanation
from hookproof_runtime.database import Engine
from hookproof_runtime.logs import get_logger

from .kept import kept
from .pace import Pace
from .refusal import Refusal
from .store import RefusalStore
from .waiting import Waiting

Explained: TypeAlias = Callable[[Explanation], None]
"""Called in the keeper's thread, once the refusal is kept. Not called where there was no time."""

EXPLAINED_BODY = 1024**2
"""Bytes; a request with a longer body is not explained when it comes: it would hold up good ones."""
_PAUSE = 0.2  # seconds between two commits: a flood's share of the disk
_COMMIT_WAITS = 30.0  # seconds for the writer's turn, which a handler's transaction may hold
_SAYS_EVERY = 10.0  # seconds between two lines about what was dropped
_log = get_logger(__name__)


class Keeper:
    """Takes refusals from any number of threads, and keeps the newest.

    Args:
        engine: gives a prepared engine whose schema is up to date; called in the keeper's thread.
        most: how many are kept.
        most_bytes: how many bytes they may be together; the oldest go first.
    """

    def __init__(self, engine: Callable[[], Engine], *, most: int, most_bytes: int) -> None:
        self._engine = engine
        self._most = most
        self._most_bytes = most_bytes
        self._said = (0, float("-inf"))  # how many were dropped, and when that was said
        self._begin_anew()
        begin_anew = weakref.WeakMethod(self._begin_anew)
        os.register_at_fork(after_in_child=lambda: (begin_anew() or (lambda: None))())

    @property
    def dropped(self) -> int:
        """How many could not be taken, since this process began."""
        return self._waiting.dropped

    def keep(self, refusal: Refusal, explained: Explained) -> None:
        """Take one, or drop it. Neither waits nor raises."""
        if self._waiting.put((refusal, explained)):
            try:
                threading.Thread(target=self._work, name="refusals", daemon=True).start()
            except RuntimeError:  # no thread to be had: perhaps for the next one
                self._waiting.leave()

    def close(self, timeout: float) -> bool:
        """Write what waits, unexplained. False where that is not done after `timeout` seconds."""
        return self._waiting.close(timeout)

    def _begin_anew(self) -> None:
        self._waiting: Waiting[tuple[Refusal, Explained]] = Waiting(lambda one: one[0].weight)
        self._pace = Pace(time.monotonic())

    def _work(self) -> None:
        while batch := self._waiting.take():
            try:
                self._keep(batch)
            except Exception as error:  # its name alone: a statement's words may quote the request
                _log.warning("refusals not kept", count=len(batch), error=type(error).__name__)
            self._say_what_was_dropped()
            self._waiting.rest(_PAUSE)

    def _keep(self, batch: list[tuple[Refusal, Explained]]) -> None:
        found = [self._explain(refusal) for refusal, _ in batch]
        rows = [kept(refusal, one) for (refusal, _), one in zip(batch, found, strict=True)]
        try:
            store = RefusalStore(self._engine())
            store.add(rows, most=self._most, most_bytes=self._most_bytes, wait=_COMMIT_WAITS)
        finally:
            for (_, explained), one in zip(batch, found, strict=True):
                if one is not None:
                    explained(one)

    def _explain(self, refusal: Refusal) -> Explanation | None:
        began = time.monotonic()
        long = len(refusal.body) > EXPLAINED_BODY
        if long or self._waiting.closing or not self._pace.allows(began):
            return None
        explanation = refusal.verifier.explain(refusal.body, refusal.headers)
        self._pace.spend(time.monotonic() - began)
        return explanation

    def _say_what_was_dropped(self) -> None:
        dropped, (before, at) = self.dropped, self._said
        if dropped > before and time.monotonic() - at >= _SAYS_EVERY:
            _log.warning("refusals dropped: they come faster than they are kept", count=dropped)
            self._said = dropped, time.monotonic()
