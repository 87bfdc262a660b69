"""The built wheel, installed alone in an environment of its own, as a user has it."""

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("hookproof-*.whl")
    return built


@pytest.fixture(scope="module")
def alone(wheel, tmp_path_factory):
    """The `bin` folder of an environment that holds the wheel and what it declares."""
    folder = tmp_path_factory.mktemp("alone")
    venv.create(folder, with_pip=True)
    subprocess.run(
        [folder / "bin/python", "-m", "pip", "install", "--quiet", str(wheel)],
        check=True,
        capture_output=True,
    )
    return folder / "bin"


def run(*words, cwd, **more):
    environment = {"PATH": os.defpath, "HOOKPROOF_SECRET": "a-secret-for-the-wheel"}
    return subprocess.run(words, cwd=cwd, env=environment, capture_output=True, timeout=60, **more)


def test_the_wheel_holds_the_four_packages_with_their_types_and_data(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for package in ("hookproof", "hookproof_runtime", "hookproof_sender", "hookproof_receiver"):
        assert f"{package}/py.typed" in names
    assert "hookproof/vectors/http-task.json" in names
    assert "hookproof_runtime/commands/demo/files/shop.py" in names
    assert "hookproof_runtime/snippets/go/hook.go" in names
    for file in ("static/htmx.min.js", "static/style.css", "templates/frame.html"):
        assert f"hookproof_receiver/pages/{file}" in names
    for room in ("inspector", "platform", "slack"):
        assert [name for name in names if name.startswith(f"hookproof_receiver/{room}/templates/")]
    assert not [name for name in names if name.startswith(("tests", "shared", "sender", "receiver"))]


def test_the_wheel_brings_click_and_nothing_else(alone, tmp_path):
    listed = run(alone / "python", "-m", "pip", "list", "--format=json", cwd=tmp_path)
    names = {entry["name"] for entry in json.loads(listed.stdout)}
    assert {"hookproof", "click"} == names - {"pip", "setuptools"}


def test_it_verifies_in_python(alone, tmp_path):
    code = (
        "from hookproof import Verifier; from hookproof.testing import SECRET, signed_headers\n"
        "print(Verifier(secrets=SECRET).verify(b'{}', signed_headers(b'{}')).scheme)"
    )
    done = run(alone / "python", "-c", code, cwd=tmp_path)
    assert b"http-task\n" == done.stdout, done.stderr


def test_it_claims_without_an_extra(alone, tmp_path):
    code = (
        "import sqlite3; from hookproof import Verifier\n"
        "from hookproof.testing import SECRET, signed_headers\n"
        "from hookproof_receiver import claim, create_claims_table\n"
        "connection = sqlite3.connect('shop.db'); create_claims_table(connection)\n"
        "delivery = Verifier(secrets=SECRET).verify(b'{}', signed_headers(b'{}'))\n"
        "print([claim(delivery, connection=connection, endpoint='orders') for _ in range(2)])"
    )
    done = run(alone / "python", "-c", code, cwd=tmp_path)
    assert b"[True, False]\n" == done.stdout, done.stderr


def test_it_verifies_on_the_command_line(alone, tmp_path):
    (tmp_path / "body").write_bytes(b'{"order": 4}')
    header = run(alone / "hookproof", "sign", "--body", "body", cwd=tmp_path).stdout.decode().strip()
    done = run(alone / "hookproof", "verify", "--body", "body", "--header", header, cwd=tmp_path)
    assert (0, b"valid") == (done.returncode, done.stdout[:5]), done.stderr


def test_it_prints_a_snippet(alone, tmp_path):
    done = run(alone / "hookproof", "snippet", "go", cwd=tmp_path)
    assert (ROOT / "examples/verify/go/hook.go").read_bytes() == done.stdout, done.stderr


def test_the_fault_desk_needs_no_extra(alone, tmp_path):
    done = run(alone / "hookproof", "faults", "--list", cwd=tmp_path)
    assert 0 == done.returncode, done.stderr
    assert b"/silent" in done.stdout


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        ("send", "sender"),
        ("test", "sender"),
        ("receive", "receiver"),
        ("token", "receiver"),
        ("slack", "receiver"),
        ("config", "receiver"),
        ("demo", "all"),
    ],
)
def test_a_missing_extra_is_named_in_a_sentence_on_the_command_line(alone, tmp_path, command, extra):
    done = run(alone / "hookproof", command, cwd=tmp_path)
    assert 3 == done.returncode, done.stderr
    assert f"pip install 'hookproof[{extra}]'" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("names", "extra"),
    [
        ("from hookproof_sender import Sender", "sender"),
        ("from hookproof_sender import load_task", "sender"),
        ("from hookproof_receiver import Receiver", "receiver"),
        ("from hookproof_receiver import Message", "receiver"),
        ("from hookproof_receiver.testing import running_receiver", "receiver"),
    ],
)
def test_a_missing_extra_is_named_in_a_sentence_in_python(alone, tmp_path, names, extra):
    done = run(alone / "python", "-c", names, cwd=tmp_path)
    assert f"pip install 'hookproof[{extra}]'" in done.stderr.decode()
    assert "MissingExtra" in done.stderr.decode()
