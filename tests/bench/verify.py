"""Time verification beside its peers: `make bench-verify`.

Only ratios within one run count. The floor is what a careless receiver does once it has taken the
header apart: one HMAC and one comparison, no grammar and no age. Every library verifies a message of
its own format over the same JSON body, with a plain dict of the headers that it needs.
"""

from __future__ import annotations

import hmac
import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.util import find_spec
from statistics import median

from standardwebhooks.webhooks import Webhook
from stripe import WebhookSignature
from tests.bench.rounds import Rounds, difference, ratio, time_programs, time_statements
from werkzeug.datastructures import EnvironHeaders

from hookproof import Secret, Signer, Verifier
from hookproof.clock import NANOSECONDS, system_clock
from hookproof.schemes import by_name, decide
from hookproof.schemes.http_task import HEADER

SECRET = "hookproof-bench-secret-not-for-production"
SIZES = (256, 1024, 16_384)
GOALS_AT = 1024

FLOOR, DECISION, VERIFY = "careless one-shot", "the decision alone", "verify, plain dict"
STANDARD, STANDARD_BARE, STRIPE = "standardwebhooks", "standardwebhooks, no JSON", "stripe"

STATEMENTS = {
    FLOOR: 'compare_digest(digest(key, t.encode() + b"." + body, "sha256").hex(), signature)',
    DECISION: "decide(scheme, ring, body, headers)",
    VERIFY: "verify(body, headers)",
    "verify, Werkzeug's headers": "verify(body, environ_headers)",
    "verify, second of two secrets": "verify_second(body, headers)",
    STANDARD: "standard(body, standard_headers)",
    STANDARD_BARE: "standard(body, standard_headers, json_parse=False)",
    STRIPE: "stripe(body, stripe_header, secret, 300)",
}


def main() -> None:
    """Run and print; takes about half a minute."""
    for size in SIZES:
        rounds = time_statements(STATEMENTS, _names(size), rounds=101)
        _write_times(f"one message of {size} bytes", rounds)
        if size == GOALS_AT:
            goals = list(_goals(rounds))
    goals += _start_up()
    _write(f"\ngoals, for a message of {GOALS_AT} bytes and for the start")
    for sentence, holds in goals:
        _write(f"  {'holds ' if holds else 'MISSED'}  {sentence}")


def _names(size: int) -> dict[str, object]:
    """What the statements need, for a JSON body of this many bytes."""
    body = json.dumps({"order": 4, "text": "x" * (size - 24)}).encode()
    headers = Signer(secrets=SECRET).sign(body)
    time_element, _, signature = headers[HEADER].partition(",sha256=")
    scheme = by_name("http-task")
    standard = Webhook(SECRET.encode())
    now = datetime.fromtimestamp(system_clock() // NANOSECONDS, UTC)
    environ = {
        "REQUEST_METHOD": "POST",
        "HTTP_HOST": "127.0.0.1:8080",
        "HTTP_X_WEBHOOK_SIGNATURE": headers[HEADER],
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(size),
    }
    return {
        "compare_digest": hmac.compare_digest,
        "digest": hmac.digest,
        "key": SECRET.encode(),
        "secret": SECRET,
        "t": time_element.removeprefix("t="),
        "signature": signature,
        "body": body,
        "headers": headers,
        "decide": decide,
        "scheme": scheme,
        "ring": ((scheme.mac(Secret(SECRET)), ""),),
        "verify": Verifier(secrets=SECRET).verify,
        "environ_headers": EnvironHeaders(environ),
        "verify_second": Verifier(secrets=["another-secret-not-for-production", SECRET]).verify,
        "standard": standard.verify,
        "standard_headers": {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": standard.sign("msg_1", now, body.decode()),
        },
        "stripe": WebhookSignature.verify_header,
        "stripe_header": WebhookSignature.generate_signature_header(body.decode(), SECRET),
    }


def _goals(rounds: Rounds) -> Iterable[tuple[str, bool]]:
    for name, bound in ((DECISION, 1.0), (VERIFY, 1.2)):
        got = ratio(rounds, name, FLOOR)
        yield f"{name}: {got:.2f} x the floor, at most {bound}", got <= bound
    for name, bound in ((STANDARD, 3.5), (STANDARD_BARE, 2.8), (STRIPE, 1.8)):
        got = ratio(rounds, name, VERIFY)
        yield f"{VERIFY}: {got:.2f} x faster than {name}, at least {bound}", got >= bound


def _start_up() -> Iterable[tuple[str, bool]]:
    programs = {"bare": ["-c", "pass"], "import": ["-c", "import hookproof"]}
    if find_spec("hookproof_runtime.__main__"):
        programs["help"] = ["-m", "hookproof_runtime", "--help"]
    rounds = time_programs(programs, rounds=21)
    imported_ms = difference(rounds, "import", "bare") * 1000
    yield f"import hookproof: {imported_ms:.1f} ms more than bare Python, at most 15", imported_ms <= 15
    if "help" in programs:
        help_ms = median(rounds["help"]) * 1000
        yield f"hookproof --help: {help_ms:.1f} ms with Python's own start, at most 60", help_ms <= 60
    bare_ms = median(rounds["bare"]) * 1000
    _write(f"\nbare Python starts in {bare_ms:.1f} ms here")


def _write_times(title: str, rounds: Rounds) -> None:
    _write(f"\n{title:<32}{'us':>8}{'x floor':>9}")
    for name, taken in rounds.items():
        _write(f"  {name:<30}{median(taken) * 1e6:>8.2f}{ratio(rounds, name, FLOOR):>9.2f}")


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
