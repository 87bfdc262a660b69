"""A message with blocks and attachments is read as it is shown, and anything JSON can say is read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookproof_receiver.slack import Message, reading_of
from hookproof_receiver.slack.blocks import read_message
from hookproof_receiver.slack.parts import (
    Actions,
    Attachment,
    Context,
    Divider,
    Fields,
    Header,
    Image,
    Part,
    Reading,
    Unread,
    Words,
)
from hookproof_receiver.slack.spans import Code, Link, Mention, Pre, Quote, Styled, Text


def _mrkdwn(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text}


def _plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def _words(text: str) -> Words:
    return Words((Text(text),))


BOLD = Words((Styled("bold", (Text("a"),)),))


@pytest.mark.rule("P-SLACK-16")
def test_a_text_alone_is_marked_up_unless_it_says_otherwise() -> None:
    assert (BOLD,) == read_message({"text": "*a*"}).parts
    assert (_words("*a*"),) == read_message({"text": "*a*", "mrkdwn": False}).parts


def test_what_was_kept_is_read_as_it_came() -> None:
    assert (BOLD,) == reading_of(Message("a", "*a*", '{"text": "*a*"}', 1, 1)).parts
    deep = Message("a", "*a*", '{"a":' + "[" * 5000, 1, 1)
    assert (BOLD,) == reading_of(deep).parts


@pytest.mark.rule("P-SLACK-16")
def test_blocks_stand_for_the_text() -> None:
    message = {"text": "for a notification", "blocks": [{"type": "divider"}]}
    assert (Divider(),) == read_message(message).parts


@pytest.mark.parametrize(
    ("block", "parts"),
    [
        pytest.param({"type": "section", "text": _mrkdwn("*a*")}, (BOLD,), id="section"),
        pytest.param({"type": "section", "text": _plain("*a*")}, (_words("*a*"),), id="plain section"),
        pytest.param(
            {"type": "section", "text": _mrkdwn("a"), "fields": [_mrkdwn("*a*"), _plain("b")]},
            (_words("a"), Fields((BOLD, _words("b")))),
            id="fields",
        ),
        pytest.param(
            {
                "type": "section",
                "text": _mrkdwn("a"),
                "accessory": {"type": "button", "text": _plain("Press")},
            },
            (_words("a"), Actions(("Press",))),
            id="a button beside it",
        ),
        pytest.param({"type": "header", "text": _plain("*Done*")}, (Header("*Done*"),), id="header"),
        pytest.param({"type": "divider"}, (Divider(),), id="divider"),
        pytest.param(
            {
                "type": "context",
                "elements": [
                    {"type": "image", "image_url": "https://a.example/a.png", "alt_text": "a cat"},
                    _mrkdwn("*a*"),
                ],
            },
            (Context((Image("a cat", Link("https://a.example/a.png", "a cat")), BOLD)),),
            id="context",
        ),
        pytest.param(
            {"type": "image", "image_url": "javascript:1", "alt_text": "a", "title": _plain("T")},
            (_words("T"), Image("a", None)),
            id="an image that is no link",
        ),
        pytest.param(
            {
                "type": "actions",
                "elements": [
                    {"type": "button", "text": _plain("Retry")},
                    {"type": "static_select", "placeholder": _plain("Which?")},
                    {"type": "datepicker"},
                ],
            },
            (Actions(("Retry", "Which?", "datepicker")),),
            id="actions",
        ),
        pytest.param(
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "a", "style": {"bold": True, "code": True}},
                            {"type": "link", "url": "https://a.example", "text": "b"},
                            {"type": "user", "user_id": "U1"},
                            {"type": "emoji", "name": "tada"},
                        ],
                    },
                    {
                        "type": "rich_text_list",
                        "style": "ordered",
                        "elements": [
                            {"type": "rich_text_section", "elements": [{"type": "text", "text": item}]}
                            for item in ("c", "d")
                        ],
                    },
                    {"type": "rich_text_quote", "elements": [{"type": "text", "text": "e"}]},
                    {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "f"}]},
                ],
            },
            (
                Words(
                    (
                        Styled("bold", (Code("a"),)),
                        Link("https://a.example", "b"),
                        Mention("user", "@U1"),
                        Text(":tada:\n1. c\n2. d\n"),
                        Quote((Text("e"),)),
                        Pre("f"),
                    )
                ),
            ),
            id="rich text",
        ),
        pytest.param({"type": "video"}, (Unread("video"),), id="another type"),
    ],
)
def test_a_block_reads_as_it_is_shown(block: dict[str, Any], parts: tuple[Part, ...]) -> None:
    assert parts == read_message({"blocks": [block]}).parts


def test_attachments_of_both_kinds_stand_below() -> None:
    reading = read_message(
        {
            "username": "nightly",
            "icon_emoji": ":moon:",
            "text": "a",
            "attachments": [
                {"color": "#ECB22E", "blocks": [{"type": "divider"}], "fallback": "f"},
                {
                    "color": "danger",
                    "title": "Plan",
                    "title_link": "https://a.example",
                    "text": "*a*",
                    "fields": [{"title": "Rows", "value": "4"}],
                    "footer": "by",
                },
                {"fallback": "nothing else", "color": "url(x)"},
                {},
            ],
        }
    )
    title = Words((Styled("bold", (Link("https://a.example", "Plan"),)),))
    rows = Fields((Words((Styled("bold", (Text("Rows"),)),)), _words("4")))
    assert reading == Reading(
        "nightly",
        ":moon:",
        (_words("a"),),
        (
            Attachment("#ecb22e", (Divider(),)),
            Attachment("#e01e5a", (title, BOLD, rows, Context((_words("by"),)))),
            Attachment("", (_words("nothing else"),)),
        ),
    )


def test_half_a_pair_can_be_shown() -> None:
    """JSON may say one deep inside a block, and no page could be sent that holds it."""
    message = json.loads('{"blocks": [{"type": "header", "text": {"text": "a\\ud800"}}]}')
    assert (Header("a\ufffd"),) == read_message(message).parts


# fmt: off
NAMES = st.sampled_from([
    "type", "text", "blocks", "attachments", "elements", "fields", "accessory", "title", "style", "url",
    "image_url", "color",
])
WORDS = st.sampled_from([
    "section", "header", "context", "image", "actions", "rich_text", "rich_text_section", "mrkdwn",
    "rich_text_list", "rich_text_quote", "text", "link", "*a*", "https://a.example", "\ud800",
])
# fmt: on
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=20,
)


@given(content=st.dictionaries(NAMES, JSON))
def test_anything_json_can_say_is_read_and_can_be_shown(content: dict[str, Any]) -> None:
    repr(read_message(content)).encode()
