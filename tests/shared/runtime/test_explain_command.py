"""`hookproof explain`: the first line is the cause, the exit code says whether there is one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.in_process import run_here

from hookproof import Verifier
from hookproof.explain import make_bundle
from hookproof.testing import SECRET, FixedClock, signed_headers

NOW_S = 1_767_225_600
AT = ("--at", "2026-01-01T00:00:00Z")
SIGNED = b'{"order":4}'
CHECKED = b'{"order": 4}'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a request that was re-serialised on its way, and the secret in a variable."""
    monkeypatch.setenv("ORDERS_SECRET", SECRET)
    monkeypatch.setenv("OTHER_SECRET", "the+secret+of+another+year")
    headers = signed_headers(SIGNED, clock=FixedClock(NOW_S))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    (tmp_path / "good.http").write_bytes(f"POST /hooks HTTP/1.1\r\n{head}\r\n".encode() + SIGNED)
    (tmp_path / "refused.http").write_bytes(f"POST /hooks HTTP/1.1\r\n{head}\r\n".encode() + CHECKED)
    (tmp_path / "signed").write_bytes(SIGNED)
    for with_body in (False, True):
        text = make_bundle(
            Verifier(secrets="a new one", clock=FixedClock(NOW_S)).explain(CHECKED, headers),
            CHECKED,
            headers,
            received_ns=NOW_S * 10**9,
            tolerance_s=300,
            with_body=with_body,
        )
        (tmp_path / f"bundle{'-with-body' if with_body else ''}.json").write_text(text)
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return run_here(*words, cwd=folder)


def first_line(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stdout.decode().splitlines()[0]


def test_the_first_line_is_the_cause_and_the_code_is_1(folder: Path) -> None:
    done = run(folder, "explain", "refused.http", "--secret-env", "ORDERS_SECRET", *AT)
    assert 1 == done.returncode, done.stderr
    assert "JSON written compactly" in first_line(done)
    assert SECRET.encode() not in done.stdout + done.stderr


def test_a_valid_request_is_0(folder: Path) -> None:
    done = run(folder, "explain", "--request", "good.http", "--secret-env", "ORDERS_SECRET", *AT)
    assert (0, True) == (done.returncode, first_line(done).startswith("valid: "))


def test_no_cause_is_4(folder: Path) -> None:
    done = run(folder, "explain", "refused.http", "--secret-env", "OTHER_SECRET", *AT)
    assert 4 == done.returncode
    assert first_line(done).startswith("no cause found")


def test_another_secret_that_is_given_beside_it_is_named(folder: Path) -> None:
    words = ("--secret-env", "OTHER_SECRET", "--also-secret-env", "ORDERS_SECRET", *AT)
    done = run(folder, "explain", "good.http", *words)
    assert 1 == done.returncode
    assert 'another secret that was given "ORDERS_SECRET"' in first_line(done)


def test_of_several_secrets_any_is_good(folder: Path) -> None:
    words = ("--secret-env", "OTHER_SECRET", "--secret-env", "ORDERS_SECRET", *AT)
    assert 0 == run(folder, "explain", "good.http", *words).returncode
    done = run(folder, "verify", "--request", "good.http", *words)
    assert (0, True) == (done.returncode, b'secret "ORDERS_SECRET"' in done.stdout)


def test_json_holds_the_findings(folder: Path) -> None:
    done = run(folder, "explain", "refused.http", "--secret-env", "ORDERS_SECRET", *AT, "--json")
    document = json.loads(done.stdout)
    assert (1, "refused", "no_match") == (document["schema"], document["verdict"], document["code"])
    assert [("json_compact", True)] == [(one["code"], one["proved"]) for one in document["findings"]]


def test_a_bundle_needs_no_secret_and_says_what_it_would_take(folder: Path) -> None:
    done = run(folder, "explain", "bundle.json")
    assert 4 == done.returncode, done.stderr
    assert first_line(done).startswith("no cause found")
    assert b"without the body none can be tried" in done.stdout
    assert b"--with-body" in done.stdout
    assert b"expected" not in done.stdout


def test_a_bundle_with_its_body_is_searched_at_its_own_time(folder: Path) -> None:
    done = run(folder, "explain", "bundle-with-body.json", "--secret-env", "ORDERS_SECRET")
    assert 1 == done.returncode, done.stderr
    assert "JSON written compactly" in first_line(done)


def test_a_bundle_beside_the_sender_s_body_tells_that_it_changed(folder: Path) -> None:
    words = ("bundle.json", "--body", "signed", "--secret-env", "ORDERS_SECRET")
    done = run(folder, "explain", *words)
    assert 1 == done.returncode, done.stderr
    assert "the signature is good for the one given" in first_line(done)


def test_verify_says_what_a_bundle_without_its_body_is_good_for(folder: Path) -> None:
    done = run(folder, "verify", "--request", "bundle.json", "--secret-env", "ORDERS_SECRET")
    assert 2 == done.returncode
    assert b"hookproof explain" in done.stderr


def test_no_request_ends_with_a_line_that_works(folder: Path) -> None:
    done = run(folder, "explain")
    assert 2 == done.returncode
    assert b"for example: hookproof explain --request" in done.stderr


def test_explain_needs_nothing_that_is_not_in_the_base_installation() -> None:
    rooms = ("commands.explain", "command_line.request.formats", "command_line.request.curl")
    imports = "; ".join(f"import hookproof_runtime.{room}" for room in rooms)
    extras = ("flask", "requests", "pydantic", "sqlalchemy", "structlog")
    code = f"import sys; {imports}; print([name for name in {extras} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert b"[]" == done.stdout.strip()


def test_verify_loads_nothing_of_explain() -> None:
    code = "import sys, hookproof_runtime.commands.verify; print('hookproof.explain' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert b"False" == done.stdout.strip()


def test_what_is_no_request_on_standard_input_is_said_of_that(monkeypatch):
    monkeypatch.setenv("HOOKPROOF_SECRET", SECRET)
    done = run_here("explain", "-", stdin=b"garbage")
    assert 2 == done.returncode
    assert done.stderr.startswith(b"hookproof: standard input: it is no request")
