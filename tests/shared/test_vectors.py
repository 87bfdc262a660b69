"""The published vectors: written by their definition, right by openssl, and what the verifier says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from typing import Any

import pytest
from tests.shared.vectors.document import text
from tests.shared.vectors.write import FILE

from hookproof import Secret, VerificationError, Verifier

DOCUMENT = json.loads(FILE.read_bytes())
TESTS: list[tuple[Any, Any]] = [
    (group["secrets"], test) for group in DOCUMENT["testGroups"] for test in group["tests"]
]
CASES = [pytest.param(*pair, id=f"{pair[1]['tcId']}: {pair[1]['comment']}") for pair in TESTS]
VALID = [case for case, (_, test) in zip(CASES, TESTS, strict=True) if test["result"] == "valid"]

needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None and "CI" not in os.environ,
    reason="the openssl command is not installed; where CI is set this test fails instead",
)


def test_the_file_is_what_its_definition_writes() -> None:
    assert text() == FILE.read_text("ascii"), "run: make vectors"


def test_the_file_counts_itself_and_explains_every_flag() -> None:
    tests = [test for _, test in TESTS]

    assert DOCUMENT["numberOfTests"] == len(tests)
    assert list(range(1, len(tests) + 1)) == [test["tcId"] for test in tests]
    assert set(DOCUMENT["notes"]) == {flag for test in tests for flag in test["flags"]}


def test_no_request_stands_there_twice() -> None:
    def request(secrets: list[dict[str, str]], test: dict[str, Any]) -> str:
        return json.dumps([secrets, *(test[key] for key in ("body", "headers", "now", "tolerance"))])

    assert len(TESTS) == len({request(*pair) for pair in TESTS})


def test_every_rule_that_is_cited_stands_in_the_protocol() -> None:
    protocol = (FILE.parents[2] / "PROTOCOL.md").read_text()
    rules = set(re.findall(r"^\*\*(P-[A-Z]+-\d+)\*\*", protocol, re.MULTILINE))

    assert {test["rule"] for _, test in TESTS} <= rules


@pytest.mark.parametrize(("secrets", "vector"), CASES)
def test_the_verifier_gives_the_verdict(secrets: list[dict[str, str]], vector: dict[str, Any]) -> None:
    verifier = Verifier(
        secrets=[Secret(secret["text"], secret["label"]) for secret in secrets],
        tolerance=vector["tolerance"],
        clock=lambda: vector["now"] * 1_000_000,
    )
    code = label = None
    try:
        label = verifier.verify(bytes.fromhex(vector["body"]), vector["headers"]).secret_label
    except VerificationError as refused:
        code = refused.code

    assert (vector["code"], vector["label"]) == (code, label)


@needs_openssl
@pytest.mark.parametrize(("secrets", "vector"), VALID)
def test_openssl_makes_the_signature_too(secrets: list[dict[str, str]], vector: dict[str, Any]) -> None:
    header = next(value for name, value in vector["headers"] if name.lower() == "x-webhook-signature")
    elements = [element.strip(" ").split("=", 1) for element in header.split(",")]
    time = next(value for name, value in elements if name == "t")
    key = next(secret["text"] for secret in secrets if secret["label"] == vector["label"])

    made = subprocess.run(
        ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.encode().hex()}", "-r"],
        input=time.encode() + b"." + bytes.fromhex(vector["body"]),
        capture_output=True,
        check=True,
    ).stdout.split()[0]

    assert made.decode() in [value for name, value in elements if name == "sha256"]
