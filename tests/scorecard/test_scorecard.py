"""The scorecard counts what the tests say, and puts the same probes before everybody."""

from __future__ import annotations

import pytest

from hookproof.clock import system_clock

pytest.importorskip("standardwebhooks", reason="the peers are installed with the development tools")
pytest.importorskip("stripe", reason="the peers are installed with the development tools")
pytest.importorskip("slack_sdk", reason="the peers are installed with the development tools")

from tests.scorecard.formats import OURS, PEERS, Format
from tests.scorecard.groups import SIZES, case_of
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

    format.judge(BODY, dict(format.form.request(t, BODY)), format.form.secret)
