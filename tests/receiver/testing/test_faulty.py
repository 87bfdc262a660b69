"""The fault desk that runs within a test."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest

from hookproof_receiver.testing import Faulty, faults


def ask(url: str, body: bytes = b"{}") -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body), timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return int(error.code)


def test_it_needs_nothing_but_a_path() -> None:
    with faults() as desk:
        statuses = [ask(desk.url("503,503,204")) for _ in range(3)]
        (first, *_) = desk.requests

    assert [503, 503, 204] == statuses
    assert ("POST", "/503,503,204", b"{}", "503") == (first.method, first.path, first.body, first.fault)
    assert "urllib" in (first.header("User-Agent") or "")


def test_it_waits_for_requests_and_says_what_came_instead() -> None:
    with faults() as desk:
        ask(desk.url("/204"))
        assert 1 == len(desk.wait_for(1))
        with pytest.raises(
            TimeoutError, match=r"2 requests did not come within 0.05 s; it got: POST /204"
        ):
            desk.wait_for(2, timeout=0.05)


def test_two_run_side_by_side_and_are_gone_afterwards() -> None:
    with faults() as one, faults() as other:
        assert one.port != other.port
        assert 204 == ask(one.url("204"))
        assert [1, 0] == [len(desk.requests) for desk in (one, other)]

    assert [False, False] == [_listens(desk) for desk in (one, other)]


def _listens(desk: Faulty) -> bool:
    try:
        ask(desk.url("204"))
    except urllib.error.URLError:
        return False
    return True
