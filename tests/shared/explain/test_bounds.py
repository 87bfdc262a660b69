"""Work is bounded by the body's length. Guards against a hang: what is promised, a bench measures."""

from __future__ import annotations

import json
from time import thread_time  # of this thread alone, whatever else runs

import pytest

from hookproof import Secret, Verifier
from hookproof.testing import SECRET

from .asking import clock, header


def document(size: int) -> bytes:
    row = {"order": 4, "name": "Zoë <b>", "price": 1.0, "url": "https://a.test/b", "tags": ["a", None]}
    return json.dumps([row] * (size // 104), ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "size", [pytest.param(64 * 1024, id="64 KiB"), pytest.param(4 << 20, id="4 MiB")]
)
@pytest.mark.parametrize("kind", ["JSON", "nested", "quotes", "entities", "form", "zeros"])
def test_a_search_ends(kind: str, size: int) -> None:
    body = {
        "JSON": document(size),
        "nested": b"[" * size,
        "quotes": b'{"' + b'\\"' * (size // 2),
        "entities": b"&amp" * (size // 4),
        "form": b"a=1&" * (size // 4),
        "zeros": bytes(size),
    }[kind]
    verifier = Verifier(secrets=[SECRET, Secret("a second one", label="b")], clock=clock())
    start = thread_time()
    explanation = verifier.explain(body, header(body, key=b"nobody's"))
    assert 10 > thread_time() - start
    assert not any(finding.proved for finding in explanation.findings)
    if size > 1 << 20:
        assert explanation.not_tried


def test_what_is_likeliest_is_found_in_the_largest_body() -> None:
    body = document(4 << 20)
    verifier = Verifier(secrets=SECRET, clock=clock())
    compact = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode()
    for signed, key in (
        (compact, SECRET),
        (json.dumps(json.loads(body)).encode(), SECRET),
        (body, f'"{SECRET}"'),
    ):
        explanation = verifier.explain(body, header(signed, key=key.encode()))
        assert explanation.proved


def test_a_small_body_becomes_no_large_one() -> None:
    import zlib

    bomb = zlib.compress(bytes(200 << 20), 9)
    start = thread_time()
    Verifier(secrets=SECRET, clock=clock()).explain(bomb, header(b"x"))
    assert 5 > thread_time() - start


def test_a_header_of_many_digests_costs_no_more() -> None:
    value = "t=1767225600000," + ",".join(f"sha256={n:064x}" for n in range(100_000))
    start = thread_time()
    Verifier(secrets=SECRET, clock=clock()).explain(b"{}", {"X-Webhook-Signature": value})
    assert 2 > thread_time() - start
