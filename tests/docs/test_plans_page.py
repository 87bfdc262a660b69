"""The page of the platform's document can be followed: its steps do what they say."""

import re

import pytest
from tests.docs.plans_page import BLOCK, FOLDER, PAGE, run

_CHANGES = (
    (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?Z?", "DATE"),
    (r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", "DATE"),
    (r"\d\d:\d\d:\d\d\.\d{3}", "TIME"),
    (r"\b(msg|dlv|run|tok)_[0-9A-Za-z]{16,26}\b", r"\1_ID"),
    (r"\b\d+(\.\d+)? (ms|s|seconds?)\b", "SPAN"),
    (r"t=\d+,sha256=[0-9a-f]{64}", "SIGNATURE"),
    (r"/services/T\w+/B\w+/(\w{24}|…)", "/services/ADDRESS"),
    (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "UUID"),
    (r"  \d+ B  ", "  SIZE  "),
    (r"\(\d+ bytes\)|Content-Length: \d+", "LENGTH"),
    # Whether a job is looked at before it begins, and once more before it ends.
    (r"TIME  \w\w  job \d+ (Created|InProgress)\n", ""),
    (r" +", " "),
)


def _without_what_changes(text):
    for pattern, name in _CHANGES:
        text = re.sub(pattern, name, text)
    return text


@pytest.mark.long
def test_what_the_page_shows_is_what_comes_of_it(tmp_path):
    page = PAGE.read_text(encoding="utf-8")
    assert _without_what_changes(page) == _without_what_changes(run(page, tmp_path))


def test_every_file_of_the_folder_is_on_the_page_as_it_is():
    page = PAGE.read_text(encoding="utf-8")
    shown = {block[3]: block[4] for block in BLOCK.finditer(page) if block[2] == "file"}
    files = {file.name for file in FOLDER.iterdir()} - {"README.md", "plan.schema.json"}
    assert shown == {
        name: (FOLDER / name).read_text(encoding="utf-8") for name in files if not name.endswith(".png")
    }
    assert {name for name in files if name.endswith(".png")} == set(
        re.findall(r"\]\((\w+\.png)\)", page)
    )
