"""The two steps, with their files and their parameters."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from ..outputs import PROFILE
from ..run import Run
from .cleaning import COLUMNS, clean
from .making import make_table
from .profiling import profile_of
from .regions import countries_of

CLEAN = "orders.csv"
"""The clean table."""
REJECTED = "rejected.csv"
"""Line, column and reason of each row that is not in it."""

_MOST_ROWS = 1_000_000


def wrangle(run: Run) -> None:
    """Clean the orders of a region.

    Raises:
        ValueError: a parameter is none that there is.
    """
    countries = countries_of(run.parameters["region"])
    rows = _number(run.parameters, "rows", 1, _MOST_ROWS)
    seed = _number(run.parameters, "seed", 0, 2**32)
    source = run.data / f"orders-{rows}-{seed}.csv"
    if not source.exists():
        made = run.folder / source.name  # what is left there by a run that is killed is cleared away
        make_table(made, rows, seed)
        made.replace(source)
    cleaned = clean(_lines(source, run, rows), countries)
    _write(run.folder / CLEAN, COLUMNS, cleaned.rows)
    _write(run.folder / REJECTED, ("line", "column", "reason"), map(asdict, cleaned.rejected))
    run.wrote(CLEAN, len(cleaned.rows))
    run.wrote(REJECTED, len(cleaned.rejected))


def profile(run: Run) -> None:
    """Count what `wrangle` wrote."""
    found = profile_of(COLUMNS, _read(run.folder / CLEAN), _read(run.folder / REJECTED))
    text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    (run.folder / PROFILE).write_text(text, "utf-8")
    run.progress(found["rows"], found["rows"])


def _number(parameters: Mapping[str, str], name: str, least: int, most: int) -> int:
    written = parameters[name]
    is_number = written.isascii() and written.isdecimal() and len(written) <= 20
    if not (is_number and least <= int(written) <= most):
        raise ValueError(f"{name} is a whole number from {least} to {most}, not {written[:20]!r}")
    return int(written)


def _lines(source: Path, run: Run, rows: int) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row with its line, while somebody is told how far it is."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, restval="")
        done = 0
        for done, row in enumerate(reader, start=1):
            run.progress(done, max(rows, done + 1))
            yield reader.line_num, row
        run.progress(done, done)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, columns: Iterable[str], rows: Iterable[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
