"""The written contract is in the form that tests read it in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from hookproof.errors import RefusalCode

PROTOCOL = (Path(__file__).parents[2] / "shared" / "PROTOCOL.md").read_text()


def test_the_codes_are_those_of_the_protocol() -> None:
    section = PROTOCOL.partition("## Codes of a refusal")[2].partition("A receiver's other")[0]

    assert list(get_args(RefusalCode)) == re.findall(r"^\| `(\w+)` \| P-", section, re.MULTILINE)


def test_the_causes_of_the_sender_are_those_of_the_protocol() -> None:
    attempt = pytest.importorskip("hookproof_sender.wire.attempt", reason="the sender is not installed")
    section = PROTOCOL.partition("## Causes of a failed attempt")[2]

    assert list(attempt.CAUSES) == re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


def test_the_protocol_numbers_its_rules_one_after_the_other() -> None:
    found = re.findall(r"^\*\*P-([A-Z]+)-(\d+)\*\* \((documented|assumed|ours)\) ", PROTOCOL, re.M)
    numbers: dict[str, list[int]] = {}
    for group, number, _ in found:
        numbers.setdefault(group, []).append(int(number))

    assert len(found) == PROTOCOL.count("\n**P-")
    assert {group: list(range(1, len(listed) + 1)) for group, listed in numbers.items()} == numbers
