"""Fuzz each header grammar and each verification for a while: `make fuzz`, `make fuzz SECONDS=600`.

Exits 1 if a rule was broken: the input is kept in fuzz-crashes/, and printed as a test case.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from tests.fuzz.requests import FORM_OF, seeds
from tests.fuzz.running import as_test_case, fuzz
from tests.fuzz.targets import TARGETS

CRASHES = Path("fuzz-crashes")


def main() -> int:
    """0 where every rule held."""
    if find_spec("atheris") is None:
        sys.stderr.write("atheris is not installed: it has wheels for Linux on x86-64 alone\n")
        return 3
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    sys.stdout.write(f"{'target':<26}{'inputs':>12}{'a second':>10}{'edges':>7}\n")
    broken = 0
    for name in TARGETS:
        outcome = fuzz(name, seeds(FORM_OF[name.partition(":")[2]]), seconds, CRASHES)
        numbers = f"{outcome.inputs:>12,}{outcome.a_second:>10,}{outcome.covered:>7}"
        sys.stdout.write(f"{name:<26}{numbers}\n")
        sys.stdout.flush()
        if outcome.crash is not None:
            broken += 1
            sys.stdout.write(
                f"\n{outcome.said}\n\n"
                f"again:      python -m tests.fuzz.child {name} {outcome.crash}\n"
                f"test case:  {as_test_case(name, outcome.crash.read_bytes())}\n\n"
            )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
