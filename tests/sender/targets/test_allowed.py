"""`allowedUrlRegexes`: which regexes are taken, and what they then match."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookproof import BadConfiguration
from hookproof_sender.targets import Allowed

VENDOR = r"^http:\/\/my\.trifacta-instance\.com\/v4.*$"


@pytest.mark.rule("P-TARGET-8")
@pytest.mark.parametrize(
    "pattern",
    [
        VENDOR,
        r"^https://hooks\.example\.com/",
        r"^https?://hooks\.example\.com:8443/orders$",
        r"^http(s)?://hooks\.example\.com(:[0-9]+)?/",
        r"^(?:http|https)://[a-z0-9-]+\.example\.com/",
        r"^https://(a|b)\.example\.com(/|$)",
        r"^https://example\.com(/.*)?$",
        r"^https://example\.com$",
        r"(?i)^https://example\.com/",
        r"^http://\[fd00::1\]:8080/",
        r"^https://a\.example/|^https://b\.example/",
        r"^https://example\.com/(orders|invoices)/[^/]+$",
        r"^https://example\.com/[(|)]",
    ],
)
def test_a_regex_that_holds_the_host_at_both_ends_is_taken(pattern: str) -> None:
    assert (pattern,) == Allowed([pattern]).patterns


@pytest.mark.rule("P-TARGET-8")
@pytest.mark.parametrize(
    ("pattern", "instead"),
    [
        pytest.param("example\\.com", r"'^https?://example\.com/.*$'", id="SSRFE-41"),
        pytest.param("http://example.com", r"'^http://example\.com/.*$'", id="SSRFE-41/plain"),
        pytest.param(r"^https://example\.com", r"'^https://example\.com/.*$'", id="SSRFE-41/end"),
        pytest.param(r"^https://example\.com.*", r"'^https://example\.com/.*$'", id="SSRFE-41/star"),
        pytest.param(r"https://example\.com/", r"'^https://example\.com/.*$'", id="SSRFE-41/begin"),
        pytest.param(r"^.*://example\.com/", None, id="SSRFE-41/scheme"),
        pytest.param(r"^https://.*example\.com/", r"'^https://example\.com/.*$'", id="SSRFE-41/any"),
        pytest.param(r"^https://[^/]+\.example\.com/", None, id="SSRFE-41/all but a slash"),
        pytest.param(r"^https://example.com/", r"'^https://example\.com/.*$'", id="SSRFE-41/dot"),
        pytest.param(r"^https://example\.com/?", r"'^https://example\.com/.*$'", id="SSRFE-41/maybe"),
        pytest.param(r"^https://a\.example/|b", None, id="SSRFE-41/or"),
        pytest.param(r"^https://a\.example(/x|\.evil)?$", None, id="SSRFE-41/or inside"),
        pytest.param(r"^https://[--z]/", None, id="SSRFE-41/span"),
        pytest.param(r"^https://a\S/", None, id="SSRFE-41/class"),
        pytest.param(r"^https://a/[](]|https://b", None, id="SSRFE-41/bracket"),
        pytest.param("", None, id="SSRFE-41/empty"),
        pytest.param(".*", None, id="SSRFE-41/all"),
    ],
)
def test_a_regex_that_does_not_is_refused_with_one_that_would(
    pattern: str, instead: str | None
) -> None:
    with pytest.raises(BadConfiguration, match="could match other hosts") as refused:
        Allowed([pattern])

    if instead:
        assert str(refused.value).endswith(f"for one host write {instead}")
        Allowed([instead.strip("'")])


@pytest.mark.rule("P-TARGET-8")
@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"^https://(a/", id="SSRFE-42/bracket"),
        pytest.param(r"^https://a(?=/)/", id="SSRFE-42/look-ahead"),
        pytest.param(r"^https://(a)\1/", id="SSRFE-42/reference"),
        pytest.param(r"^https://a/((a{1000}){1000}){1000}", id="SSRFE-42/too large"),
        pytest.param("^https://a/\ud800", id="SSRFE-42/no text"),
    ],
)
def test_what_is_no_regex_is_refused_and_nothing_is_printed(
    pattern: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(BadConfiguration, match="is no regex"):
        Allowed([pattern])

    assert ("", "") == capfd.readouterr()


@pytest.mark.rule("P-TARGET-8")
@pytest.mark.parametrize(
    "tail", [pytest.param(r"(a+)+$", id="SSRFE-43"), pytest.param(r"(a|aa)*b?(a*)*$", id="SSRFE-43/or")]
)
def test_a_regex_takes_linear_time(tail: str) -> None:
    allowed = Allowed([rf"^https://a\.example/{tail}"])
    began = time.process_time()

    assert allowed.matching("https://a.example/" + "a" * 100_000 + "!") is None
    assert time.process_time() - began < 1  # a backtracking engine would take for ever


def test_the_first_that_matches_is_named() -> None:
    allowed = Allowed([r"^https://b\.example/", r"^https://a\.example/x", r"^https://a\.example/"])

    assert r"^https://a\.example/" == allowed.matching("https://a.example/y")
    assert allowed.matching("https://c.example/https://a.example/x") is None


PIECES = [
    "a",
    "b",
    "-",
    r"\.",
    ".",
    ".*",
    "[ab]+",
    "[^/]",
    r"\w",
    "/",
    r"\/",
    "$",
    "^",
    "|",
    "(",
    "(?:",
]
PIECES += [")", ")?", "?", "*", "+", ":", "[0-9]+", "@", "#", r"\?", "{0,1}", "(/", "(/|$)", "[", "]"]
EVIL = ["x", "x.a", "a.x", "xa", "ax", "a-x", "x:a", "a:x", "a@x", "a.b.x"]


@pytest.mark.rule("P-TARGET-8")
@given(
    st.lists(st.sampled_from(PIECES), max_size=10).map("".join),
    st.sampled_from(EVIL),
    st.lists(st.sampled_from(["a", "b", ".", "/", "?", "#", ":", "http://a/"]), max_size=4).map(
        "".join
    ),
)
def test_no_regex_that_is_taken_matches_a_host_that_it_does_not_name(
    rest: str, host: str, path: str
) -> None:
    r"""Here a host is named by `a` and `b`, so one with an `x` is another (`\w` may be it)."""
    try:
        allowed = Allowed([f"^http://{rest}"])
    except BadConfiguration:
        return
    if r"\w" not in rest:
        assert allowed.matching(f"http://{host}/{path}") is None
