"""What importing hookproof loads, seen by a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOADED_BY = """
import sys
before = set(sys.modules)
import {module}
print(*sorted(set(sys.modules) - before))
"""


def loaded_by(module: str) -> set[str]:
    """The modules that importing one loads, beyond what the interpreter starts with."""
    ran = subprocess.run(
        [sys.executable, "-I", "-c", LOADED_BY.format(module=module)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stderr == ""
    lines = ran.stdout.splitlines()
    assert len(lines) == 1, "the import itself prints nothing"
    return set(lines[0].split())


@pytest.mark.parametrize(
    "module", [pytest.param("hookproof", id="core"), pytest.param("hookproof.testing", id="test tools")]
)
def test_the_core_loads_the_standard_library_alone(module: str) -> None:
    roots = {name.partition(".")[0] for name in loaded_by(module)}

    assert {"hookproof"} == roots - sys.stdlib_module_names


def test_the_core_loads_nothing_that_reads_writes_or_sends() -> None:
    assert set() == loaded_by("hookproof") & {
        "socket",
        "ssl",
        "http.client",
        "sqlite3",
        "asyncio",
        "logging",
    }


def test_the_core_loads_no_framework_and_no_test_tools() -> None:
    inside = {name for name in loaded_by("hookproof") if name.startswith("hookproof.")}

    assert set() == {
        name for name in inside if name.startswith(("hookproof.integrations", "hookproof.testing"))
    }
