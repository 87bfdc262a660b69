"""`hookproof faults`, as a person meets it."""

from __future__ import annotations

import json
import signal
import socket
import urllib.request

import pytest

from hookproof_receiver.faults import listing

from .conftest import Folder


def ask(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as response:
        return int(response.status)


def test_every_request_is_two_lines(folder: Folder) -> None:
    with folder.run_until_stopped("faults", "--ready-file", "ready") as program:
        url = (folder.path / "ready").read_text().strip()
        assert 204 == ask(f"{url}/204?token=canary")
        came, ended = program.line(), program.line()
        done = program.end()

    assert program.ready == f"ready: {url}"
    assert "--> #1 GET /204  0 B" in came
    assert "<-- #1 204: done in " in ended
    assert "canary" not in came + ended
    assert (0, "stopped\n") == (done.code, done.err)


def test_as_json_every_line_is_a_document(folder: Folder) -> None:
    with folder.run_until_stopped("faults", "--jsonl") as program:
        ready = json.loads(program.ready)
        assert 204 == ask(f"{ready['url']}/204")
        documents = [ready, json.loads(program.line()), json.loads(program.line())]
        done = program.end(signal.SIGINT)

    assert [(1, "ready"), (1, "came"), (1, "ended")] == [(d["schema"], d["event"]) for d in documents]
    assert 130 == done.code


def test_what_a_path_holds_is_harmless_on_a_terminal(folder: Folder) -> None:
    with folder.run_until_stopped("faults") as program:
        with socket.create_connection(("127.0.0.1", program.port), 10) as connection:
            connection.sendall("GET /\u009b31m HTTP/1.1\r\n\r\n".encode("latin-1"))
            assert b"HTTP/1.1 400" in connection.recv(100)
        said = program.line()

    assert said.isprintable()


def test_the_list_is_the_table(folder: Folder) -> None:
    ended = folder.run("faults", "--list")

    assert (0, listing() + "\n") == (ended.code, ended.out)


@pytest.mark.parametrize(("listen", "warned"), [("0.0.0.0:0", True), ("127.0.0.1:0", False)])
def test_more_than_loopback_is_warned_of(folder: Folder, listen: str, warned: bool) -> None:
    with folder.run_until_stopped("faults", "--listen", listen) as program:
        assert program.ready
        done = program.end()

    assert warned == ("warning: whoever reaches 0.0.0.0 can" in done.err)


def test_where_the_port_is_taken_it_says_so(folder: Folder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        ended = folder.run("faults", "--listen", f"127.0.0.1:{other.getsockname()[1]}")

    assert 3 == ended.code
    assert "cannot listen at" in ended.err
