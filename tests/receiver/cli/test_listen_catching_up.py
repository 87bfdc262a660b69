"""`hookproof listen` while the application is away, fails, or while it is itself killed."""

from __future__ import annotations

import re
import signal
import threading
from pathlib import Path

import pytest

from ..forwarding.app import App, free_port, serving
from ..wire import good
from .conftest import Folder
from .test_listen import listening

README = (Path(__file__).parents[3] / "receiver" / "README.md").read_text(encoding="utf-8")
_PATHS = ("--path", "/a", "--path", "/b")


def shape(line: str) -> str:
    """What two runs have in common: times, ports, ids and sizes differ, and so do widths."""
    line = re.sub(r"(dlv|msg)_[0-9A-Z]{26}", r"\1", line)
    return re.sub(r" +", " ", re.sub(r"[0-9][0-9:.]*", "N", line))


@pytest.mark.rule("P-FWD-5")
@pytest.mark.rule("P-FWD-7")
def test_what_came_while_the_application_was_away_arrives_once_and_in_order(folder: Folder) -> None:
    app, port = App(), free_port()
    sent = [(f"/{path}", b"%d" % number) for number in range(10) for path in "ab"]
    with listening(folder, port, *_PATHS) as program:
        program.line()
        answers = [good(program.port, body=body, target=path) for path, body in sent]
        with serving(app, port):
            app.wait_for(len(sent))
            said = [program.line() for _ in range(2 * len(sent) + 2)]
            with pytest.raises(AssertionError):
                app.wait_for(len(sent) + 1, timeout=0.3)

    assert {(200, "kept")} == {(one.status, one.headers["hookproof-state"]) for one in answers}
    for path in ("/a", "/b"):
        came = [got.body for got in app.got if got.target == path]
        assert [body for target, body in sent if target == path] == came
    assert {one.headers["hookproof-message"] for one in answers} == {
        got.all("Hookproof-Message")[0] for got in app.got
    }
    assert all(got.is_good for got in app.got)
    assert 1 == len([line for line in said if "cannot be reached" in line])
    assert 1 == len([line for line in said if "is back after" in line])
    assert len(sent) == len([line for line in said if line.endswith("  forwarded")])


@pytest.mark.rule("P-FWD-4")
@pytest.mark.rule("P-FWD-5")
def test_it_goes_as_the_readme_shows_it(folder: Folder) -> None:
    """What came before the application was there; what it did not take at once; what was forged."""
    app, port = App(), free_port()
    app.answers_to = {b"3": [500]}
    with listening(folder, port) as program:
        printed = [program.ready, program.line()]
        good(program.port, body=b"1", target="/hooks/demo")
        printed += [program.line(), program.line()]
        good(program.port, body=b"2", target="/hooks/demo")
        printed += [program.line()]
        with serving(app, port):
            printed += [program.line() for _ in range(3)]
            good(program.port, body=b"3", target="/hooks/demo")
            printed += [program.line() for _ in range(3)]
        good(program.port, body=b"4", target="/hooks/demo", secret="another secret, which is wrong")
        printed += [program.line() for _ in range(3)]
    shown = re.search(r"<!-- run: listen -->\n```console\n\$ [^\n]*\n(.*?)\n```", README, re.DOTALL)

    assert shown is not None
    assert [shape(line) for line in shown[1].splitlines()] == [shape(line) for line in printed]
    assert [b"1", b"2", b"3", b"3"] == app.bodies
    assert app.got[2].all("Hookproof-Message") == app.got[3].all("Hookproof-Message")


@pytest.mark.long
@pytest.mark.rule("P-FWD-4")
def test_nothing_that_was_acknowledged_is_lost_with_the_process(folder: Folder) -> None:
    app = App()
    app.held = threading.Event()
    with serving(app) as port:
        with listening(folder, port) as program:
            answers = [
                good(program.port, body=b"%d" % number, target="/hooks/demo") for number in range(5)
            ]
            app.wait_for(1)  # and it has no answer yet
            program.end(signal.SIGKILL)
        app.held.set()
        with listening(folder, port) as program:
            app.wait_for(6)
            assert program.ready.startswith("ready: ")  # before what it caught up

    acknowledged = {one.headers["hookproof-message"] for one in answers if one.status == 200}
    assert 5 == len(acknowledged)
    assert acknowledged == {got.all("Hookproof-Message")[0] for got in app.got}
    assert {b"%d" % number for number in range(5)} == set(app.bodies)


@pytest.mark.long
@pytest.mark.rule("P-FWD-5")
def test_a_message_outlasts_more_tries_than_it_has(folder: Folder) -> None:
    """For 20 s nobody is there: it is looked for more than eight times, and nothing is parked."""
    app, port = App(), free_port()
    with listening(folder, port) as program:
        program.line()
        assert 200 == good(program.port, body=b"1", target="/hooks/demo").status
        program.line(), program.line()
        threading.Event().wait(20)
        with serving(app, port):
            app.wait_for(1, timeout=4)  # it is looked for every 2 s; doubled on, in 5
            back, forwarded = program.line(), program.line()
        ended = program.end()

    assert "is back after 2" in back
    assert forwarded.endswith("  forwarded")
    assert "parked" not in ended.err
