"""Where messages go: what a person writes, and what a message can change of it."""

from __future__ import annotations

import pytest

from hookproof.errors import BadConfiguration
from hookproof_receiver.forwarding import target_of

WHERE = [
    ("3000", "http://127.0.0.1:3000/hooks/a?x=1"),
    (":3000", "http://127.0.0.1:3000/hooks/a?x=1"),
    ("3000/in", "http://127.0.0.1:3000/in?x=1"),
    ("localhost:3000", "http://localhost:3000/hooks/a?x=1"),
    ("localhost:3000/in", "http://localhost:3000/in?x=1"),
    ("http://127.0.0.1:3000", "http://127.0.0.1:3000/hooks/a?x=1"),
    ("http://127.0.0.1:3000/", "http://127.0.0.1:3000/hooks/a?x=1"),
    ("http://127.0.0.1:3000/in/", "http://127.0.0.1:3000/in/?x=1"),
    ("https://app.example/in?key=2", "https://app.example/in?key=2&x=1"),
    ("http://[::1]:3000/in", "http://[::1]:3000/in?x=1"),
    ("web:8000", "http://web:8000/hooks/a?x=1"),
]


@pytest.mark.rule("P-FWD-3")
@pytest.mark.parametrize(("text", "url"), [pytest.param(*one, id=one[0]) for one in WHERE])
def test_a_target_keeps_the_path_or_has_one(text: str, url: str) -> None:
    assert url == target_of(text).url_for("/hooks/a?x=1")


@pytest.mark.rule("P-FWD-3")
@pytest.mark.parametrize("asked", ["//evil.example/", "/@evil.example", "/a?http://evil.example:1/"])
def test_no_message_changes_the_host(asked: str) -> None:
    assert target_of("3000").url_for(asked).startswith("http://127.0.0.1:3000/")


def test_a_message_without_a_query_adds_none() -> None:
    assert "http://127.0.0.1:3000/hooks/a" == target_of("3000").url_for("/hooks/a")


WRONG = [
    ("", "visible ASCII"),
    ("http://127.0.0.1:3000/a b", "visible ASCII"),
    ("http://127.0.0.1:3000/caf\xe9", "visible ASCII"),
    ("0", "port 0"),
    ("70000", "its port is none"),
    ("http://127.0.0.1:x/", "its port is none"),
    ("ftp://127.0.0.1/", "neither http nor https"),
    ("http://user:word@127.0.0.1/", "name and password"),
    ("http:///hooks", "no host"),
    ("http://a..b:3000/#top", "fragment"),
    ("http://[::1/", "not to be read"),
    ("/hooks/orders", "no host"),
    ("http://127.0.0.1\\@evil.example/", "name and password"),
    ("http://a\\b/", "no host"),
]


@pytest.mark.parametrize(("text", "why"), [pytest.param(*one, id=one[0] or "empty") for one in WRONG])
def test_what_is_no_target_is_said_in_a_sentence(text: str, why: str) -> None:
    with pytest.raises(BadConfiguration, match="a port \\(3000\\) or a URL") as refused:
        target_of(text)

    assert why in str(refused.value)
