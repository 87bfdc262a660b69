"""How a server's certificate is judged."""

from __future__ import annotations

import ssl
from functools import lru_cache

from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util import create_urllib3_context


@lru_cache(maxsize=8)
def verifying(authorities: str | None = None) -> ssl.SSLContext:
    """Ask for a valid certificate of the right name.

    Args:
        authorities: a PEM file of the authorities to trust; None for those that requests ships. The
            environment has no say.
    """
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.check_hostname = True
    context.load_verify_locations(authorities or DEFAULT_CA_BUNDLE_PATH)
    return context


@lru_cache(maxsize=1)
def unverified() -> ssl.SSLContext:
    """Take any certificate. The connection is secret from others, and may be with anybody."""
    return create_urllib3_context(cert_reqs=ssl.CERT_NONE)
