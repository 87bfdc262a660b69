"""The few files beside the pages: under a name of their content, and as they were taken from npm."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.receiver.pages.visitor import Visitor

from hookproof_receiver.pages.assets import FOLDER, Assets

RECEIVER = Path(__file__).parents[3] / "receiver"
HTMX = FOLDER / "htmx.min.js"
DIGEST = "sha384-2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg"


@pytest.mark.rule("P-PAGE-7")
@pytest.mark.parametrize("name", sorted(file.name for file in FOLDER.iterdir()))
def test_a_file_is_kept_for_ever_under_a_name_that_holds_its_digest(here: Visitor, name: str) -> None:
    path = Assets().path_of(name)
    response = here.get(path)
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:16]
    assert digest in path
    assert (FOLDER / name).read_bytes() == response.body
    assert "immutable" in response.headers["cache-control"]
    assert "nosniff" == response.headers["x-content-type-options"]
    assert "set-cookie" not in response.headers
    assert 404 == here.get(path.replace(digest, "0" * 16)).status


@pytest.mark.rule("P-PAGE-7")
def test_a_page_is_kept_nowhere(here: Visitor) -> None:
    assert "no-store" == here.get("/deliveries").headers["cache-control"]


def test_the_lock_holds_versions_and_digests_and_no_addresses() -> None:
    wanted = json.loads((RECEIVER / "package.json").read_text())["devDependencies"]
    locked = json.loads((RECEIVER / "package-lock.json").read_text())["packages"]
    assert {"htmx.org"} == set(wanted)
    assert wanted["htmx.org"] == locked["node_modules/htmx.org"]["version"]
    for name, package in locked.items():
        assert "resolved" not in package
        assert name == "" or package["integrity"].startswith("sha512-")


def test_what_is_vendored_is_what_the_lock_names() -> None:
    version = json.loads((RECEIVER / "package.json").read_text())["devDependencies"]["htmx.org"]
    data = HTMX.read_bytes()
    assert DIGEST == "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()
    assert [version] == re.findall(r'version:"([^"]+)"', data.decode())


@pytest.mark.long
def test_the_build_step_makes_the_same_file_again(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("there is no npm on this machine")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(RECEIVER / name, tmp_path)
    words = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert 0 == done.returncode, done.stderr
    assert HTMX.read_bytes() == (tmp_path / "node_modules/htmx.org/dist/htmx.min.js").read_bytes()


@pytest.mark.rule("P-PAGE-1")
def test_what_htmx_would_run_or_style_by_itself_is_off(here: Visitor) -> None:
    found = re.search(r"name=\"htmx-config\" content='([^']+)'", here.get("/").body.decode())
    assert found is not None
    told = json.loads(found[1])
    assert {"includeIndicatorStyles", "allowEval", "allowScriptTags"} <= set(told)
    assert not any(told.values())
