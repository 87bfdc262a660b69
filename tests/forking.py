"""Running something in a forked child."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable


def holds_in_a_child(check: Callable[[], bool]) -> bool:
    """Whether `check` is true in a process that is forked from this one."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if check() else 1
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)  # whatever happens, the child must not go on as a second test run
    return os.waitpid(child, 0)[1] == 0
