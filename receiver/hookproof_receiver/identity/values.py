"""How the parts of a request that lead to a message are written in a store."""

from __future__ import annotations


def key_value(key: str | None) -> str | None:
    """A signed key."""
    return None if key is None else "key:" + key


def signature_value(signature: str | None, signed_ms: int | None = None) -> str | None:
    """Signed bytes.

    Args:
        signature: their id.
        signed_ms: where it is given, values sort by time: what comes together lies together in an
            index, and costs one page of it and not one each. The time is signed too, so the same bytes
            have the same value.
    """
    if signature is None:
        return None
    return "signature:" + signature if signed_ms is None else f"signature:{signed_ms:014d}:{signature}"


def guid_value(guid: str | None) -> str | None:
    """A GUID."""
    return None if guid is None else "guid:" + guid
