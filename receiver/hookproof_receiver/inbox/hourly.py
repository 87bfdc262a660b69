"""What is old is removed once an hour, by a thread of each process."""

from __future__ import annotations

import threading

from hookproof_runtime.database import Busy, StorageError
from hookproof_runtime.logs import get_logger

from .outcome import describe
from .pruner import Pruner

_log = get_logger(__name__)


class Hourly:
    """Has a pruner run.

    Args:
        pruner: removes what is old; several processes may do so side by side.
        first_s: seconds until the first time: what runs for a moment only has other things to do.
        every_s: seconds from then on.
    """

    def __init__(self, pruner: Pruner, *, first_s: float = 60.0, every_s: float = 3600.0) -> None:
        self._pruner = pruner
        self._first_s = first_s
        self._every_s = every_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="inbox pruner", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, timeout: float) -> bool:
        """Remove nothing more. False where it is still at a piece after `timeout` seconds."""
        self._stopped.set()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        wait = self._first_s
        while not self._stopped.wait(wait):
            try:
                pruned = self._pruner.run_once(self._stopped.is_set)
            except (Busy, StorageError) as error:
                _log.warning("what is old was not removed", error=describe(error))
            else:
                if pruned.bodies or pruned.messages or pruned.apart:
                    _log.info(
                        "removed what is old",
                        bodies=pruned.bodies,
                        messages=pruned.messages,
                        apart=pruned.apart,
                    )
            wait = self._every_s
