"""The door of the pages: who comes in by which token, and which forms are of our own pages."""

from __future__ import annotations

import threading
from contextlib import suppress

from hookproof.clock import Clock

from .pages import Entered, NotLetIn
from .tokens import Session, Sessions, TokenRefused, Tokens

_SENTENCES = {
    "missing_token": "Give a token.",
    "bad_token": "This is no token of this receiver.",
    "expired_token": "The time of this token is over.",
    "revoked_token": "This token was revoked.",
    "wrong_scope": "This token is good for something else: these pages need the scope pages.",
    "bad_csrf": "The form was not of this page.",
}


class TokenDoor:
    """Sessions that begin with a token of scope `pages`, and end with it.

    A session that was left is known to be over in this process; elsewhere it ends with its time, or
    when its token is revoked.

    Args:
        tokens: what a login shows.
        sessions: what a cookie holds.
        clock: the time.
    """

    def __init__(self, tokens: Tokens, sessions: Sessions, clock: Clock) -> None:
        self._tokens = tokens
        self._sessions = sessions
        self._clock = clock
        self._guard = threading.Lock()
        self._left: dict[str, int] = {}

    def enter(self, token: str) -> str:
        """The text of a new session's cookie.

        Raises:
            NotLetIn: the token does not open the pages.
        """
        try:
            return self._sessions.sign_session(self._tokens.check(token, "pages"))
        except TokenRefused as refused:
            raise NotLetIn(_SENTENCES[refused.code]) from None

    def entered(self, cookie: str | None) -> Entered | None:
        """Whoever a session's cookie belongs to; None where it is forged, over, or was left."""
        session = self._session(cookie)
        return None if session is None else Entered(session.id)

    def leave(self, cookie: str) -> None:
        """End a session, for whoever has its cookie."""
        session = self._session(cookie)
        if session is not None:
            now_ns = self._clock()
            with self._guard:
                over = [id_ for id_, expires_ns in self._left.items() if expires_ns <= now_ns]
                for id_ in over:
                    del self._left[id_]
                self._left[session.id] = session.expires_ns

    def form_token(self, bound_to: str) -> str:
        """What a form carries to show that it is of a page of ours, for whom that page was made."""
        return self._sessions.csrf_token(bound_to)

    def is_form_token(self, text: str, bound_to: str) -> bool:
        """Whether it is one that was made for the same, not too long ago."""
        with suppress(TokenRefused):
            self._sessions.check_csrf(bound_to, text)
            return True
        return False

    def _session(self, cookie: str | None) -> Session | None:
        try:
            session = self._sessions.read_session(cookie)
        except TokenRefused:
            return None
        return None if session.id in self._left else session
