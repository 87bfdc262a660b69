"""Write the vectors again: `make vectors`."""

from __future__ import annotations

import sys
from pathlib import Path

from .document import GROUPS, text

FOLDER = Path(__file__).parents[3] / "shared" / "hookproof" / "vectors"
"""Where they stand, a file a scheme: in the package, so that they ship with it."""

if __name__ == "__main__":
    for scheme in GROUPS:
        (FOLDER / f"{scheme}.json").write_text(text(scheme), encoding="ascii")
        sys.stdout.write(f"wrote {scheme}.json\n")
