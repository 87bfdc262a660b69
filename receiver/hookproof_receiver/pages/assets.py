"""The few files that pages need beside themselves, each under a name that holds its digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
"""Where they lie; all of them are ours, but for `htmx.min.js` (`make vendor`)."""
BELOW = "/pages/"
"""Where they are served."""

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One of them."""

    path: str
    """`/pages/style.0123456789abcdef.css`."""
    content_type: str
    body: bytes = field(repr=False)


class Assets:
    """All of them, read once."""

    def __init__(self) -> None:
        named = {file.name: _asset(file) for file in sorted(FOLDER.iterdir()) if file.suffix in _TYPES}
        self._paths = {name: asset.path for name, asset in named.items()}
        self._by_path = {asset.path: asset for asset in named.values()}

    def path_of(self, name: str) -> str:
        """Where a file is served; `KeyError` where there is none of that name."""
        return self._paths[name]

    def at(self, path: str) -> Asset | None:
        """What is served there; None where nothing is, or an older version was."""
        return self._by_path.get(path)


def _asset(file: Path) -> Asset:
    body = file.read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:16]
    return Asset(f"{BELOW}{file.stem}.{digest}{file.suffix}", _TYPES[file.suffix], body)
