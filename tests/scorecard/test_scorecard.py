"""The scorecard counts what the tests say, and puts the same probes before everybody."""

from __future__ import annotations

from typing import Literal

import pytest

from hookproof.clock import system_clock

pytest.importorskip("standardwebhooks", reason="the peers are installed with the development tools")
pytest.importorskip("stripe", reason="the peers are installed with the development tools")
pytest.importorskip("slack_sdk", reason="the peers are installed with the development tools")
pytest.importorskip("requests_hardened", reason="the peers are installed with the development tools")

from tests.scorecard.addresses import ADDRESSES, JUDGES, hookproof
from tests.scorecard.formats import OURS, PEERS, Format
from tests.scorecard.groups import SIZES, Tally, case_of
from tests.scorecard.probes import BODY, measure


def test_there_are_403_cases() -> None:
    assert sum(SIZES.values()) == 403


@pytest.mark.parametrize(
    ("case", "node"),
    [
        pytest.param(("SIG", 1), "tests/test_a.py::test_b[SIG-1]", id="alone"),
        pytest.param(("SIG", 10), "tests/test_a.py::test_b[SIG-10/63 digits]", id="with a name"),
        pytest.param(("REP", 6), "tests/test_a.py::test_b[sqlite-REP-6/50-x]", id="among others"),
        pytest.param(None, "tests/test_a.py::test_b[SIG-31]", id="beyond the group"),
        pytest.param(None, "tests/test_a.py::test_b[P-SIG-1]", id="a rule of the protocol"),
        pytest.param(None, "tests/SIG-1/test_a.py::test_b[other]", id="not a parameter"),
    ],
)
def test_a_case_is_read_out_of_a_parameter(case: tuple[str, int] | None, node: str) -> None:
    assert case == case_of(node)


@pytest.mark.parametrize("format", [pytest.param(format, id=format.name) for format in OURS])
def test_every_probe_is_clean_here(format: Format) -> None:
    assert {"clean"} == set(measure(format).values())


@pytest.mark.parametrize("format", [pytest.param(format, id=format.name) for format in (*OURS, *PEERS)])
def test_a_probe_is_a_good_request_with_one_thing_wrong(format: Format) -> None:
    """What the probes are made of verifies, with each library."""
    t = format.form.at(system_clock() // 1_000_000)
    for judge in (format.judge, format.read or format.judge):
        judge(BODY, dict(format.form.request(t, BODY)), format.form.secret)


def test_no_special_address_is_let_through_here() -> None:
    assert (33, []) == (len(set(ADDRESSES)), [one for one in ADDRESSES if hookproof(one)])


@pytest.mark.parametrize("judge", JUDGES)
def test_each_library_lets_public_addresses_through_and_no_private_one(judge: str) -> None:
    """So that what it makes of the special ones says something."""
    asked = ["8.8.8.8", "2606:4700::1111", "10.0.0.1", "fc00::1"]

    assert [True, True, False, False] == [JUDGES[judge](address) for address in asked]


REPORTS: list[tuple[Literal["passed", "failed", "skipped"], Literal["setup", "call"], str]] = [
    ("passed", "setup", "SIG-1"),  # nothing has come of it yet
    ("passed", "call", "SIG-2"),
    ("passed", "call", "SIG-3/one"),
    ("failed", "call", "SIG-3/other"),
    ("failed", "setup", "SIG-4"),
    ("passed", "call", "SIG-5/one"),
    ("skipped", "setup", "SIG-5/other"),
]


def test_a_case_holds_when_all_its_parameters_pass() -> None:
    tally = Tally()
    for outcome, when, id in REPORTS:
        node = f"tests/test_a.py::test_b[{id}]"
        tally.pytest_runtest_logreport(pytest.TestReport(node, ("", 0, ""), {}, outcome, None, when))

    assert (1, 2, 27) == tally.count("SIG")
    assert (1, 2, 52) == tally.count("SIG", "HDR")
    assert [node.partition("[")[2] for node in tally.failures] == ["SIG-3/other]", "SIG-4]"]
