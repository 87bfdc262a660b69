"""Logs: one event, for people or as JSON, with the ids of what it belongs to."""

import io
import json
import logging

import pytest

from hookproof_runtime.logs import configure, get_logger, tagged


@pytest.fixture(autouse=True)
def as_it_was():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_json_line_carries_delivery_message_and_guid():
    stream = io.StringIO()
    configure("json", stream=stream)
    with tagged(delivery="dlv_1", message="msg_1", guid="g"):
        get_logger("hookproof_receiver.x").info("kept", size=12)
    line = json.loads(stream.getvalue())
    assert ("kept", 12, "dlv_1", "msg_1", "g", "info") == tuple(
        line[name] for name in ("event", "size", "delivery", "message", "guid", "level")
    )


def test_the_ids_end_with_their_block_and_an_absent_one_is_not_written():
    stream = io.StringIO()
    configure("json", stream=stream)
    log = get_logger("hookproof_receiver.x")
    with tagged(delivery="dlv_1"):
        log.info("inside")
    log.info("outside")
    inside, outside = map(json.loads, stream.getvalue().splitlines())
    assert "guid" not in inside
    assert "delivery" not in outside


def test_a_console_line_is_one_line_with_the_same_fields():
    stream = io.StringIO()
    configure("console", stream=stream)
    get_logger("hookproof_receiver.x").info("kept", size=12)
    (line,) = stream.getvalue().splitlines()
    assert "kept" in line
    assert "size=12" in line


def test_a_console_line_does_nothing_to_a_terminal():
    stream = io.StringIO()
    configure("console", stream=stream)
    try:
        raise ValueError("\x1b[2J in a traceback")
    except ValueError:
        get_logger("hookproof_receiver.x").exception("\x1b[2J", name="\x9b2J\u202e")
    logging.getLogger("somebody.else").warning("peer said %s", "\x1b]0;x\x07")
    shown = stream.getvalue()
    assert [] == [char for char in shown if not char.isprintable() and char != "\n"]
    assert "\\x9b2J\\u202e" in shown
    assert "Traceback" in shown


def test_the_libraries_underneath_speak_from_warning_on():
    stream = io.StringIO()
    configure("json", stream=stream)
    logging.getLogger("urllib3.connectionpool").debug("header: %s", "canary")
    logging.getLogger("urllib3.connectionpool").warning("odd")
    (line,) = map(json.loads, stream.getvalue().splitlines())
    assert "odd" == line["event"]


def test_within_somebody_elses_application_only_their_handlers_print(capfd):
    seen: list[str] = []

    class Theirs(logging.Handler):
        def emit(self, record):
            seen.append(record.getMessage())

    logging.getLogger().addHandler(Theirs(logging.WARNING))
    log = get_logger("hookproof_receiver.x")
    log.info("received")
    log.warning("two endpoints share a secret")

    assert ("", "") == capfd.readouterr()
    assert 1 == len(seen)
    assert "share a secret" in seen[0]


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("no_color", "coloured"),
    [pytest.param("", True, id="a terminal"), pytest.param("1", False, id="NO_COLOR")],
)
def test_colours_are_for_terminals_that_want_them(monkeypatch, no_color, coloured):
    monkeypatch.setenv("NO_COLOR", no_color)
    stream = Terminal()
    configure("console", stream=stream)
    get_logger("hookproof_receiver.x").info("kept")
    assert coloured == ("\x1b[" in stream.getvalue())
