"""Ask the bare function about one vector a line."""

import sys

from verify import signed

for line in sys.stdin:
    now, tolerance, secrets, body, headers = line.rstrip("\n").split("\t")
    digest = signed(
        bytes.fromhex(body),
        [bytes.fromhex(value).decode("latin-1") for value in headers.split(",")] if headers else [],
        [bytes.fromhex(secret) for secret in secrets.split(",")],
        int(now),
        int(tolerance) * 1000,
    )
    sys.stdout.write((digest or "refused") + "\n")
