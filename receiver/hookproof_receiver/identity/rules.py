"""What an endpoint says of how its messages are told apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from hookproof.errors import BadConfiguration

Link: TypeAlias = Literal["any", "failed", "off"]
"""Which messages rule 3 may bind a new GUID to."""

OnBodyChange: TypeAlias = Literal["run", "refuse"]
"""What a known message with another body is: the newer body runs, or it is refused."""

_POINTER = re.compile(r"json:((?:/[^/]*)+)").fullmatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How the messages of one endpoint are told apart."""

    identity: str | None = None
    """A JSON pointer such as `/run` into the body: rule 0 of the ladder; None goes by the id that the
    scheme signs, and by rules 1 to 4."""
    identity_required: bool = False
    """Refuse (422 `no_identity`) what has no usable value there."""
    on_body_change: OnBodyChange = "run"
    """What a known message with another body is: the newer body runs, or 422 `body_changed`."""
    link: Link = "any"
    """Which messages rule 3 may bind a new GUID to."""
    link_window_s: float = 600.0
    """How far back rule 3 looks, in seconds."""


def pointer_of(identity: str | None, required: bool) -> str | None:
    """The JSON pointer of `"json:/run"`: `/run`; None where none is named.

    Raises:
        BadConfiguration: it is not of that form, or it is required and not named.
    """
    if identity is None:
        if required:
            raise BadConfiguration('identity_required needs an identity, such as identity="json:/run"')
        return None
    match = _POINTER(identity)
    if match is None:
        raise BadConfiguration(
            f'an identity is json: and a pointer, such as "json:/run", not {identity!r}'
        )
    return match[1]
