"""The written contract is in the form that tests read it in."""

from __future__ import annotations

import re
from pathlib import Path

PROTOCOL = (Path(__file__).parents[2] / "shared" / "PROTOCOL.md").read_text()


def test_the_protocol_numbers_its_rules_one_after_the_other() -> None:
    found = re.findall(r"^\*\*P-([A-Z]+)-(\d+)\*\* \((documented|assumed|ours)\) ", PROTOCOL, re.M)
    numbers: dict[str, list[int]] = {}
    for group, number, _ in found:
        numbers.setdefault(group, []).append(int(number))

    assert len(found) == PROTOCOL.count("\n**P-")
    assert {group: list(range(1, len(listed) + 1)) for group, listed in numbers.items()} == numbers
