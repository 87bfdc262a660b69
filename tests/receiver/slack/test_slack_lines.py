"""A message on a terminal: set as a terminal can, and nothing in it acts on the terminal."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookproof_receiver.cli.slack_lines import message_lines
from hookproof_receiver.slack.blocks import read_message


def _lines(content: dict[str, Any], *, styled: bool = False) -> list[str]:
    return message_lines(read_message(content), styled=styled)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("*a* _b_ ~c~ `d`", ["a b c `d`"], id="styles"),
        pytest.param("a\n>b\n>*c*\nd", ["a", "> b", "> c", "d"], id="a quote"),
        pytest.param("a ```b\n c``` d", ["a ", "    b", "     c", " d"], id="code in lines"),
        pytest.param("<https://a.example|b> <https://a.example>",
                     ["b (https://a.example) https://a.example"], id="links"),
        pytest.param("<@U1> <!here>", ["@U1 @here"], id="mentions"),
    ],
)  # fmt: skip
def test_a_text_without_a_terminal_is_its_words(text: str, lines: list[str]) -> None:
    assert lines == _lines({"text": text})


def test_blocks_stand_line_by_line() -> None:
    def plain(text: str) -> dict[str, str]:
        return {"type": "plain_text", "text": text}

    image = {"type": "image", "image_url": "https://a.example/a.png", "alt_text": "a cat"}
    blocks = [
        {"type": "section", "text": plain("a"), "fields": [plain("b"), plain("c")]},
        {"type": "divider"},
        {"type": "context", "elements": [image, plain("d")]},
        {"type": "actions", "elements": [{"type": "button", "text": plain("Retry")}]},
        {"type": "video"},
    ]
    assert [
        "a",
        "b",
        "c",
        "-" * 40,
        "(image: a cat) https://a.example/a.png  d",
        "[Retry]",
        "(a block of the type 'video')",
    ] == _lines({"blocks": blocks})


def test_on_a_terminal_it_is_set_as_a_terminal_can() -> None:
    (line,) = _lines({"text": "*a* b"}, styled=True)
    assert "\x1b[1ma\x1b[0m b" == line


HOSTILE = st.text(alphabet="\x1b\x07\r\u202e\u200b[2J*_>`\na ")


@pytest.mark.parametrize("place", ["text", "header", "alt", "label", "type", "url", "attachment"])
@given(words=HOSTILE)
def test_nothing_acts_on_the_terminal_wherever_it_stands(place: str, words: str) -> None:
    def block(**content: Any) -> dict[str, Any]:
        return {"blocks": [content]}

    text = {"type": "plain_text", "text": words}
    content = {
        "text": {"text": words},
        "header": block(type="header", text=text),
        "alt": block(type="image", image_url="https://a.example", alt_text=words),
        "label": block(type="actions", elements=[{"type": "button", "text": text}]),
        "type": block(type=words),
        "url": {"text": f"<https://a.example/{words}|{words}>"},
        "attachment": {"attachments": [{"title": words, "color": words, "footer": words}]},
    }[place]
    for line in _lines(content):
        assert line.isprintable()
    for line in _lines(content, styled=True):
        assert re.sub(r"\x1b\[\d+m", "", line).isprintable()
