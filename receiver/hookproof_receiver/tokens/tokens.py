"""Making and checking tokens."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from hookproof.clock import NANOSECONDS, Clock, system_clock
from hookproof.errors import BadConfiguration

from .refusals import InvalidToken, WrongScope
from .signed import Signed

Scope = Literal["run-job", "pages"]
"""What a token may be good for: `run-job` starts jobs and reads how they are, `pages` logs in."""

SCOPES: tuple[Scope, ...] = get_args(Scope)
"""Every scope."""

LONGEST_S = 90 * 86_400
"""No token lives longer, in seconds: 90 days, whatever is written in it."""

_SALT = b"hookproof.bearer-token"  # the purpose: what is signed for another one is no token


@dataclass(frozen=True, slots=True)
class Token:
    """A token, and what is written in it. Its repr does not show it."""

    text: str = field(repr=False)
    """What follows `Bearer ` in the header: safe in a URL and a shell."""
    id: str
    """`tok_…`: what logs, lists and limits call whoever has it."""
    scope: str
    """What it is good for."""
    expires_ns: int
    """It is good before this moment: Unix time in nanoseconds."""


def never_revoked(_token_id: str) -> bool:
    """Of tokens that nothing was written down about none is revoked."""
    return False


class Tokens:
    """Makes tokens, and checks those that come back.

    Args:
        key: what they are signed with; whoever has it can make them.
        clock: the time.
        is_revoked: whether the token of an id was taken back; asked at every check.
    """

    def __init__(
        self,
        key: bytes,
        clock: Clock = system_clock,
        is_revoked: Callable[[str], bool] = never_revoked,
    ) -> None:
        self._clock = clock
        self._is_revoked = is_revoked
        self._signed = Signed(key, _SALT, LONGEST_S, clock)

    def new(self, scope: Scope, expires_in_s: float) -> Token:
        """Make a token.

        Args:
            scope: the one thing it is good for.
            expires_in_s: for how long, in seconds; above 0, at most `LONGEST_S`.

        Raises:
            BadConfiguration: it would live no time, or too long.
        """
        if not 0 < expires_in_s <= LONGEST_S:
            raise BadConfiguration(f"a token lives above 0 and at most {LONGEST_S // 86_400} days")
        token_id = "tok_" + secrets.token_hex(8)
        expires_ns = self._clock() + round(expires_in_s * NANOSECONDS)
        text = self._signed.sign({"id": token_id, "scope": scope, "expires_ns": expires_ns})
        return Token(text, token_id, scope, expires_ns)

    def check(self, text: str | None, scope: Scope) -> Token:
        """Accept a token, or raise.

        Args:
            text: what came; None where nothing did.
            scope: what it has to be good for.

        Raises:
            InvalidToken: there is none, it is forged or revoked, or its time is over (401).
            WrongScope: it is good for something else (403).
        """
        if not text:
            raise InvalidToken("missing_token", "there is no token")
        token = _token(text, self._signed.read(text))
        if self._clock() >= token.expires_ns:
            raise InvalidToken("expired_token", f"the time of {token.id} is over")
        if self._is_revoked(token.id):
            raise InvalidToken("revoked_token", f"{token.id} was revoked")
        if token.scope != scope:
            raise WrongScope("wrong_scope", f"{token.id} is for {token.scope!r}, not {scope!r}")
        return token


def _token(text: str, content: Any) -> Token:
    """What is written in it, signed with our key: another shape is another version's."""
    match content:
        case {"id": str(token_id), "scope": str(scope), "expires_ns": int(expires_ns)}:
            return Token(text, token_id, scope, expires_ns)
    raise InvalidToken("bad_token", "the token was made by another version of hookproof")
