"""The lines that an explanation gives are run, each in its framework, as they stand."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from fastapi import Request, Response

from hookproof.explain import CAUSES
from hookproof.explain.fixes import HEADERS, RAW_BODY, SECRET, SIGNED

from . import software
from .test_fixes_elsewhere import RUNTIMES

BODY = b'{"order": 4}  \r\n'
LINES = dict(RAW_BODY)
ELSEWHERE = {"Express", *RUNTIMES}  # test_express.py, test_fixes_elsewhere.py


def test_flask() -> None:
    assert BODY == software.in_flask(
        BODY, software.JSON, lambda request: eval(LINES["Flask"], {"request": request})
    )


def test_django() -> None:
    assert BODY == eval(LINES["Django"], {"request": software.django_request(BODY)})


def test_fastapi() -> None:
    names: dict[str, Any] = {}
    line = LINES["FastAPI, Starlette"]
    exec(f"async def read(request):\n    return {line}", names)

    async def hooks(request: Request) -> Response:
        return Response(await names["read"](request))

    assert BODY == software.in_fastapi(BODY, hooks)


def test_shell(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_bytes(b"the-secret\r\n")
    script = dict(SECRET)["shell"] + '; printf %s "$HTTP_TASK_SECRET"'
    run = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, check=True)
    assert b"the-secret" == run.stdout


def test_python() -> None:
    from hookproof import Signer

    names: dict[str, Any] = {
        "Signer": Signer,
        "scheme": "http-task",
        "secret": "the-secret",
        "body": BODY,
    }
    exec(dict(SIGNED)["Python"], names)
    assert "X-Webhook-Signature" in names["headers"]
    assert "the-secret" == eval(dict(SECRET)["Python"], {"os": _Os})


class _Os:
    environ = {"HTTP_TASK_SECRET": "the-secret"}  # noqa: RUF012


def test_what_is_not_run_is_marked() -> None:
    run_here = {"Flask", "Django", "FastAPI, Starlette", "shell", "Python"} | ELSEWHERE
    lines = {line for cause in CAUSES.values() for line in cause.lines}

    assert {*RAW_BODY, *SECRET, *SIGNED, *HEADERS} <= lines
    for name, _ in lines:
        assert name in run_here or name.endswith("(not run here)")
