"""What the receiver's page shows is what comes of it, but for times, ids and what a machine has."""

import re

from tests.docs.receiver_page import BLOCK, PAGE, run

from hookproof_receiver.cli.inbox import inbox

_CHANGES = (
    (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?Z?", "DATE"),
    (r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", "DATE"),
    (r"\d\d:\d\d:\d\d\.\d{3}", "TIME"),
    (r"\b(msg|dlv|rpl)_[0-9A-Z]{26}\b", r"\1"),
    (r"\b\d+ ms\b|\b\d+(\.\d+)? s\b", "SPAN"),
    (r"\b\d+ (MiB are free|bytes$)", r"NUMBER \1"),
    (r"descriptors for \d+ connections", "descriptors"),
    (r" +", " "),
)


def _without_what_changes(text):
    for pattern, name in _CHANGES:
        text = re.sub(pattern, name, text, flags=re.MULTILINE)
    return text


def test_what_the_page_shows_is_what_comes_of_it(tmp_path):
    page = PAGE.read_text(encoding="utf-8")
    kinds = [block[2] for block in BLOCK.finditer(page)]
    assert 4 == kinds.count("file")
    assert (2, 6, 1) == tuple(kinds.count(kind) for kind in ("serve", "session", "answers"))
    assert _without_what_changes(page) == _without_what_changes(run(page, tmp_path))


def test_every_link_leads_somewhere():
    for text, target in re.findall(r"\[([^]\n]+)\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8")):
        file, _, anchor = target.partition("#")
        headings = re.findall(
            r"^#+ (.*)$", (PAGE.parent / (file or PAGE.name)).read_text(), re.MULTILINE
        )
        anchors = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}
        assert not anchor or anchor in anchors, (text, target)


def test_every_command_of_the_inbox_is_in_its_table():
    (table,) = re.findall(
        r"^\| `hookproof inbox …` .*\n((?:\|.*\n)+)", PAGE.read_text(encoding="utf-8"), re.M
    )
    named = re.findall(r"`([a-z]+)[^`]*`", "".join(line.split("|")[1] for line in table.splitlines()))
    assert sorted(inbox.commands) == sorted(named)


def test_every_code_of_an_answer_is_in_its_table():
    section = (
        PAGE.read_text(encoding="utf-8").partition("## Each answer")[2].partition("As each looks")[0]
    )
    codes = (PAGE.parents[1] / "shared" / "PROTOCOL.md").read_text(encoding="utf-8")
    listed = re.findall(
        r"^\| (?:[45]\w\w|the handler's) \| `(\w+)`",
        codes.partition("A receiver's other errors")[2],
        re.M,
    )
    assert len(listed) > 15
    assert set(listed) <= set(re.findall(r"`(\w+)`", section))
