"""The real Express parses a body and writes it anew, in each of the ways that its users do."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from tests.examples.verify.running import npm_packages

from .asking import Fault, ask, header, proved

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("npm") is None, reason="node and npm are not here"),
]

SPACED = json.dumps({"order": 4, "name": "Zoë 🚚", "price": 10.5}).encode()


@pytest.fixture(scope="module")
def express(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a running application."""
    folder = tmp_path_factory.mktemp("express")
    (folder / "node_modules").symlink_to(npm_packages())
    shutil.copy(Path(__file__).parent / "express_app.mjs", folder / "app.mjs")
    with subprocess.Popen(["node", "app.mjs"], cwd=folder, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        server.terminate()


@pytest.mark.parametrize(
    ("path", "media_type", "signed", "code"),
    [
        pytest.param(
            "/json", "application/json", SPACED, "json_spaced", id="json_spaced/Python signed"
        ),
        pytest.param(
            "/json",
            "application/json",
            '{\n    "a": "é",\n    "b": [\n        1\n    ]\n}'.encode(),
            "json_indented",
            id="json_indented/people wrote it",
        ),
        pytest.param(
            "/pretty",
            "application/json",
            b'{"a":{"b":[1,2]}}',
            "json_compact",
            id="json_compact/logged",
        ),
        pytest.param(
            "/json",
            "application/json",
            b'{"u":"https:\\/\\/a.test\\/\\u00eb"}',
            "json_slashes",
            id="json_slashes/PHP signed",
        ),
        pytest.param(
            "/json",
            "application/json",
            b'{"a":"\\u003cb\\u003e"}',
            "json_html",
            id="json_html/Go signed",
        ),
        pytest.param(
            "/form",
            "application/x-www-form-urlencoded",
            b"order=4&name=Zo%C3%AB+B",
            "form_decoded",
            id="form_decoded",
        ),
        pytest.param(
            "/parsed-first", "application/json", b'{"a":1}', "", id="[object Object] tells nothing"
        ),
    ],
)
def test_express(express: str, path: str, media_type: str, signed: bytes, code: str) -> None:
    answer = requests.post(
        express + path, data=signed, headers={"Content-Type": media_type}, timeout=30
    )
    assert 200 == answer.status_code
    assert signed != answer.content
    assert ((code,) if code else ()) == proved(ask(Fault(answer.content, header(signed), ())))


def test_the_line_for_express_keeps_the_bytes(express: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = requests.post(f"{express}/raw", data=SPACED, headers=headers, timeout=30)
    assert "valid" == ask(Fault(answer.content, header(SPACED), ())).verdict


def test_the_line_for_express_decompresses_nothing_in_silence(express: str) -> None:
    headers = {"Content-Encoding": "gzip"}
    answer = requests.post(f"{express}/raw", data=gzip.compress(SPACED), headers=headers, timeout=30)
    assert 415 == answer.status_code


def test_javascript_s_object_signed_is_proved() -> None:
    """What `${time}.${request.body}` signs where the body was parsed: node itself writes it."""
    script = "process.stdout.write(`${JSON.parse('{\"a\":1}')}`)"
    text = subprocess.run(["node", "-e", script], capture_output=True, check=True).stdout
    assert ("body_object",) == proved(ask(Fault(b'{"a":1}', header(text), ())))


def test_javascript_s_numbers_are_proved() -> None:
    body = b'{"a":10.0,"b":1e-7,"c":1E21,"d":123456789012345680000.0,"e":0.000001,"f":1.5e300,"g":-0.0}'
    script = "process.stdout.write(JSON.stringify(JSON.parse(require('fs').readFileSync(0, 'utf8'))))"
    text = subprocess.run(["node", "-e", script], input=body, capture_output=True, check=True).stdout
    assert ("json_numbers",) == proved(ask(Fault(body, header(text), ())))
