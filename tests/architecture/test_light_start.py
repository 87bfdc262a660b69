"""Nothing heavy is imported before it is needed."""

import json
import subprocess
import sys

import pytest

HEAVY = {
    "pydantic",
    "flask",
    "waitress",
    "werkzeug",
    "requests",
    "urllib3",
    "sqlalchemy",
    "alembic",
    "structlog",
    "re2",
}


def loaded_by(code):
    """The top-level modules that a fresh interpreter holds after running `code`."""
    ending = "except SystemExit: pass\nimport json\nprint(json.dumps(sorted(sys.modules)))"
    script = f"import sys\ntry:\n {code}\n{ending}"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60, check=True)
    return {name.partition(".")[0] for name in json.loads(run.stdout.splitlines()[-1])}


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([], id="help"),
        pytest.param(["--help"], id="--help"),
        pytest.param(["sign", "--help"], id="sign"),
        pytest.param(["verify", "--help"], id="verify"),
        pytest.param(["secret", "new"], id="secret new"),
        pytest.param(["schemes"], id="schemes"),
        pytest.param(["wait", "--help"], id="wait"),
        pytest.param(["faults", "--list"], id="faults"),
    ],
)
def test_the_light_commands_load_nothing_heavy(words):
    loaded = loaded_by(f"from hookproof_runtime.command_line import main; main({words!r})")
    assert set() == loaded & HEAVY


@pytest.mark.parametrize(
    "package", ["hookproof", "hookproof_runtime", "hookproof_sender", "hookproof_receiver"]
)
def test_importing_a_package_loads_the_standard_library_alone(package):
    before = loaded_by("pass")
    foreign = loaded_by(f"import {package}") - before - set(sys.stdlib_module_names)
    ours = {"hookproof", "hookproof_runtime", "hookproof_sender", "hookproof_receiver"}
    assert foreign <= ours


def test_the_fault_desk_of_a_test_needs_no_extra():
    assert set() == loaded_by("from hookproof_receiver.testing import faults") & HEAVY


def test_a_command_that_reads_the_inbox_loads_no_web_framework():
    words = ["inbox", "list", "--database", "sqlite://"]
    loaded = loaded_by(f"from hookproof_runtime.command_line import main; main({words!r})")
    assert set() == loaded & {"flask", "werkzeug", "jinja2", "waitress"}
