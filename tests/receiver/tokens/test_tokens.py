"""A Bearer token opens one thing for one span of time, and nothing else opens it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer

from hookproof.clock import system_clock
from hookproof.errors import BadConfiguration, HookproofError
from hookproof.testing import FixedClock
from hookproof_receiver.tokens import LONGEST_S, InvalidToken, TokenRefused, Tokens, WrongScope

KEY = b"a-key-that-nobody-could-take-for-a-real-one"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def tokens(clock: FixedClock) -> Tokens:
    return Tokens(KEY, clock)


def test_a_token_opens_what_it_was_made_for_until_its_time_is_over(
    tokens: Tokens, clock: FixedClock
) -> None:
    token = tokens.new("run-job", expires_in_s=3600)
    clock.advance(3599.999)
    assert token == tokens.check(token.text, "run-job")
    clock.advance(0.001)
    with pytest.raises(InvalidToken) as refused:
        tokens.check(token.text, "run-job")
    assert ("expired_token", 401) == (refused.value.code, refused.value.status)


def test_it_lives_by_the_clock_it_was_given_not_by_the_computers(tokens: Tokens) -> None:
    """The fixture shows a day long past or to come, and itsdangerous has to see that one."""
    assert abs(system_clock() - FixedClock()()) > LONGEST_S
    tokens.check(tokens.new("run-job", 1).text, "run-job")
    with pytest.raises(InvalidToken):
        Tokens(KEY, system_clock).check(tokens.new("run-job", 1).text, "run-job")


def test_a_token_of_another_scope_is_403(tokens: Tokens) -> None:
    other = tokens.new("read-plans", 60)  # type: ignore[arg-type]  # a scope that does not exist yet
    with pytest.raises(WrongScope) as refused:
        tokens.check(other.text, "run-job")
    assert ("wrong_scope", 403) == (refused.value.code, refused.value.status)


def _timed(content: object, *, key: bytes = KEY, salt: bytes = b"hookproof.bearer-token") -> str:
    serializer = URLSafeTimedSerializer(
        key, salt=salt, signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    )
    text = serializer.dumps(content)
    assert isinstance(text, str)
    return text


GOOD = {"id": "tok_1", "scope": "run-job", "expires_ns": 4_000_000_000_000_000_000}

FORGERIES: dict[str, Callable[[], str | None]] = {
    "none": lambda: None,
    "empty": lambda: "",
    "words": lambda: "let me in",
    "no UTF-8": lambda: "\ud800.a.b",
    "another key": lambda: _timed(GOOD, key=b"another"),
    "another purpose's salt": lambda: _timed(GOOD, salt=b"hookproof.csrf"),
    "SHA-1, itsdangerous' own default": lambda: str(
        URLSafeTimedSerializer(KEY, salt=b"hookproof.bearer-token").dumps(GOOD)
    ),
    "without a time": lambda: str(
        URLSafeSerializer(
            KEY,
            salt=b"hookproof.bearer-token",
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        ).dumps(GOOD)
    ),
    "another shape": lambda: _timed(["tok_1"]),
    "a field short": lambda: _timed({"id": "tok_1", "scope": "run-job"}),
}


def test_the_tables_good_token_is_good() -> None:
    """Or the table below would prove nothing."""
    assert "tok_1" == Tokens(KEY).check(_timed(GOOD), "run-job").id


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in FORGERIES.items()])
def test_what_was_not_made_with_this_key_for_this_purpose_is_401(
    make: Callable[[], str | None],
) -> None:
    with pytest.raises(InvalidToken) as refused:
        Tokens(KEY).check(make(), "run-job")
    assert 401 == refused.value.status


@given(text=st.text())
def test_whatever_comes_ends_in_one_family_of_errors(text: str) -> None:
    with pytest.raises(TokenRefused):
        Tokens(KEY).check(text, "run-job")


def test_a_token_with_any_character_changed_is_refused(tokens: Tokens) -> None:
    text = tokens.new("run-job", 60).text
    for place in range(len(text) - 1):  # the last one holds two bits that say nothing
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(InvalidToken):
            tokens.check(changed, "run-job")


@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param(0, id="none"),
        pytest.param(-1, id="negative"),
        pytest.param(float("nan"), id="not a number"),
        pytest.param(float("inf"), id="for ever"),
        pytest.param(LONGEST_S + 1, id="too long"),
    ],
)
def test_a_life_time_is_bounded(tokens: Tokens, seconds: float) -> None:
    with pytest.raises(BadConfiguration, match="at most 90 days"):
        tokens.new("run-job", seconds)


def test_no_repr_and_no_error_shows_a_token(tokens: Tokens) -> None:
    token = tokens.new("run-job", 60)
    shown = [repr(token), str(token), repr(tokens)]
    for text, scope in ((token.text + "x", "run-job"), (token.text, "read-plans")):
        with pytest.raises(HookproofError) as refused:
            tokens.check(text, scope)  # type: ignore[arg-type]  # a scope that does not exist yet
        shown += [repr(refused.value), str(refused.value)]
    parts = [token.text, *filter(None, token.text.split("."))]
    assert not [part for part in parts for text in shown if part in text]
