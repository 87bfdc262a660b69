"""Why a token is not accepted, as one family. None of them holds the token."""

from __future__ import annotations

from typing import Literal

from hookproof.errors import HookproofError

Code = Literal[
    "missing_token", "bad_token", "expired_token", "revoked_token", "wrong_scope", "bad_csrf"
]
"""The stable reason."""


class TokenRefused(HookproofError):
    """The token does not open this.

    Args:
        code: the stable reason.
        sentence: for the operator's eyes.
    """

    status: int
    """What HTTP answers: 401 or 403."""

    def __init__(self, code: Code, sentence: str) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class InvalidToken(TokenRefused):
    """There is none, it was not made with this key, it was revoked, or its time is over."""

    status = 401


class WrongScope(TokenRefused):
    """It is good, for something else."""

    status = 403


class ForgedForm(TokenRefused):
    """The form was not made for this session, or too long ago."""

    status = 403
