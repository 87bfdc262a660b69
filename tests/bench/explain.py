"""Time explanations that find nothing, which cost the most: `make bench-explain`."""

from __future__ import annotations

import hmac
import json
import os
import sys
from statistics import median
from time import process_time

from hookproof import Verifier
from hookproof.testing import SECRET, FixedClock

GOALS_MS = {64 * 1024: 50, 4 * 1024 * 1024: 1000}
SIZES = (1024, 16 * 1024, *GOALS_MS)
ROUNDS = 5
TIME = "1767225600000"


def document(size: int) -> bytes:
    """JSON of about that size, with everything in it that makes another form."""
    row = {"order": 4, "name": "Zoë <b>", "price": 1.0, "url": "https://a.test/b", "tags": ["a", None]}
    return json.dumps([row] * (size // 104), ensure_ascii=False).encode()


def milliseconds(body: bytes) -> tuple[float, int]:
    """The median of some explanations of this body, and how much each left untried."""
    signature = hmac.new(b"nobody's", TIME.encode() + b"." + body, "sha256").hexdigest()
    headers = {"X-Webhook-Signature": f"t={TIME},sha256={signature}"}
    verifier = Verifier(secrets=SECRET, clock=FixedClock())
    taken = []
    for _ in range(ROUNDS):
        start = process_time()
        explanation = verifier.explain(body, headers)
        taken.append((process_time() - start) * 1000)
    return median(taken), len(explanation.not_tried)


def main() -> int:
    """Print a line a size and kind; 1 where a goal is missed."""
    missed = 0
    for size in SIZES:
        for kind, body in (("JSON", document(size)), ("bytes", os.urandom(size))):
            taken, left = milliseconds(body)
            goal = GOALS_MS.get(size)
            missed += goal is not None and taken > goal
            words = f" (goal {goal} ms)" if goal else ""
            line = f"{size:>8} bytes {kind:<6} {taken:8.1f} ms{words}, {left} groups not tried"
            sys.stdout.write(line + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
