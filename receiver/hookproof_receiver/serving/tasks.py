"""How one request is answered."""

from __future__ import annotations

from typing import Any

from waitress.task import Task, WSGITask

from ..ingest import Reply
from ..ingest.problem import title
from ..ingest.wsgi import RAW_HEADERS
from .parser import Parser


class ApplicationTask(WSGITask):  # type: ignore[misc]  # waitress ships no types
    """By the application, which is handed the header fields as they came."""

    request: Parser

    def get_environment(self) -> dict[str, Any]:
        """The WSGI environment, with the fields under `RAW_HEADERS`."""
        environ: dict[str, Any] = super().get_environment()
        environ[RAW_HEADERS] = self.request.fields
        return environ


class ReplyTask(Task):  # type: ignore[misc]  # waitress ships no types
    """By a reply that is there."""

    def execute(self) -> None:
        """Write it."""
        reply: Reply = self.request.reply
        self.status = f"{reply.status} {title(reply.status)}"
        self.response_headers = list(reply.headers)
        self.content_length = len(reply.body)
        self.complete = True
        self.write(reply.body)
