"""Which header fields go along."""

from __future__ import annotations

import pytest

from hookproof_receiver.forwarding import onward

CAME = [
    ("hOST", "receiver.example"),
    ("X-Webhook-Signature", "t=1,sha256=2"),
    ("Connection", "keep-alive, X-Hop"),
    ("x-CUSTOM", "one"),
    ("Keep-Alive", "timeout=5"),
    ("x-hop", "between two"),
    ("Content-Type", "text/plain"),
    ("TE", "trailers"),
    ("Transfer-Encoding", "chunked"),
    ("X-Custom", "two"),
    ("Expect", "100-continue"),
    ("Proxy-Authorization", "Basic x"),
    ("Authorization", "Bearer x"),
    ("Hookproof-Message", "msg_forged"),
    ("hookproof-delivery", "dlv_forged"),
    ("X_Under", ""),
    ("Upgrade", "h2c"),
    ("Content-Length", "7"),
    ("Trailer", "X-After"),
]


@pytest.mark.rule("P-FWD-2")
def test_what_is_between_two_hops_stays_there_and_the_rest_goes_along_as_it_came() -> None:
    assert [
        ("X-Webhook-Signature", "t=1,sha256=2"),
        ("x-CUSTOM", "one"),
        ("Content-Type", "text/plain"),
        ("X-Custom", "two"),
        ("Authorization", "Bearer x"),
        ("X_Under", ""),
        ("Hookproof-Message", "msg_1"),
        ("Hookproof-Delivery", "dlv_1"),
    ] == onward(CAME, message_id="msg_1", delivery_id="dlv_1")
