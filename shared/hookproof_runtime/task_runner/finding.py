"""Finding the task runner that is installed.

An entry point of the group names a callable that takes the table `[sender]` of the settings and gives a
`TaskRunner`. It is looked for, and its module imported, when one is asked for.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from hookproof.errors import CannotRun

from .runner import TaskRunner

if TYPE_CHECKING:
    from ..settings import SenderSettings

GROUP = "hookproof.task_runner"
"""The entry points' group."""


class NotInstalled(CannotRun):
    """There is no task runner here; the sentence says what to install."""


def find(settings: SenderSettings) -> TaskRunner:
    """Make the task runner that is installed.

    Args:
        settings: the table `[sender]`: where it may send to, and how.

    Raises:
        NotInstalled: there is none, or something that it needs is missing.
        BadConfiguration: something in the settings cannot be right.
    """
    for entry in entry_points(group=GROUP):
        try:
            make = entry.load()
        except ImportError as missing:
            raise NotInstalled(
                f"the task runner cannot be loaded ({missing}): pip install 'hookproof[sender]'"
            ) from missing
        runner: TaskRunner = make(settings)
        return runner
    raise NotInstalled("no task runner is installed: pip install 'hookproof[sender]'")
