"""The list of causes is closed: each has a test, and a row in PROTOCOL.md."""

from __future__ import annotations

import re
from pathlib import Path

from hookproof.explain import CAUSES

HERE = Path(__file__).parent
PROTOCOL = HERE.parents[2] / "shared" / "PROTOCOL.md"


def test_there_are_more_than_thirty() -> None:
    assert 30 < len(CAUSES)


def test_each_has_a_test_that_names_it() -> None:
    tests = "".join(
        file.read_text() for file in HERE.glob("test_*.py") if file.name != Path(__file__).name
    )
    assert [] == [code for code in CAUSES if f'"{code}"' not in tests]


def test_protocol_md_has_the_same_list() -> None:
    section = PROTOCOL.read_text().partition("## Causes of a refusal")[2].partition("\n## ")[0]
    assert list(CAUSES) == re.findall(r"^\| `([a-z0-9_]+)` \|", section, re.M)


def test_each_says_what_mends_it_without_shouting() -> None:
    for code, cause in CAUSES.items():
        assert 1 == cause.seen.count("{}"), code
        assert cause.fix, code
        assert not cause.fix.endswith("."), code
