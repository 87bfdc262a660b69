"""A text of Slack's is read as a person would see it there, and any text is read."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookproof_receiver.slack.mrkdwn import parse
from hookproof_receiver.slack.spans import (
    Code,
    Link,
    Mention,
    Pre,
    Quote,
    Span,
    Styled,
    Text,
    plain,
)

T, B = Text, Styled


@pytest.mark.rule("P-SLACK-16")
@pytest.mark.parametrize(
    ("text", "spans"),
    [
        pytest.param("", (), id="nothing"),
        pytest.param("a\nb", (T("a\nb"),), id="two lines"),
        pytest.param("*a b*", (B("bold", (T("a b"),)),), id="bold"),
        pytest.param("_a_ ~b~", (B("italic", (T("a"),)), T(" "), B("strike", (T("b"),))), id="others"),
        pytest.param(
            "*a _b ~c~_*!",
            (B("bold", (T("a "), B("italic", (T("b "), B("strike", (T("c"),)))))), T("!")),
            id="three deep",
        ),
        pytest.param("*a _b* c_", (B("bold", (T("a _b"),)), T(" c_")), id="crossed"),
        pytest.param("2*3*4, snake_case_name", (T("2*3*4, snake_case_name"),), id="amid words"),
        pytest.param("* a * and _ b _", (T("* a * and _ b _"),), id="blanks inside"),
        pytest.param("*a", (T("*a"),), id="never closed"),
        pytest.param("a*", (T("a*"),), id="never opened"),
        pytest.param("**", (T("**"),), id="nothing in between"),
        pytest.param("*a\nb*", (T("*a\nb*"),), id="over two lines"),
        pytest.param("`*a*`", (Code("*a*"),), id="code has no markup"),
        pytest.param("`a` ` ``", (Code("a"), T(" "), Code(" "), T("`")), id="backticks"),
        pytest.param("``", (T("``"),), id="two backticks"),
        pytest.param("a ```b\n*c*``` d", (T("a "), Pre("b\n*c*"), T(" d")), id="code in lines"),
        pytest.param("a\n```\nb\n```\nc", (T("a"), Pre("b"), T("c")), id="code on lines of its own"),
        pytest.param("```a", (T("```a"),), id="a fence never closed"),
        pytest.param("``````", (T("``````"),), id="a fence around nothing"),
        pytest.param("> a *b*\n&gt;c\nd", (Quote((T("a "), B("bold", (T("b"),)), T("\nc"))), T("d")),
                     id="quoted lines"),
        pytest.param("a\n>>> b\nc", (T("a"), Quote((T("b\nc"),))), id="all the rest quoted"),
        pytest.param("a > b", (T("a > b"),), id="a sign amid a line"),
        pytest.param("&lt;b&gt; &amp;amp; &quot;", (T("<b> &amp; &quot;"),), id="three escapes, once"),
        pytest.param(
            "<https://a.example/x?y=1&amp;z=2|the _plan_>",
            (Link("https://a.example/x?y=1&z=2", "the _plan_"),),
            id="a link",
        ),
        pytest.param("<http://a.b>", (Link("http://a.b", "http://a.b"),), id="no label"),
        pytest.param("<mailto:ann@example.com>", (Link("mailto:ann@example.com", "ann@example.com"),),
                     id="mail"),
        pytest.param(
            "*see https://a.b/c_d_e.*",
            (B("bold", (T("see "), Link("https://a.b/c_d_e", "https://a.b/c_d_e"), T("."))),),
            id="a bare URL",
        ),
        pytest.param("<javascript:alert(1)|here>", (T("<javascript:alert(1)|here>"),), id="no script"),
        pytest.param("<https://a b|c>", (T("<https://a b|c>"),), id="no URL"),
        pytest.param("<https://a\u202eb|c>", (T("<https://a\u202eb|c>"),), id="a URL turned around"),
        pytest.param("<data:text/html,x>", (T("<data:text/html,x>"),), id="no data"),
        pytest.param(
            "<@U0123ABCD> <@U0123ABCD|ann> <#C0123ABCD|plan-runs> <!subteam^S0123|@ops>",
            (
                Mention("user", "@U0123ABCD"), T(" "), Mention("user", "@ann"), T(" "),
                Mention("channel", "#plan-runs"), T(" "), Mention("group", "@ops"),
            ),
            id="mentions",
        ),
        pytest.param("<!here>", (Mention("all", "@here"),), id="who is here"),
        pytest.param("<!channel>", (Mention("all", "@channel"),), id="everybody"),
        pytest.param("<!date^1392734382^{date}|Feb 18, 2014>", (T("Feb 18, 2014"),), id="a date"),
        pytest.param("<@ann> <!all> <b> <>", (T("<@ann> <!all> <b> <>"),), id="brackets around words"),
        pytest.param("- a\n1. b :tada:", (T("- a\n1. b :tada:"),), id="lists and emoji are text"),
    ],
)  # fmt: skip
def test_a_text_reads_as_in_slack(text: str, spans: tuple[Span, ...]) -> None:
    assert spans == parse(text)


MARKS = st.lists(
    st.sampled_from(
        ["*", "_", "~", "`", "```", ">", ">>>", "<", ">", "|", "&amp;", "&lt;", "\n", " ", "a", "b c",
         "https://a.example/", "@U1", "!here", "\u202e", "\x1b[2J", "\r\n"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


def _depth(spans: tuple[Span, ...]) -> int:
    return max(
        (_depth(span.spans) + 1 for span in spans if isinstance(span, Styled | Quote)), default=0
    )


def _leaves(spans: tuple[Span, ...]) -> list[Span]:
    return [
        leaf
        for span in spans
        for leaf in (_leaves(span.spans) if isinstance(span, Styled | Quote) else [span])
    ]


@given(text=st.text() | MARKS)
def test_any_text_is_read_into_a_shallow_tree_whose_links_run_nothing(text: str) -> None:
    spans = parse(text)
    assert _depth(spans) <= 4
    for leaf in _leaves(spans):
        if isinstance(leaf, Link):
            assert leaf.url.lower().startswith(("http://", "https://", "mailto:"))
            assert leaf.url.isprintable()


@given(words=st.text(alphabet=st.characters(exclude_characters="*_~`<>&\r:")))
def test_a_text_without_marks_stays_as_it_is(words: str) -> None:
    assert words == plain(parse(words))


@given(text=MARKS)
def test_no_word_is_lost(text: str) -> None:
    """Marks may go; what was said stays, but for what a link's label stands for."""
    text = text.replace("|", "")
    assert text.count("b c") <= plain(parse(text)).count("b c")


@pytest.mark.parametrize(
    "piece",
    [
        "*",
        "_a",
        "*a_b~c",
        "`",
        "`a",
        "<",
        "<a",
        "```",
        "> ",
        ">>>",
        "&amp;",
        "http://",
        "*<a|*_`",
        " *a _b ~c",
    ],
)
def test_time_is_linear_in_the_length(piece: str) -> None:
    """Sixteen times the text takes about sixteen times as long: 256 KiB are read in no time."""

    def took(length: int) -> float:
        text = piece * (length // len(piece))
        spans = []
        for _ in range(3):
            start = time.thread_time()
            parse(text)
            spans.append(time.thread_time() - start)
        return min(spans)

    assert took(32_000) < 80 * took(2_000) + 0.01  # 256 times, were it quadratic
