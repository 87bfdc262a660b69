"""How the API says no: `{"exception": {"name", "message", "details"}}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from hookproof.errors import HookproofError

Name = Literal[
    "ApiValidationFailed",  # the request has not the form that it needs
    "ValidationFailed",  # it has, and names what is not there
    "AccessControlException",
    "NotFoundException",
    "ProfilingDataNotFoundException",
    "RouteNotFoundException",
    "PayloadTooLarge",
    "TooManyRequestsException",
    "ServiceUnavailable",
    "NotImplementedException",  # assumed: what it would take is not installed
]


class Refusal(HookproofError):
    """The API's answer is an exception.

    Args:
        status: of HTTP.
        name: the platform's name for it.
        message: a sentence.
        details: more of it; may be empty.
        headers: of the answer.
    """

    def __init__(
        self,
        status: int,
        name: Name,
        message: str,
        details: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, name, message, details)
        self.status = status
        self.name = name
        self.message = message
        self.details = details
        self.headers = dict(headers or {})

    def __str__(self) -> str:
        return f"{self.message} {self.details}".rstrip()

    def document(self) -> dict[str, Any]:
        """The body of the answer."""
        return {"exception": {"name": self.name, "message": self.message, "details": self.details}}
