"""The rules that `make fuzz` searches against: by every seed, by what it found, and for two seconds."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.fuzz.requests import FORM_OF, RIGHT, bytes_of, request_of, seeds
from tests.fuzz.running import as_test_case, fuzz
from tests.fuzz.targets import TARGETS
from tests.shared.verdicts import verdict_in

EVERY_SCHEME = pytest.mark.parametrize("name", FORM_OF)
needs_atheris = pytest.mark.skipif(
    find_spec("atheris") is None, reason="atheris has wheels for Linux on x86-64 alone"
)

FOUND: list[tuple[str, bytes]] = [
    # 33 bytes of base64 have the length of a good signature: read, and refused by `check`.
    (
        "grammar:standard-webhooks",
        b"msg_1\n1767225599\nv1,DKYCOT5oj1uhqGYU4Nd5sanPSSGbL6oRpIH99jHMmacA\n{}",
    ),
]
"""Inputs that broke a rule once, or the rule's own wording."""


@pytest.mark.parametrize("target", TARGETS)
def test_every_rule_holds_for_every_seed(target: str) -> None:
    for seed in seeds(FORM_OF[target.partition(":")[2]]):
        TARGETS[target](seed)


@pytest.mark.parametrize(("target", "data"), FOUND)
def test_what_was_found_once_holds(target: str, data: bytes) -> None:
    TARGETS[target](data)


@EVERY_SCHEME
def test_the_seeds_are_good_requests_and_bad_ones(name: str) -> None:
    form = FORM_OF[name]
    requests = [request_of(form, seed) for seed in seeds(form)]
    verdicts = {verdict_in(form, request.headers, request.body) for request in requests}

    assert {None, "no_match", "malformed_header"} <= verdicts


@EVERY_SCHEME
def test_a_request_is_read_as_it_was_written(name: str) -> None:
    form = FORM_OF[name]
    for seed in seeds(form):
        assert seed == bytes_of(form, request_of(form, seed))


@EVERY_SCHEME
def test_one_byte_stands_for_the_right_signature_over_any_body(name: str) -> None:
    form = FORM_OF[name]
    lines = [value for _, value in form.headers(RIGHT)]
    request = request_of(form, "\n".join([*lines, "any body\n"]).encode())

    assert request.body == b"any body\n"
    assert verdict_in(form, request.headers, request.body) is None


@needs_atheris
@pytest.mark.long
@pytest.mark.parametrize("target", TARGETS)
def test_two_seconds_of_fuzzing_break_no_rule(target: str, tmp_path: Path) -> None:
    outcome = fuzz(target, seeds(FORM_OF[target.partition(":")[2]]), 2, tmp_path / "crashes")

    assert outcome.crash is None, outcome.said
    assert outcome.inputs > 100
    assert outcome.covered > 20


@needs_atheris
@pytest.mark.long
def test_a_broken_rule_leaves_its_input_and_a_test_case(tmp_path: Path) -> None:
    outcome = fuzz("planted", [b"t=0", b"1"], 30, tmp_path / "crashes")

    assert outcome.crash is not None
    data = outcome.crash.read_bytes()
    assert b"t=1" in data
    assert "ValueError: planted" in outcome.said
    assert f"pytest.param('planted', {data!r}, id=...)," == as_test_case("planted", data)
    again = subprocess.run([sys.executable, "-m", "tests.fuzz.child", "planted", outcome.crash])
    assert again.returncode != 0
