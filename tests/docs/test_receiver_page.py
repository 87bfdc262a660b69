"""What the receiver's page shows is what its commands print, but for ids and what a machine has."""

import re

from tests.docs.receiver_page import PAGE, run
from tests.docs.sender_page import BLOCK

_CHANGES = (
    (r"\b(msg|dlv)_[0-9A-Z]{26}\b", r"\1"),
    (r"\b\d+ (MiB|bytes)", r"NUMBER \1"),
    (r"descriptors for \d+ connections", "descriptors"),
)


def _without_what_changes(text):
    for pattern, name in _CHANGES:
        text = re.sub(pattern, name, text)
    return text


def test_each_command_of_the_page_prints_what_stands_under_it(tmp_path):
    page = PAGE.read_text(encoding="utf-8")
    assert len(BLOCK.findall(page)) == 2
    assert _without_what_changes(page) == _without_what_changes(run(page, tmp_path))
