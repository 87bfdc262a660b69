"""What a resend needs and nobody else may see: it is removed when the message is finished."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode

from hookproof.keys import Secret
from hookproof_runtime.secret_places import SecretPlace

from ..wire import Outgoing


class Private(str):
    """Text that is only written down. Its `repr` hides it: the parameters of a statement that failed
    stand in the error of an application's own engine, and among the locals of a traceback.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


def to_private(outgoing: Outgoing, places: tuple[SecretPlace, ...]) -> Private:
    """Write URL, headers and secrets down; a secret in a variable or a file stays there."""
    return Private(
        json.dumps(
            {
                "url": outgoing.url,
                "headers": outgoing.headers,
                "secrets": [_written(place) for place in places],
            }
        )
    )


def of_private(text: str) -> tuple[str, tuple[tuple[str, str], ...], tuple[SecretPlace, ...]]:
    """URL, headers and places of the secrets, as `to_private` wrote them."""
    held = json.loads(text)
    headers = tuple((name, value) for name, value in held["headers"])
    return held["url"], headers, tuple(_read(place) for place in held["secrets"])


def _written(place: SecretPlace) -> dict[str, str]:
    if place.held is None:
        return {"env": place.env} if place.env else {"file": place.file}
    return {"value": b64encode(place.held.reveal()).decode(), "label": place.held.label}


def _read(place: dict[str, str]) -> SecretPlace:
    if "value" in place:
        return SecretPlace(held=Secret(b64decode(place["value"]), label=place["label"]))
    return SecretPlace(env=place.get("env", ""), file=place.get("file", ""))
