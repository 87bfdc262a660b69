"""Headers by which a task would write more of a request than a header: none gets as far as a socket."""

import json

import pytest
from click.testing import CliRunner
from tests.sender.peer import Peer

from hookproof.schemes import by_name, names
from hookproof_runtime.command_line.root import root
from hookproof_runtime.settings import FileProblems
from hookproof_sender import load_task
from hookproof_sender.tasks import HttpTask, headers

CANARY = "canary-4711"

RESERVED = [
    "Transfer-Encoding", "Content-Length", "Host", "Connection", "Expect", "Trailer", "TE", "Upgrade",
    "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "Accept-Encoding", "X-Http-Task-Guid",
    *dict.fromkeys(header for scheme in names() for header in by_name(scheme).headers),
]  # fmt: skip

BROKEN = {
    "CR": "\r", "LF": "\n", "CRLF": "\r\nX: y", "two CRLF": "\r\n\r\nGET / HTTP/1.1", "NUL": "\0",
    "TAB": "\t", "DEL": "\x7f", "ESC": "\x1b[31m", "line separator": "\u2028", "NEL": "\x85",
}  # fmt: skip


def value(case, text, word="a header's value is visible ASCII"):
    return pytest.param("X-A", text, word, id=case)


def name(case, text, word):
    return pytest.param(text, "a", word, id=case)


CASES = [
    *(value(f"TPL-1/{kind} inside", f"{CANARY}{char}b") for kind, char in BROKEN.items()),
    *(value(f"TPL-1/{kind} first", f"{char}b") for kind, char in BROKEN.items()),
    *(value(f"TPL-1/{kind} last", f"b{char}") for kind, char in BROKEN.items()),
    name("TPL-2/all", "{{$plan.name}}", "a header's name holds no reference"),
    name("TPL-2/part", "X-{{ $http_ab.name }}", "a header's name holds no reference"),
    name("TPL-2/broken", "{{$plan", "a header's name holds no reference"),
    name("TPL-3/blank", "X Y", "letters, digits and hyphens"),
    name("TPL-3/blank before", " X", "letters, digits and hyphens"),
    name("TPL-3/blank after", "Transfer-Encoding ", "letters, digits and hyphens"),
    name("TPL-3/colon", "X: y\r\nZ", "letters, digits and hyphens"),
    name("TPL-3/none", "", "letters, digits and hyphens"),
    name("TPL-3/long", "X" * 257, "at most 256 characters, this one 257"),
    *(
        name(f"TPL-4/{form}", form, "a task does not set this header: leave it out, ")
        for header in RESERVED
        for form in dict.fromkeys(
            (header, header.lower(), header.upper(), header.replace("-", "_"))
        )
    ),
    value("TPL-5/emoji", "🎉"),
    value("TPL-5/latin-1", "Grüße"),
    value("TPL-5/full-width", "\uff21"),
    value("TPL-5/half a pair", "\ud83c"),
    value("TPL-6/one more", "x" * 8193, "at most 8192 characters, this one 8193"),
    value("TPL-6/a MiB", "x" * 1024**2, "at most 8192 characters"),
]  # fmt: skip


@pytest.mark.rule("P-SEND-3", "P-TASK-1")
@pytest.mark.parametrize(("name", "value", "word"), CASES)
def test_it_is_refused_when_the_task_is_loaded_and_nothing_is_sent(tmp_path, name, value, word):
    with Peer() as peer:
        path = tmp_path / "task.json"
        record = {"method": "post", "url": peer.url, "body": "{}", "headers": {name: value}}
        path.write_text(json.dumps(record))
        with pytest.raises(FileProblems) as refused:
            load_task(path)
        for command in ("send", "test"):
            done = CliRunner().invoke(root, [command, str(path), "--allow-loopback"])
            assert isinstance(done.exception, FileProblems)
    assert 0 == peer.connections
    (problem,) = refused.value.problems
    assert f"headers.{name}".rstrip(".") == problem.key.rstrip(".")
    assert word in problem.sentence
    assert CANARY not in str(refused.value)


@pytest.mark.rule("P-TASK-1")
@pytest.mark.parametrize(
    ("many", "word"),
    [
        pytest.param({f"X-{n}": "" for n in range(65)}, "at most 64 headers, this one 65", id="number"),
        pytest.param({"A": "x" * 8192, "B": "x" * 4087}, "at most 12288 bytes together", id="bytes"),
    ],
)
def test_headers_are_bounded_together(many, word):
    with pytest.raises(ValueError, match=word):
        HttpTask(method="get", url="http://host/", headers=many)


@pytest.mark.rule("P-TASK-1")
@pytest.mark.parametrize(
    "many",
    [
        pytest.param({f"X-{n}": "" for n in range(64)}, id="number"),
        pytest.param({"A": "x" * 8192, "B": "x" * 4086}, id="bytes"),
        pytest.param({"X" * 256: "x"}, id="name"),
    ],
)
def test_headers_up_to_the_bounds_arrive(many):
    from hookproof_sender import Sender

    with Peer() as peer:
        task = HttpTask(method="get", url=peer.url, headers=many)
        assert Sender(allow_loopback=True).test(task).succeeded
    assert set(many.items()) <= set(peer.received[0].headers)
    assert headers.ALL_TOGETHER >= sum(len(f"{name}: {value}\r\n") for name, value in many.items())
