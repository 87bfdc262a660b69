"""The table of PROTOCOL.md: what each setting costs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from tests.simulation.counting import Tally

PROTOCOL = Path(__file__).parents[2] / "shared" / "PROTOCOL.md"
SEED = 1
SCHEDULES = 1_000
"""Of each setting, in the contract's table: as many as a test can run again every time."""

_WRITTEN = re.compile(
    r"(?<=<!-- written by `make simulate WRITE=1` -->\n).*(?=<!-- to here -->)", re.DOTALL
)
_HEAD = (
    "| setting | messages | lost | doubled | of these by a replay | lost, no attacker "
    "| doubled, no attacker | without effect, and the sender told so |\n"
    "|---|--:|--:|--:|--:|--:|--:|--:|\n"
)


def table(tallies: Mapping[str, Tally]) -> str:
    """A line for each setting, by its name."""
    return _HEAD + "".join(_row(name, tally) for name, tally in tallies.items())


def written(tallies: Mapping[str, Tally]) -> str:
    """The whole contract, the table in it made anew."""
    (schedules,) = {tally.schedules for tally in tallies.values()}
    text = f"\n{schedules} schedules of each setting, seed {SEED}:\n\n{table(tallies)}\n"
    return _WRITTEN.sub(lambda _: text, PROTOCOL.read_text("utf-8"))


def _row(name: str, tally: Tally) -> str:
    cells = (
        name,
        tally.messages,
        tally.lost,
        tally.doubled,
        tally.replayed,
        tally.honest_lost,
        tally.honest_doubled,
        tally.failed,
    )
    return "| " + " | ".join(map(str, cells)) + " |\n"
