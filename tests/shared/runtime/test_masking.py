"""What is hidden of a request before it is kept or shown: P-MASK-1, P-MASK-2."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookproof_runtime.masking import masked_headers, masked_text, masked_url

CANARY = "c4n4ry"


@pytest.mark.rule("P-MASK-1")
@pytest.mark.parametrize(
    ("url", "shown"),
    [
        pytest.param("http://h:80/a/b", "http://h:80/a/b", id="nothing to hide"),
        pytest.param("https://u:c4n4ry@h/a", "https://…@h/a", id="SEC-18/userinfo"),
        pytest.param("https://c4n4ry@h", "https://…@h", id="SEC-18/user alone"),
        pytest.param("https://u:c4n?4ry@h/a", "https://…@h/a", id="SEC-18/odd userinfo"),
        pytest.param("http://h/?token=c4n4ry", "http://h/?token=…", id="SEC-18/token"),
        pytest.param("http://h?a=c4n4ry&b[c]=c4n4ry#x", "http://h?a=…&b[c]=…#…", id="SEC-18/two"),
        pytest.param("http://h/?c4n4ry", "http://h/?…", id="SEC-18/no name"),
        pytest.param("http://h/?c4n4ry==", "http://h/?…", id="SEC-18/base64"),
        pytest.param("http://h/?c4n4ry=&a=c4n4ry=c4n4ry", "http://h/?…&a=…", id="SEC-18/empty value"),
        pytest.param("http://h/?a=1;token=c4n4ry", "http://h/?a=…", id="SEC-18/semicolons"),
        pytest.param("http://h/?" + "c4n4ry" * 9 + "=1", "http://h/?…", id="SEC-18/long name"),
        pytest.param("http://h/#access_token=c4n4ry", "http://h/#…", id="SEC-18/fragment"),
        pytest.param(
            "https://hooks.slack.com/services/T00000000/B00000000/c4n4ry?a=b",
            "https://hooks.slack.com/services/T00000000/B00000000/…?a=…",
            id="SEC-18/Slack",
        ),
        pytest.param(
            "http://127.0.0.1:8080/services/T1/B1/c4n4ry",
            "http://127.0.0.1:8080/services/T1/B1/…",
            id="SEC-18/Slack's part here",
        ),
        pytest.param(
            "https://hooks.slack.com/workflows/T0/A0/1/c4n4ry",
            "https://hooks.slack.com/workflows/T0/A0/…",
            id="SEC-18/Slack workflow",
        ),
    ],
)
def test_a_url_is_shown_without_what_may_be_a_token(url, shown):
    assert shown == masked_url(url)
    assert f"at {shown} there" == masked_text(f"at {url} there")


def test_a_token_that_is_known_is_hidden_wherever_it_stands():
    said = masked_text("c4n4ry, https://h/c4n4ry?a=b: xc4n4ryx", "c4n4ry", "")
    assert "…, https://h/…?a=… x…x" == said


@pytest.mark.rule("P-MASK-2")
@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "Bearer c4n4ry", "Bearer …"),
        ("authorization", "basic dTpjNG40cnk=", "basic …"),
        ("Authorization", "c4n4ry of another kind", "…"),
        ("Authorization", "Bearer", "…"),
        ("Proxy-Authorization", "Basic c4n4ry", "Basic …"),
        ("Cookie", "a=c4n4ry; b=c4n4ry", "…"),
        ("Set-Cookie", "a=c4n4ry; Path=/", "…"),
        ("X-Auth", "c4n4ry", "…"),
        ("X-Api-Key", "c4n4ry", "…"),
        ("X-APIKEY", "c4n4ry", "…"),
        ("X-Gitlab-Token", "c4n4ry", "…"),
        ("Client_Secret", "c4n4ry", "…"),
        ("X-Password", "c4n4ry", "…"),
        ("Session-Id", "c4n4ry", "…"),
        ("Location", "https://h/a?token=c4n4ry", "https://h/a?token=…"),
        ("Link", "<https://u:c4n4ry@h/>; rel=x, <HTTP://h?c4n4ry>", "<https://…@h/>; rel=x, <HTTP://h?…>"),
        ("Content-Type", "application/json", "application/json"),
        ("X-Webhook-Signature", "t=1,sha256=0", "t=1,sha256=0"),
        ("WWW-Authenticate", 'Bearer realm="a"', 'Bearer realm="a"'),
        ("Idempotency-Key", "order-4", "order-4"),
    ],
)  # fmt: skip
def test_a_header_is_shown_without_what_may_be_a_token(name, value, shown):
    assert ((name, shown),) == masked_headers([(name, value)])


@given(st.text(), st.text("/?#&=@:", max_size=12))
def test_the_value_of_a_parameter_is_hidden_whatever_stands_before_it(before, marks):
    assert CANARY not in masked_url(f"http://h/{before}?token={marks}{CANARY}")


@pytest.mark.parametrize(
    "piece", ["hooks.slack", "/services/TA", "/services/TA/BA", "://", "http://a?"]
)
def test_the_time_grows_with_the_length_and_not_with_its_square(piece):
    url = piece * (64 * 1024 // len(piece))
    began = time.monotonic()
    masked_url(url)
    masked_headers([("X-Url", url)])
    assert time.monotonic() - began < 2  # by the square it is 14 s here
