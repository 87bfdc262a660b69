"""Run the hostile cases and count them group by group: `make scorecard`.

Exits 1 if a case failed; a case that no test names yet is counted, and is no failure.
"""

from __future__ import annotations

import logging
import sys

import pytest
from tests.scorecard import addresses, probes
from tests.scorecard.groups import SIZES, Tally

PYTEST = ("-q", "--no-header", "--no-summary", "-n", "2", "--dist", "loadfile")


def main() -> int:
    """Run, print the table, and say whether all cases that are there hold."""
    tally = Tally()
    named = " or ".join(f"{group}-" for group in SIZES)
    status = pytest.main(["tests", "-k", named, *PYTEST, *sys.argv[1:]], plugins=[tally])
    from tests.scorecard import framing  # after pytest: it brings anyio, whose plugin pytest rewrites

    sys.stdout.write(f"\n{table(tally)}\n\n")
    sys.stdout.write(
        "Clean answers to hostile signatures, headers, times and bodies, in each scheme:\n"
    )
    sys.stdout.write(f"{probes.summary()}\n\n")
    sys.stdout.write(
        f"Of {len(addresses.ADDRESSES)} special addresses, those that a request may go to:\n"
    )
    sys.stdout.write(f"{addresses.summary()}\n\n")
    sys.stdout.write(
        f"Of {len(framing.CASES)} ambiguous requests, those of which the application behind a server "
        f"saw nothing wrong,\nand of {len(framing.SLOW)} floods of slow peers, those in which a good "
        "request is answered within a second:\n"
    )
    logging.disable(logging.WARNING)  # each of them is refused, and told of
    sys.stdout.write(f"{framing.summary()}\n")
    went_well = status in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    return 0 if went_well and not tally.failures else 1


def table(tally: Tally) -> str:
    """The groups, a line each, their sum, and the parameters that failed."""
    lines = [f"{'group':<8}{'cases':>6}{'held':>6}{'failed':>8}{'not yet':>9}"]
    for name, groups in [*((group, [group]) for group in SIZES), ("total", list(SIZES))]:
        held, failed, missing = tally.count(*groups)
        lines.append(f"{name:<8}{held + failed + missing:>6}{held:>6}{failed:>8}{missing:>9}")
    return "\n".join([*lines, *(f"failed: {failure}" for failure in tally.failures)])


if __name__ == "__main__":
    sys.exit(main())
