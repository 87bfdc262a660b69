"""What the sender's page shows is what its commands print, but for times, ids and what is signed."""

import re
import runpy
import sqlite3
from contextlib import closing

from tests.docs.sender_page import BLOCK, PAGE, run

from hookproof.testing import SECRET
from hookproof_receiver.testing import running_receiver
from hookproof_sender import Outbox

_CHANGES = (
    (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?Z?", "DATE"),
    (r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", "DATE"),
    (r"\d\d:\d\d:\d\d\.\d{3}", "TIME"),
    (r"\b(msg|dlv)_[0-9A-Z]{26}\b", r"\1"),
    (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "GUID"),
    (r"t=\d+,sha256=[0-9a-f]{64}", "SIGNATURE"),
    (r"\b\d+ ms\b|\b\d+\.\d+ s\b", "SPAN"),
    (r"hookproof/\d+\.\d+\.\d+\S*", "VERSION"),
    (r" +", " "),
)


def _without_what_changes(text):
    for pattern, name in _CHANGES:
        text = re.sub(pattern, name, text)
    return text


def test_each_command_of_the_page_prints_what_stands_under_it(tmp_path):
    page = PAGE.read_text(encoding="utf-8")
    assert len(BLOCK.findall(page)) == 4
    assert _without_what_changes(page) == _without_what_changes(run(page, tmp_path))


def test_a_message_is_on_record_with_what_it_tells_about(tmp_path, monkeypatch):
    page = PAGE.read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for mark, file in ("task", "tell-the-shop.toml"), ("run: outbox", "x.py"):
        found = re.search(rf"<!-- {mark} -->\n```\w+\n(.*?)```", page, re.DOTALL)
        assert found is not None
        (tmp_path / file).write_text(found[1])
    with closing(sqlite3.connect("shop.db")) as shop:
        shop.execute("CREATE TABLE orders (number INTEGER)")
    names = runpy.run_path(str(tmp_path / "x.py"))
    names["engine"].dispose()
    assert {"pending": 1} == Outbox("sqlite:///shop.db").counts()


def test_the_task_is_sent_in_python(tmp_path, monkeypatch, capsys):
    page = PAGE.read_text(encoding="utf-8")
    example = re.search(r"<!-- run: sender -->\n```python\n(.*?)```", page, re.DOTALL)
    task = re.search(r"<!-- task -->\n```toml\n(.*?)```", page, re.DOTALL)
    assert example is not None
    assert task is not None
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ORDERS_SECRET", SECRET)
    with running_receiver() as running:
        url = f'url = "{running.url}"'
        (tmp_path / "tell-the-shop.toml").write_text(re.sub(r"^url = .*$", url, task[1], flags=re.M))
        (tmp_path / "x.py").write_text(example[1])
        runpy.run_path("x.py")
    assert "delivered None [200]\n" == capsys.readouterr().out
