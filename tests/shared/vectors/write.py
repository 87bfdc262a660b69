"""Write the vectors again: `make vectors`."""

from __future__ import annotations

import sys
from pathlib import Path

from .document import text

FILE = Path(__file__).parents[3] / "shared" / "hookproof" / "vectors" / "http-task.json"
"""Where they stand: in the package, so that they ship with it."""

if __name__ == "__main__":
    FILE.write_text(text(), encoding="ascii")
    sys.stdout.write(f"wrote {FILE.name}\n")
