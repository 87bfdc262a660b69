"""What a recipe is given in the worker: where to write, what was asked for, and whom to tell."""

from __future__ import annotations

import operator
import time
from collections.abc import Callable, Mapping
from pathlib import Path

_MOST_ROWS = 2**53 - 1  # what every JSON reader reads as it was written

_PACE_S = 0.1  # between two reports; the last one always goes out


class Run:
    """One run of a recipe.

    Args:
        folder: to write into: new, and empty at the first step. It becomes the job group's output as a
            whole, once the last step is done.
        data: a folder that all runs share, for what they read.
        parameters: the run parameters, each that the recipe knows.
        report: takes what is to be told.
    """

    def __init__(
        self,
        folder: Path,
        data: Path,
        parameters: Mapping[str, str],
        report: Callable[[dict[str, object]], None],
    ) -> None:
        self.folder = folder
        self.data = data
        self.parameters = parameters
        self._report = report
        self._reported: float | None = None

    def progress(self, rows: int, of: int) -> None:
        """Say how far this step is; cheap enough for every row.

        Args:
            rows: that are done.
            of: how many there are.

        Raises:
            TypeError, ValueError: one of them is no number of rows.
        """
        rows, of = _counted(rows), _counted(of)
        now = time.monotonic()
        if rows < of and self._reported is not None and now - self._reported < _PACE_S:
            return
        self._reported = now
        self._report({"rows": rows, "of": of})

    def wrote(self, name: str, rows: int) -> None:
        """Say how many rows a file of the output holds. The first that is named is the main one.

        Args:
            name: of a file in `folder`.
            rows: without a line of headings.

        Raises:
            TypeError, ValueError: there is no such file, or that is no number of rows.
        """
        rows = _counted(rows)
        if Path(name).name != name or not (self.folder / name).is_file():
            raise ValueError(f"there is no file {name!r} in the run's folder")
        self._report({"wrote": name, "rows": rows})


def _counted(rows: int) -> int:
    """A number of rows as a whole number of Python's, also where it is another library's."""
    number = operator.index(rows)
    if not 0 <= number <= _MOST_ROWS:
        raise ValueError(f"{number} is no number of rows")
    return number
