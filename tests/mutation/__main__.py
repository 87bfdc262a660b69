"""Change the signing core in every small way that mutmut knows, and run its tests: `make mutants`.

Exits 1 if a change goes unnoticed that survivors.toml does not explain, or explains without need.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.mutation.survivors import KILLED, LIST, complaints, explained, mutant_of

ROOT = Path(__file__).parents[2]
WORKSHOP = ROOT / ".mutants"
# mutmut makes a module's name of its whole path, less src/: so shared/ is called src here.
LINKS = {
    "src": "shared",
    "shared": "shared",
    "tests": "tests",
    "examples": "examples",
    "pyproject.toml": "pyproject.toml",
}
MUTMUT = Path(sys.executable).with_name("mutmut")


def main() -> int:
    """0 where all that goes unnoticed is explained."""
    shutil.rmtree(WORKSHOP, ignore_errors=True)  # mutmut would keep verdicts of tests as they were
    WORKSHOP.mkdir()
    for name, target in LINKS.items():
        (WORKSHOP / name).symlink_to(ROOT / target)
    start = time.monotonic()
    done = subprocess.run([MUTMUT, "run"], cwd=WORKSHOP)
    if done.returncode != 0:
        return 3
    verdicts = dict(re.findall(r"^ +(\S+): (.+)$", _mutmut("results", "--all", "true"), re.MULTILINE))
    alive = [name for name, verdict in verdicts.items() if verdict not in KILLED]
    survivors = {mutant_of(name, _mutmut("show", name)) for name in alive}
    found = complaints(survivors, explained(LIST.read_text(encoding="utf-8")))
    sys.stdout.write("".join(f"{complaint}\n" for complaint in found))
    counted = ", ".join(f"{number} {verdict}" for verdict, number in Counter(verdicts.values()).items())
    minutes = (time.monotonic() - start) / 60
    sys.stdout.write(f"{len(verdicts)} mutants in {minutes:.0f} minutes: {counted}\n")
    return 1 if found else 0


def _mutmut(*arguments: str) -> str:
    done = subprocess.run(
        [str(MUTMUT), *arguments], cwd=WORKSHOP, capture_output=True, text=True, check=True
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
