"""Time verification beside its peers: `make bench-verify`.

Only ratios within one run count. The floor is what a careless receiver does once it has taken the
header apart: one HMAC and one comparison, no grammar and no age. A scheme and its peer verify the
same request over the same JSON body, with a plain dict of the headers that it needs.
"""

from __future__ import annotations

import hmac
import json
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from statistics import median

from slack_sdk.signature import SignatureVerifier
from standardwebhooks.webhooks import Webhook
from stripe import WebhookSignature
from tests.bench.rounds import Rounds, difference, ratio, time_programs, time_statements
from werkzeug.datastructures import EnvironHeaders

from hookproof import Secret, Signer, Verifier
from hookproof.schemes import by_name, decide
from hookproof.schemes.http_task import HEADER
from hookproof.testing import SECRET

SIZES = (256, 1024, 16_384)
GOALS_AT = 1024

FLOOR, DECISION, VERIFY = "careless one-shot", "the decision alone", "verify, plain dict"
MAC, FOURTH = "one HMAC", "verify, fourth of four secrets"

STATEMENTS = {
    FLOOR: 'compare_digest(digest(key, t.encode() + b"." + body, "sha256").hex(), signature)',
    MAC: "mac(prefix, body)",
    DECISION: "decide(scheme, ring, body, headers)",
    VERIFY: "verify(body, headers)",
    "verify, Werkzeug's headers": "verify(body, environ_headers)",
    FOURTH: "verify_fourth(body, headers)",
    "standard-webhooks": "verify_standard(body, standard_headers)",
    "standardwebhooks": "standard(body, standard_headers)",
    "standardwebhooks, no JSON": "standard(body, standard_headers, json_parse=False)",
    "stripe": "verify_stripe(body, stripe_headers)",
    "stripe's own": "stripe(body, stripe_header, secret, 300)",
    "slack": "verify_slack(body, slack_headers)",
    "slack_sdk": "slack(body, slack_headers)",
    "github": "verify_github(body, github_headers)",
    "github-sha1": "verify_sha1(body, sha1_headers)",
}

FASTER = (
    ("standard-webhooks", "standardwebhooks", 3.0),
    ("stripe", "stripe's own", 1.8),
    ("slack", "slack_sdk", 1.1),
)
"""A scheme, its peer, and how many times as long the peer takes at least."""


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
    t = time_element.removeprefix("t=")
    scheme = by_name("http-task")
    mac = scheme.mac(Secret(SECRET))
    environ = {
        "REQUEST_METHOD": "POST",
        "HTTP_HOST": "127.0.0.1:8080",
        "HTTP_X_WEBHOOK_SIGNATURE": headers[HEADER],
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(size),
    }
    names = {
        "compare_digest": hmac.compare_digest,
        "digest": hmac.digest,
        "key": SECRET.encode(),
        "secret": SECRET,
        "t": t,
        "signature": signature,
        "body": body,
        "headers": headers,
        "decide": decide,
        "scheme": scheme,
        "mac": mac,
        "prefix": t.encode() + b".",
        "ring": ((mac, ""),),
        "verify": Verifier(secrets=SECRET).verify,
        "environ_headers": EnvironHeaders(environ),
        "verify_fourth": Verifier(secrets=[*(f"not-a-real-secret-{n}" for n in "123"), SECRET]).verify,
        "standard": Webhook(SECRET).verify,
        "stripe": WebhookSignature.verify_header,
        "slack": SignatureVerifier(SECRET).is_valid_request,
    }
    for short, name in (
        ("standard", "standard-webhooks"),
        ("stripe", "stripe"),
        ("slack", "slack"),
        ("github", "github"),
        ("sha1", "github-sha1"),
    ):
        names[f"verify_{short}"] = Verifier(name, secrets=SECRET).verify
        names[f"{short}_headers"] = Signer(name, secrets=SECRET).sign(body)
    names["stripe_header"] = Signer("stripe", secrets=SECRET).sign(body)["Stripe-Signature"]
    return names


def _goals(rounds: Rounds) -> Iterable[tuple[str, bool]]:
    for name, bound in ((DECISION, 1.0), (VERIFY, 1.2)):
        got = ratio(rounds, name, FLOOR)
        yield f"{name}: {got:.2f} x the floor, at most {bound}", got <= bound
    for name, peer, least in FASTER:
        got = ratio(rounds, peer, name)
        yield f"{name}: {got:.2f} x faster than {peer}, at least {least}", got >= least
    further = zip(rounds[FOURTH], rounds[VERIFY], rounds[MAC], strict=True)
    got = median((fourth - first) / 3 / mac for fourth, first, mac in further)
    yield f"a further secret: {got:.2f} x one HMAC, at most 1.25", got <= 1.25


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
