"""How findings are told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from ..checks.table import Checked
from ..terminal import printable
from .printing import answer


def tell(found: Iterable[Checked]) -> None:
    """A line each, and one for its cure."""
    found = list(found)
    width = max((len(one.check) for one in found), default=0)
    for check, finding in found:
        where = f"{finding.where}: " if finding.where else ""
        answer(printable(f"{finding.level:<5}  {check:<{width}}  {where}{finding.what}"))
        if finding.cure:
            answer(printable(f"{'':{width + 9}}cure: {finding.cure}"))


def documents(found: Iterable[Checked]) -> list[dict[str, str]]:
    """The same for `--json`."""
    return [{"check": one.check, **asdict(one.finding)} for one in found]


def is_well(found: Iterable[Checked]) -> bool:
    """Whether nothing is wrong."""
    return all(one.finding.level != "wrong" for one in found)
