"""An environment that says things a sender is not to listen to."""

from __future__ import annotations

from pathlib import Path

import pytest

_PROXIES = ("http_proxy", "https_proxy", "all_proxy")
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


def mislead(monkeypatch: pytest.MonkeyPatch, folder: Path, *, proxy: int, bundle: Path) -> None:
    """Name a proxy that is not to be asked, passwords not to be sent, authorities not to be trusted.

    Args:
        monkeypatch: puts it right again.
        folder: where a .netrc is made, and the home.
        proxy: the port of this machine.
        bundle: the file of certificates.
    """
    for name in _PROXIES:
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy}")
        monkeypatch.setenv(name.upper(), f"http://127.0.0.1:{proxy}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    netrc = folder / ".netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password canary\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(folder))
    for name in _BUNDLES:
        monkeypatch.setenv(name, str(bundle))
