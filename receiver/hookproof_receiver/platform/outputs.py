"""What a job group left: the files of its output, and the profile among them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

PROFILE = "profile.json"
"""The file that holds a profile: what was written, in numbers."""


@dataclass(frozen=True, slots=True)
class OutputFile:
    """One file of an output."""

    name: str
    """In the output's folder."""
    bytes: int
    """Its size."""
    rows: int | None
    """How many it holds; None where the recipe did not say."""
    path: Path
    """Where it is."""


def files_of(folder: Path, rows: Mapping[str, int]) -> list[OutputFile]:
    """The files of an output: those whose rows are known first, in that order, the others by name.

    Args:
        folder: the output; none where it is not there.
        rows: of the files that say so.
    """
    if not folder.is_dir():
        return []
    order = list(rows)
    files = [file for file in folder.iterdir() if file.is_file()]
    files.sort(key=lambda file: (order.index(file.name) if file.name in rows else len(rows), file.name))
    return [OutputFile(file.name, file.stat().st_size, rows.get(file.name), file) for file in files]


def profile_of(folder: Path) -> dict[str, Any] | None:
    """The profile of an output; None where there is none that is a JSON object."""
    try:
        content = json.loads((folder / PROFILE).read_bytes(), parse_constant=_no_number)
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
