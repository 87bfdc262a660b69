"""Text that came from anywhere does nothing, and is cut where no character is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookproof_receiver.pages.inert import inert, is_text, piece, text_of
from hookproof_receiver.pages.words import ago, size, span
from hookproof_runtime.command_line import printable

SECOND = 1_000_000_000


@pytest.mark.rule("P-PAGE-8")
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("\u202eevil", "\\u202eevil", id="WEB-2/RTL override"),
        pytest.param("\u2066a\u2069", "\\u2066a\\u2069", id="WEB-2/isolates"),
        pytest.param("a\u200bb\ufeff", "a\\u200bb\\ufeff", id="WEB-2/no room"),
        pytest.param("\x1b[31mred\x07", "\\x1b[31mred\\x07", id="WEB-2/ANSI escape"),
        pytest.param("a\rb\x85c\u2028d", "a\\rb\\x85c\\u2028d", id="WEB-2/line ends of other kinds"),
        pytest.param("\ud800", "\\ud800", id="WEB-2/half a pair"),
        pytest.param("line\n\tother é ש 漢 🎉", "line\n\tother é ש 漢 🎉", id="WEB-2/words"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, shown: str) -> None:
    assert shown == inert(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\x1b[2J\x1b]0;x\x07", id="WEB-2/ANSI escapes in what commands print"),
        pytest.param("\u202e\u2066", id="WEB-2/RTL override in what commands print"),
    ],
)
def test_commands_print_nothing_that_a_terminal_acts_on(text: str) -> None:
    assert printable(text).isprintable()
    assert printable(text).isascii()


@pytest.mark.parametrize(
    ("data", "shown", "text"),
    [
        (b"plain\r\nlines", "plain\nlines", True),
        (b"+ADw-script+AD4-", "+ADw-script+AD4-", True),  # UTF-7, which nobody reads it as
        (b"\xff\xfe<", "\\xff\\xfe<", False),
        ("é".encode()[:1], "\\xc3", True),
        (b"a\0b", "a\\x00b", False),
    ],
)
def test_bytes_are_read_as_utf_8_and_shown_where_they_are_none(data, shown, text) -> None:
    assert (shown, text) == (text_of(data), is_text(data))


@given(st.text(), st.integers(8, 20))
def test_the_pieces_of_a_text_are_the_text(text: str, most: int) -> None:
    data = text.encode("utf-8", "replace")
    start, pieces = 0, []
    while start < len(data):
        begin, end = piece(data, start, most)
        assert start == begin < end
        pieces.append(data[begin:end].decode())
        start = end
    assert data.decode() == "".join(pieces)


@given(st.binary(max_size=40), st.integers(-5, 10**12), st.integers(8, 20))
def test_a_piece_lies_within_the_body(data: bytes, start: int, most: int) -> None:
    begin, end = piece(data, start, most)
    assert 0 <= begin <= end <= len(data)
    assert begin <= max(0, min(start, len(data)))


def test_times_and_sizes_are_words() -> None:
    spans = (0.4, 1, 59.9, 60, 3599, 3600, 86_400, -12)
    told = [ago(0, round(seconds * SECOND)) for seconds in spans]
    assert told == [
        "just now", "1 s ago", "59 s ago", "1 min ago", "59 min ago", "1 h ago", "1 d ago", "in 12 s",
    ]  # fmt: skip
    assert ["0 B", "1023 B", "1.0 KiB", "8.0 MiB"] == [
        size(one) for one in (0, 1023, 1024, 8 * 1024**2)
    ]
    assert ["40 ms", "3.2 s", "4 min 10 s"] == [span(one) for one in (0.04, 3.2, 250)]
