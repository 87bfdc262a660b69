"""How the parts of a request that lead to a message are written in a store."""

from __future__ import annotations


def key_value(key: str | None) -> str | None:
    """A signed key."""
    return None if key is None else "key:" + key


def signature_value(signature: str | None) -> str | None:
    """Signed bytes."""
    return None if signature is None else "signature:" + signature


def guid_value(guid: str | None) -> str | None:
    """A GUID."""
    return None if guid is None else "guid:" + guid
