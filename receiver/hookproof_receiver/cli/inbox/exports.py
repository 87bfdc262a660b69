"""A kept request as a file that others read. Pure."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from hookproof import __version__
from hookproof.clock import to_text
from hookproof_runtime.command_line.printing import SCHEMA
from hookproof_runtime.command_line.request.repeating import Repeatable, as_curl
from hookproof_runtime.masking import masked_headers, masked_url

_NOWHERE = "receiver.invalid"  # where the request did not say which host it was for


@dataclass(frozen=True, slots=True)
class Export:
    """One request, with what is known of it."""

    id: str
    """What was asked for: `msg_…` or `dlv_…`."""
    message_id: str | None
    endpoint: str
    method: str
    target: str
    received_ns: int
    """When it came: Unix time in nanoseconds."""
    status: int | None
    """What it was answered."""
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def url(self) -> str:
        """Where it was sent, as far as the request says: something may have stood in between."""
        hosts = [value for name, value in self.headers if name.lower() == "host"]
        return f"http://{hosts[0] if hosts else _NOWHERE}{self.target}"

    def masked(self) -> Export:
        """Without what may be a token. Nothing of that is signed."""
        return replace(self, headers=masked_headers(self.headers), target=masked_url(self.target))


def document(export: Export) -> dict[str, Any]:
    """What `hookproof verify --request` and `explain --request` read."""
    return {
        "schema": SCHEMA,
        "id": export.id,
        "message_id": export.message_id,
        "endpoint": export.endpoint,
        "method": export.method,
        "target": export.target,
        "received_at": to_text(export.received_ns),
        "received_ns": export.received_ns,
        "status": export.status,
        "headers": [list(pair) for pair in export.headers],
        "body_base64": b64encode(export.body).decode(),
    }


def as_request(export: Export) -> bytes:
    """One document, to be read by people too."""
    return (json.dumps(document(export), indent=2) + "\n").encode()


def as_line(export: Export) -> bytes:
    """One document on one line."""
    return (json.dumps(document(export)) + "\n").encode()


def as_command(export: Export) -> bytes:
    """A `curl` command; what is hidden in it is a variable of the shell."""
    request = Repeatable(export.method, export.url, export.headers, export.body)
    return (as_curl(request)[0] + "\n").encode()


def as_har(exports: Iterable[Export]) -> bytes:
    """All of them in one HAR 1.2."""
    log = {
        "version": "1.2",
        "creator": {"name": "hookproof", "version": __version__},
        "entries": [_entry(export) for export in exports],
    }
    return (json.dumps({"log": log}, indent=1) + "\n").encode()


def _entry(export: Export) -> dict[str, Any]:
    headers = [{"name": name, "value": value} for name, value in export.headers]
    request: dict[str, Any] = {
        "method": export.method,
        "url": export.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers,
        "queryString": [],
        "headersSize": -1,
        "bodySize": len(export.body),
    }
    if export.body:
        request["postData"] = _content(export)
    status = export.status or 0
    return {
        "startedDateTime": to_text(export.received_ns),
        "time": 0,
        "request": request,
        "response": {
            "status": status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [],
            "content": {"size": 0, "mimeType": ""},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "_hookproof": {"id": export.id, "message_id": export.message_id},
    }


def _content(export: Export) -> dict[str, Any]:
    kinds = [value for name, value in export.headers if name.lower() == "content-type"]
    mime_type = kinds[0] if kinds else ""
    try:
        return {"mimeType": mime_type, "text": export.body.decode()}
    except UnicodeDecodeError:
        text = b64encode(export.body).decode()
        return {"mimeType": mime_type, "text": text, "encoding": "base64"}
