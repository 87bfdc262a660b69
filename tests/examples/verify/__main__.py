"""Run every snippet against every vector, and write what was seen: `make snippets`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.examples.verify.catalogue import CATALOGUE
from tests.examples.verify.running import expected, missing, prepare, verdicts
from tests.examples.verify.table import README, row, written

from hookproof_runtime.commands.snippet import SNIPPETS


def main() -> int:
    """0 where every snippet ran and gave the right verdicts."""
    rows = []
    for name, driven in CATALOGUE.items():
        if lacking := missing(driven):
            sys.stderr.write(f"{name}: {lacking} is not installed, nothing is written\n")
            return 3
        with tempfile.TemporaryDirectory() as folder:
            prepare(Path(folder), SNIPPETS[name].file, driven)
            seen = verdicts(driven, Path(folder))
        wrong = [name for name, verdict in expected(driven).items() if seen[name] != verdict]
        sys.stdout.write(f"{name:8}  {len(seen)} requests, {len(wrong)} wrong verdicts\n")
        if wrong:
            sys.stderr.write("".join(f"  {comment}\n" for comment in wrong))
            return 1
        rows.append(row(name, seen))
    README.write_text(written(rows), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
