"""The hostile cases by group, and which of them hold.

A case is one or several parameters of tests, named by their ids: `SIG-1`, or `SIG-10/63 digits`. It
holds when there is at least one and all of them pass.
"""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

SIZES = {
    "SIG": 30,
    "HDR": 25,
    "TIME": 24,
    "REP": 21,
    "BODY": 22,
    "FRM": 32,
    "SLOW": 27,
    "SSRF4": 23,
    "SSRF6": 27,
    "SSRFE": 45,
    "TLS": 25,
    "CRASH": 36,
    "TPL": 15,
    "WEB": 14,
    "SEC": 19,
    "RTY": 18,
}
"""How many cases each group has."""

_CASE = re.compile(rf"(?<!\w)(?<!P-)({'|'.join(SIZES)})-([1-9][0-9]*)(?![0-9])")


def case_of(node: str) -> tuple[str, int] | None:
    """Group and number of the case that a test's node id names; None where it names none."""
    found = _CASE.search(node.partition("[")[2])
    if found is None or int(found[2]) > SIZES[found[1]]:
        return None
    return found[1], int(found[2])


class Tally:
    """A pytest plugin that keeps, for each case, how its parameters went."""

    def __init__(self) -> None:
        self.outcomes: dict[tuple[str, int], set[str]] = defaultdict(set)
        """`passed`, `failed`, `skipped`: what came of a case's parameters."""
        self.failures: list[str] = []
        """The node ids of parameters that failed."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what pytest says of one phase of one test."""
        case = case_of(report.nodeid)
        if case is None or (report.when != "call" and report.passed):
            return
        self.outcomes[case].add(report.outcome)
        if report.failed:
            self.failures.append(report.nodeid)

    def count(self, *groups: str) -> tuple[int, int, int]:
        """How many cases of these groups hold, failed, and are not there yet (or were skipped)."""
        cases = [(group, number) for group in groups for number in range(1, SIZES[group] + 1)]
        outcomes = [self.outcomes.get(case, set()) for case in cases]
        failed = sum("failed" in outcome for outcome in outcomes)
        held = sum(outcome == {"passed"} for outcome in outcomes)
        return held, failed, len(cases) - held - failed
