"""How a server's certificate is judged. The environment has no say."""

from __future__ import annotations

import ssl
from functools import lru_cache

import certifi

from .handshake import watch

# Python's own list, and OpenSSL's level 2 (RSA from 2048 bits on, no SHA-1): written out, because a
# build of Python or a file that OPENSSL_CONF names may have set others.
_CIPHERS = "@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM"


@lru_cache(maxsize=8)
def verifying(authorities: str | None = None) -> ssl.SSLContext:
    """Ask for a valid certificate of the right name.

    Args:
        authorities: a PEM file of the authorities to trust; None for those that certifi ships.
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
    """What holds for both. A `create_default_context` would write keys to where SSLKEYLOGFILE says."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # asks for a certificate, and of the right name
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.hostname_checks_common_name = False
    watch(context)
    return context
