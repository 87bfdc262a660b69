"""The two steps, with their files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

from .cleaning import COLUMNS, clean
from .profiling import profile_of

CLEAN = "orders.csv"
"""The clean table."""
REJECTED = "rejected.csv"
"""Line, column and reason of each row that is not in it."""
PROFILE = "profile.json"
"""Both in numbers."""


def wrangle(folder: Path) -> None:
    """Clean the orders that ship with this recipe."""
    source = files(__package__).joinpath("orders.csv").read_text(encoding="utf-8-sig")
    reader = csv.DictReader(io.StringIO(source, newline=""), restval="")
    cleaned = clean((reader.line_num, row) for row in reader)
    _write(folder / CLEAN, COLUMNS, cleaned.rows)
    _write(folder / REJECTED, ("line", "column", "reason"), map(asdict, cleaned.rejected))


def profile(folder: Path) -> None:
    """Count what `wrangle` wrote."""
    found = profile_of(_read(folder / CLEAN), _read(folder / REJECTED))
    (folder / PROFILE).write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, columns: Iterable[str], rows: Iterable[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
