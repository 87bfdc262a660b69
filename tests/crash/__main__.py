"""`make crash`: kill senders, workers and receivers at random, hundreds of times, and count.

python -m tests.crash [sender|receiver] [KILLS] [SEED]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.crash import storm as sender_storm
from tests.crash.receiver import storm as receiver_storm

STORMS: dict[str, tuple[Any, int]] = {
    "sender": (sender_storm.Storm, 300),
    "receiver": (receiver_storm.Storm, 500),
}
"""Each with the kills that it has where nobody says how many."""


def main(which: str, kills: int = 0, seed: int = 1) -> int:
    """Run a storm, print what came of it, and say whether the promise was kept."""
    storm, usual = STORMS[which]
    kills = kills or usual

    def tell(number: int) -> None:
        if number % 25 == 0:
            sys.stderr.write(f"{number} of {kills} kills\n")

    with tempfile.TemporaryDirectory() as folder:
        outcome = storm(Path(folder), seed, tell).run(kills)
    sys.stdout.write(f"{which}: {outcome}\n")
    return 1 if outcome.problems or outcome.traces else 0


if __name__ == "__main__":
    names = [word for word in sys.argv[1:] if word in STORMS] or list(STORMS)
    numbers = [int(word) for word in sys.argv[1:] if word not in STORMS]
    sys.exit(max([main(name, *numbers) for name in names]))
