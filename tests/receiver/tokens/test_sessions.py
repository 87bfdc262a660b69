"""A session is its own cookie's alone, and a form is its own session's alone."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer

from hookproof.testing import FixedClock
from hookproof_receiver.tokens import (
    ForgedForm,
    InvalidToken,
    Session,
    Sessions,
    Token,
    TokenRefused,
    Tokens,
)
from hookproof_receiver.tokens.sessions import SESSION_S

KEY = b"a-key-that-nobody-could-take-for-a-real-one"
HOW = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def sessions(clock: FixedClock) -> Sessions:
    return Sessions(KEY, clock)


@pytest.fixture
def token(clock: FixedClock) -> Token:
    return Tokens(KEY, clock).new("pages", 3 * 3600)


@pytest.fixture
def session(sessions: Sessions, token: Token) -> Session:
    return sessions.read_session(sessions.sign_session(token))


@pytest.mark.rule("P-TOKEN-6")
def test_a_session_is_that_of_its_token_and_ends_with_it(sessions: Sessions, clock: FixedClock) -> None:
    token = Tokens(KEY, clock).new("pages", 60)
    cookie = sessions.sign_session(token)
    assert token.id == sessions.read_session(cookie).token_id
    clock.advance(60)
    with pytest.raises(InvalidToken) as refused:
        sessions.read_session(cookie)
    assert "expired_token" == refused.value.code


@pytest.mark.rule("P-TOKEN-6")
def test_a_session_lasts_half_a_day_at_the_most(sessions: Sessions, clock: FixedClock) -> None:
    cookie = sessions.sign_session(Tokens(KEY, clock).new("pages", 30 * 86_400))
    clock.advance(SESSION_S - 1)
    sessions.read_session(cookie)
    clock.advance(1)
    with pytest.raises(InvalidToken, match="over"):
        sessions.read_session(cookie)


@pytest.mark.rule("P-TOKEN-6")
def test_a_session_ends_when_its_token_is_revoked(clock: FixedClock) -> None:
    revoked: set[str] = set()
    sessions = Sessions(KEY, clock, revoked.__contains__)
    token = Tokens(KEY, clock).new("pages", 60)
    cookie = sessions.sign_session(token)
    sessions.read_session(cookie)
    revoked.add(token.id)
    with pytest.raises(InvalidToken, match="revoked"):
        sessions.read_session(cookie)


def test_every_login_is_another_session(sessions: Sessions, token: Token) -> None:
    assert 2 == len({sessions.read_session(sessions.sign_session(token)).id for _ in range(2)})


def test_a_form_is_its_sessions_for_as_long_as_one_lasts(
    sessions: Sessions, session: Session, clock: FixedClock
) -> None:
    form = sessions.csrf_token(session.id)
    clock.advance(12 * 3600)
    sessions.check_csrf(session.id, form)
    clock.advance(1)
    with pytest.raises(ForgedForm):
        sessions.check_csrf(session.id, form)


def _timed(content: object, salt: bytes, key: bytes = KEY) -> str:
    return str(URLSafeTimedSerializer(key, salt=salt, signer_kwargs=HOW).dumps(content))


SESSION = {"id": "ses_1", "token_id": "tok_1", "expires_ns": 4_000_000_000_000_000_000}


def test_the_tables_good_session_is_good() -> None:
    """Or the table below would prove nothing."""
    assert "ses_1" == Sessions(KEY).read_session(_timed(SESSION, b"hookproof.session")).id


@pytest.mark.parametrize(
    "cookie",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="empty"),
        pytest.param("let me in", id="words"),
        pytest.param("\ud800.a.b", id="no UTF-8"),
        pytest.param(_timed(SESSION, b"hookproof.session", b"another"), id="WEB-9/another key"),
        pytest.param(_timed(SESSION, b"hookproof.csrf"), id="WEB-9/another purpose"),
        pytest.param(Tokens(KEY).new("pages", 60).text, id="WEB-9/a token"),
        pytest.param(_timed("ses_1", b"hookproof.session"), id="another shape"),
        pytest.param(_timed({**SESSION, "token_id": 4}, b"hookproof.session"), id="another type"),
        pytest.param(_timed({**SESSION, "expires_ns": 1}, b"hookproof.session"), id="WEB-9/over"),
        pytest.param(
            str(URLSafeSerializer(KEY, salt=b"hookproof.session", signer_kwargs=HOW).dumps(SESSION)),
            id="WEB-9/without a time",
        ),
    ],
)
def test_a_forged_session_is_none(cookie: str | None) -> None:
    with pytest.raises(InvalidToken) as refused:
        Sessions(KEY).read_session(cookie)
    assert 401 == refused.value.status


@pytest.mark.rule("P-TOKEN-6")
@pytest.mark.parametrize(
    "what", ["none", "empty", "another session", "another key", "the cookie", "words"]
)
def test_a_forged_form_is_403(
    sessions: Sessions, session: Session, token: Token, clock: FixedClock, what: str
) -> None:
    cookie = sessions.sign_session(token)
    forged = {
        "none": None,
        "empty": "",
        "another session": sessions.csrf_token(sessions.read_session(cookie).id),
        "another key": Sessions(b"another", clock).csrf_token(session.id),
        "the cookie": cookie,
        "words": "let me in",
    }[what]
    with pytest.raises(ForgedForm) as refused:
        sessions.check_csrf(session.id, forged)
    assert ("bad_csrf", 403) == (refused.value.code, refused.value.status)


@given(text=st.text())
def test_whatever_comes_ends_in_one_family_of_errors(text: str) -> None:
    sessions = Sessions(KEY)
    with pytest.raises(TokenRefused):
        sessions.read_session(text)
    with pytest.raises(TokenRefused):
        sessions.check_csrf("ses_1", text)


def test_no_repr_and_no_error_shows_a_session(sessions: Sessions, session: Session) -> None:
    form = sessions.csrf_token(session.id)
    with pytest.raises(ForgedForm) as refused:
        sessions.check_csrf("ses_other", form)
    shown = repr(session) + repr(sessions) + repr(refused.value) + str(refused.value)
    assert session.id not in shown
    assert form not in shown
