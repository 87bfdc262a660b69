"""The published vectors: written by their definition, right by openssl, and what the verifier says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from typing import Any

import pytest
from tests.shared.test_protocol import PROTOCOL
from tests.shared.vectors.document import text
from tests.shared.vectors.form import FORMS, Form
from tests.shared.vectors.write import FOLDER

from hookproof import Secret, VerificationError, Verifier
from hookproof.schemes import names

DOCUMENTS = {name: json.loads((FOLDER / f"{name}.json").read_bytes()) for name in names()}
SCHEMES = pytest.mark.parametrize("scheme", names())
FORM_OF = {form.name: form for form in FORMS}
TESTS: list[tuple[str, Any, Any]] = [
    (scheme, group["secrets"], test)
    for scheme, document in DOCUMENTS.items()
    for group in document["testGroups"]
    for test in group["tests"]
]
CASES = [pytest.param(*case, id=f"{case[0]} {case[2]['tcId']}: {case[2]['comment']}") for case in TESTS]
VALID = [case for case, (_, _, test) in zip(CASES, TESTS, strict=True) if test["result"] == "valid"]

needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None and "CI" not in os.environ,
    reason="the openssl command is not installed; where CI is set this test fails instead",
)


def _tests(scheme: str) -> list[Any]:
    return [test for group in DOCUMENTS[scheme]["testGroups"] for test in group["tests"]]


@SCHEMES
def test_the_file_is_what_its_definition_writes(scheme: str) -> None:
    assert text(scheme) == (FOLDER / f"{scheme}.json").read_text("ascii"), "run: make vectors"


def test_there_is_no_file_without_a_scheme() -> None:
    assert set(names()) == {path.stem for path in FOLDER.iterdir()}


@SCHEMES
def test_every_scheme_has_its_vectors_of_every_kind(scheme: str) -> None:
    tests = _tests(scheme)
    valid = sum(test["result"] == "valid" for test in tests)
    codes = {"missing_header", "duplicate_header", "malformed_header", "no_match"}
    if FORM_OF[scheme].per_second is not None:
        codes |= {"bad_timestamp", "too_old", "too_new"}

    assert len(tests) >= 40
    assert 20 <= valid <= len(tests) / 2
    assert codes <= {test["code"] for test in tests}


@SCHEMES
def test_the_file_counts_itself_and_explains_every_flag(scheme: str) -> None:
    tests = _tests(scheme)

    assert DOCUMENTS[scheme]["numberOfTests"] == len(tests)
    assert list(range(1, len(tests) + 1)) == [test["tcId"] for test in tests]
    assert set(DOCUMENTS[scheme]["notes"]) == {flag for test in tests for flag in test["flags"]}


@SCHEMES
def test_no_request_stands_there_twice(scheme: str) -> None:
    def request(secrets: list[dict[str, str]], test: dict[str, Any]) -> str:
        return json.dumps([secrets, *(test[key] for key in ("body", "headers", "now", "tolerance"))])

    requests = [request(secrets, test) for name, secrets, test in TESTS if name == scheme]

    assert len(requests) == len(set(requests))


@SCHEMES
def test_every_rule_that_is_cited_stands_in_the_protocol(scheme: str) -> None:
    rules = set(re.findall(r"^\*\*(P-[A-Z]+-\d+)\*\*", PROTOCOL, re.MULTILINE))

    assert {test["rule"] for test in _tests(scheme)} <= rules


@pytest.mark.parametrize(("scheme", "secrets", "vector"), CASES)
def test_the_verifier_gives_the_verdict(
    scheme: str, secrets: list[dict[str, str]], vector: dict[str, Any]
) -> None:
    verifier = Verifier(
        scheme,
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
@pytest.mark.parametrize(("scheme", "secrets", "vector"), VALID)
def test_openssl_makes_the_signature_too(
    scheme: str, secrets: list[dict[str, str]], vector: dict[str, Any]
) -> None:
    form: Form = FORM_OF[scheme]
    headers = {name.lower(): value for name, value in vector["headers"]}
    message, signatures = form.taken(headers, bytes.fromhex(vector["body"]))
    secret = next(secret["text"] for secret in secrets if secret["label"] == vector["label"])
    key = f"hexkey:{form.key(secret).hex()}"

    made = subprocess.run(
        ["openssl", "dgst", f"-{form.algorithm}", "-mac", "HMAC", "-macopt", key, "-r"],
        input=message,
        capture_output=True,
        check=True,
    ).stdout.split()[0]

    assert form.write(bytes.fromhex(made.decode())) in signatures
