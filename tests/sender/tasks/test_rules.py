"""What a task's URL and headers may be: P-SEND-1 to P-SEND-3."""

from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url

from hookproof_sender.tasks.headers import check_name, check_value
from hookproof_sender.tasks.target import check_url
from hookproof_sender.wire import Outgoing
from hookproof_sender.wire.request import Prepared


@pytest.mark.parametrize(
    "url",
    [
        "http://host",
        "HTTP://Host:8080/a/b?c=d&e=%20#f",
        "https://hooks.slack.com/services/T00000000/B00000000/XXXX",
        "http://127.0.0.1:3005/v4/jobGroups",
        "http://[::1]:8080/x",
        "http://under_score.example./",
        "http://xn--bcher-kva.example/",
        "http://2130706433/",
    ],
)
def test_a_url_that_can_be_sent_to_is_left_as_it_is(url):
    assert url == check_url(url)


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("", "visible ASCII"),
        ("host/path", "begins with http"),
        ("ftp://host/", "begins with http"),
        ("javascript:alert(1)", "begins with http"),
        ("http:host/path", "needs a host"),
        ("http:///path", "needs a host"),
        ("http://:80/", "needs a host"),
        ("http://user:pass@host/", "no user or password"),
        ("http://host@/", "no user or password"),
        ("http://a.example\\@b.example/", "backslashes"),
        ("http:\\\\host\\", "backslashes"),
        ("http://host/a b", "blanks"),
        (" http://host/", "blanks"),
        ("http://host/\n", "visible ASCII"),
        ("http://ho\tst/", "visible ASCII"),
        ("http://host/\0", "visible ASCII"),
        ("http://bücher.example/", "xn--"),
        ("http://host/é", "percent-encode"),
        ("http://a..b/", "no name"),
        ("http://-a/", "no name"),
        (f"http://{'a' * 64}/", "no name"),
        ("http://a,b/", "no name"),
        ("http://a%2eb/", "no name"),
        ("http://[::1/", "brackets"),
        ("http://[::g]/", "brackets"),
        ("http://[1.2.3.4]/", "brackets"),
        ("http://[fe80::1%25eth0]/", "brackets"),
        ("http://[::1]x:80/", "brackets"),
        ("http://host:/", "port"),
        ("http://host:0/", "port"),
        ("http://host:65536/", "port"),
        ("http://host:8o/", "host"),
        ("http://host/{{$plan.name}}", "no reference"),
    ],
)
def test_a_url_that_two_parsers_could_read_differently_is_refused(url, word):
    with pytest.raises(ValueError, match=word) as refused:
        check_url(url)
    assert "pass" not in str(refused.value).replace("password", "")


@given(
    st.text("abAB019.-_:/?#[]@\\%&;=!$'()*+,~ \t\n", max_size=25).map("http://{}".format)
    | st.text(max_size=25).map("http://host{}".format)
)
def test_whatever_is_accepted_is_connected_to_as_it_was_judged(url):
    try:
        check_url(url)
    except ValueError:
        return
    judged = urlsplit(url)
    sent = Prepared(Outgoing("test", "GET", url), keep_alive=False)
    assert judged.hostname == sent.host
    assert (judged.port or (443 if sent.has_tls else 80)) == sent.port
    elsewhere = parse_url(requests.Request("GET", url).prepare().url or "")
    assert sent.host == (elsewhere.host or "").strip("[]")
    assert judged.port == elsewhere.port


@pytest.mark.parametrize("name", ["Authorization", "Content-Type", "x", "X_1.2~!#$%&'*+^`|"])
def test_a_token_is_a_headers_name(name):
    assert name == check_name(name)


@pytest.mark.parametrize("name", ["", "X Y", "X:", "X\r\nY", "X\0", "Xé", "(X)", "X\t", '"X"'])
def test_anything_else_is_none(name):
    with pytest.raises(ValueError, match="a header's name is"):
        check_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Host", "content-length", "Transfer-Encoding", "CONNECTION", "X-Webhook-Signature",
        "x-http-task-guid",
    ],
)  # fmt: skip
def test_a_task_does_not_set_what_the_sender_writes(name):
    with pytest.raises(ValueError, match="leave it out"):
        check_name(name)


@pytest.mark.parametrize("value", ["", "a", "a b  c", "Bearer eyJhbGciOi.J9", '"q"; x=1', "~!{}"])
def test_visible_ascii_with_blanks_inside_is_a_headers_value(value):
    assert value == check_value(value)


@pytest.mark.parametrize(
    "value",
    ["a\r\nB: c", "a\nb", "a\rb", "a\0b", "a\tb", " a", "a ", "é", "🎉", "\x7f", "a\u2028", "a\n"],
)
def test_a_value_that_would_break_the_head_is_refused(value):
    with pytest.raises(ValueError, match="a header's value is"):
        check_value(value)
