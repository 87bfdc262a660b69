"""What the documents and the examples show as a secret is none."""

import json
import re
from pathlib import Path

import pytest

from hookproof.testing import SECRET

ROOT = Path(__file__).resolve().parents[2]
SHOWN = [
    *sorted(ROOT.glob("*.md")),
    *(file for top in ("shared", "sender", "receiver") for file in sorted((ROOT / top).glob("*.md"))),
    *sorted(
        file for file in (ROOT / "examples").rglob("*") if file.is_file() and file.suffix != ".png"
    ),
]
VECTORS = json.dumps([file.read_text() for file in sorted((ROOT / "shared").rglob("vectors/*.json"))])
SHAPES = {
    "Stripe's API keys": r"\b[srp]k_(?:live|test)_\w{8,}",
    "a secret of Standard Webhooks or Stripe": r"\bwhsec_[A-Za-z0-9+/=]{16,}",
    "Slack's tokens": r"\bxox[abeoprs]-[\w-]{8,}|\bxapp-[\w-]{8,}",
    "Slack's webhooks": r"/services/T(?!0+/)\w{6,}/B\w{6,}/\w{16,}",
    "GitHub's tokens": r"\bgh[opsur]_\w{16,}|\bgithub_pat_\w{16,}",
    "AWS's keys": r"\bA(?:KIA|SIA)[A-Z0-9]{16}\b",
    "a JWT or what itsdangerous signs": r"\beyJ[\w-]{8,}\.[\w-]{4,}",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a token in a header": r"(?i)\b(?:Bearer|Basic) (?=[\w+/=.-]*\d)[\w+/=.-]{16,}",
    "a secret of the platform's, as `hookproof secret new` makes it": (
        r"(?<![\w+/=-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{43}(?![\w+/=-])"
    ),
}
EXAMPLES = {  # put together here, so that no scanner takes this file for a leak
    "Stripe's API keys": "sk_live_" + "a1B2" * 6,
    "a secret of Standard Webhooks or Stripe": "whsec_" + "a1B2" * 8,
    "Slack's tokens": "xoxb-" + "17653672481-" * 2,
    "Slack's webhooks": "https://hooks.slack.com/services" + "/T1A2B3C4D/B1A2B3C4D/" + "a1B2" * 6,
    "GitHub's tokens": "ghp_" + "a1B2" * 9,
    "AWS's keys": "AKIA" + "A1B2" * 4,
    "a JWT or what itsdangerous signs": "eyJ" + "a1B2" * 4 + ".a1B2c3D4.e5F6",
    "a private key": "-----BEGIN EC PRIVATE" + " KEY-----",
    "a token in a header": "Authorization: Bearer " + "a1b2" * 5,
    "a secret of the platform's, as `hookproof secret new` makes it": "a1B2" * 10 + "c3D",
}


@pytest.mark.parametrize("shape", [pytest.param(name, id=f"SEC-17/{name}") for name in SHAPES])
def test_nothing_that_is_shown_looks_like_a_real_secret(shape):
    """But what a published vector holds: everybody knows that one."""
    assert re.search(SHAPES[shape], EXAMPLES[shape])
    assert len(SHOWN) > 25
    found = []
    for file in SHOWN:
        text = file.read_text(encoding="utf-8")
        for match in re.finditer(SHAPES[shape], text):
            if match[0] not in VECTORS and match[0] != SECRET:
                found.append(f"{file.relative_to(ROOT)}: {match[0]}")
    assert [] == found
