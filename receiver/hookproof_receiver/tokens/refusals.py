"""Why a token is not accepted, as one family. None of them holds the token."""

from __future__ import annotations

from typing import Literal

from hookproof.errors import HookproofError


class TokenRefused(HookproofError):
    """The token does not open this.

    Args:
        code: the stable reason.
        sentence: for the operator's eyes.
    """

    status: int
    """What HTTP answers: 401 or 403."""

    def __init__(
        self, code: Literal["missing_token", "bad_token", "expired_token", "wrong_scope"], sentence: str
    ) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class InvalidToken(TokenRefused):
    """There is none, it was not made with this key, or its time is over."""

    status = 401


class WrongScope(TokenRefused):
    """It is good, for something else."""

    status = 403
