"""Who is logged in to the pages, and which of their forms are our own."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from hookproof.clock import NANOSECONDS, Clock, system_clock

from .refusals import ForgedForm, InvalidToken
from .signed import Signed
from .tokens import Token, never_revoked

SESSION_S = 12 * 3600
"""A session lasts so long at the most, in seconds, and no longer than the token it was begun with."""

FORM_S = SESSION_S
"""A form may be sent so long after it was shown, in seconds: an open page looks new all that time."""

_SESSION_SALT = b"hookproof.session"
_FORM_SALT = b"hookproof.csrf"


@dataclass(frozen=True, slots=True)
class Session:
    """What a cookie says."""

    id: str = field(repr=False)
    """`ses_…`: a new one at every login, so that nobody can hand another one theirs."""
    token_id: str
    """Whose it is: `tok_…` of the token that logged in."""
    expires_ns: int
    """It is good before this moment: Unix time in nanoseconds."""


class Sessions:
    """Signs sessions and forms, and reads them back. Nothing is kept.

    Args:
        key: what they are signed with: `signing_key`.
        clock: the time.
        is_revoked: whether the token of an id was taken back; its sessions end with it.
    """

    def __init__(
        self,
        key: bytes,
        clock: Clock = system_clock,
        is_revoked: Callable[[str], bool] = never_revoked,
    ) -> None:
        self._clock = clock
        self._is_revoked = is_revoked
        self._sessions = Signed(key, _SESSION_SALT, SESSION_S, clock)
        self._forms = Signed(key, _FORM_SALT, FORM_S, clock)

    def sign_session(self, token: Token) -> str:
        """Begin a session: the cookie's value.

        Args:
            token: what logged in, as `Tokens.check` gave it.
        """
        expires_ns = min(token.expires_ns, self._clock() + SESSION_S * NANOSECONDS)
        return self._sessions.sign(
            {"id": "ses_" + secrets.token_hex(16), "token_id": token.id, "expires_ns": expires_ns}
        )

    def read_session(self, text: str | None) -> Session:
        """The session of a cookie.

        Args:
            text: the cookie's value; None where none came.

        Raises:
            InvalidToken: there is none, it is forged, its time is over, or its token was revoked.
        """
        if not text:
            raise InvalidToken("missing_token", "there is no session")
        match self._sessions.read(text):
            case {"id": str(id_), "token_id": str(token_id), "expires_ns": int(expires_ns)}:
                session = Session(id_, token_id, expires_ns)
            case _:
                raise InvalidToken("bad_token", "the session is another version's")
        if self._clock() >= session.expires_ns:
            raise InvalidToken("expired_token", "the session is over")
        if self._is_revoked(session.token_id):
            raise InvalidToken("revoked_token", f"{session.token_id} was revoked")
        return session

    def csrf_token(self, bound_to: str) -> str:
        """What a form has in a hidden field.

        Args:
            bound_to: an id that this browser's cookie holds, and no other one's: the session's, or any
                that cannot be guessed where nobody has to log in.
        """
        return self._forms.sign(bound_to)

    def check_csrf(self, bound_to: str, text: str | None) -> None:
        """Accept a form.

        Args:
            bound_to: the id in the request's cookie.
            text: what the field held; None where it is not there.

        Raises:
            ForgedForm: it is not one of this cookie's, or was shown too long ago (403).
        """
        if not text:
            raise ForgedForm("bad_csrf", "the form came without its token")
        try:
            of = self._forms.read(text)
        except InvalidToken as refused:
            raise ForgedForm("bad_csrf", f"the form's token: {refused}") from None
        if not isinstance(of, str) or not hmac.compare_digest(of.encode(), bound_to.encode()):
            raise ForgedForm("bad_csrf", "the form is another session's")
