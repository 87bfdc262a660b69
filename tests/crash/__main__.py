"""`make crash`: kill senders, workers and the receiver at random, hundreds of times, and count."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.crash.storm import Storm


def main(kills: int, seed: int) -> int:
    """Run the storm, print what came of it, and say whether the promise was kept."""

    def tell(number: int) -> None:
        if number % 25 == 0:
            sys.stderr.write(f"{number} of {kills} kills\n")

    with tempfile.TemporaryDirectory() as folder:
        outcome = Storm(Path(folder), seed, tell).run(kills)
    sys.stdout.write(f"{outcome}\n")
    return 1 if outcome.problems or outcome.traces else 0


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*[*words, *(300, 1)[len(words) :]]))
