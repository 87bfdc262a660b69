"""How a server's certificate is judged."""

from __future__ import annotations

import ssl
from functools import lru_cache

import certifi


@lru_cache(maxsize=8)
def verifying(authorities: str | None = None) -> ssl.SSLContext:
    """Ask for a valid certificate of the right name.

    Args:
        authorities: a PEM file of the authorities to trust; None for those that certifi ships. The
            environment has no say.
    """
    context = _context()
    context.load_verify_locations(authorities or certifi.where())
    return context


@lru_cache(maxsize=1)
def unverified() -> ssl.SSLContext:
    """Take any certificate. The connection is secret from others, and may be with anybody."""
    context = _context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # asks for a certificate, and of the right name
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hostname_checks_common_name = False
    return context
