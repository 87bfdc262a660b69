"""What each answer tells the browser: take nothing from elsewhere, and run nothing of a page."""

from __future__ import annotations

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""For pages: our own files alone, and no page of ours within another."""

FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""For bytes that came from anywhere: nothing of them runs, wherever they are opened."""

FOR_EVER = "public, max-age=31536000, immutable"
"""For a file whose name holds its digest."""


def headers(*, trustworthy: bool) -> dict[str, str]:
    """The headers of each answer.

    Args:
        trustworthy: whether browsers take the origin for safe (HTTPS, or the loopback): elsewhere they
            ignore the opener policy, and complain.

    The referrer goes to ourselves and nowhere else; `no-referrer` would have forms say `Origin: null`.
    """
    made = {
        "Content-Security-Policy": PAGE_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    if trustworthy:
        made["Cross-Origin-Opener-Policy"] = "same-origin"
    return made
