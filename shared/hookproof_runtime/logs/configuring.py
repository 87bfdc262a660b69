"""Where log lines go, and how they look."""

from __future__ import annotations

import logging
import os
import sys
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor

from ..terminal import printable_lines
from .events import SHARED


def configure(
    form: Literal["console", "json"] = "console",
    level: int = logging.INFO,
    stream: TextIO | None = None,
) -> None:
    """Send every line of this process, and of the libraries under it, to one stream.

    Args:
        form: `console` for people, in colours on a terminal unless NO_COLOR is set; `json` for one
            object a line.
        level: lines below it are dropped. Libraries speak from WARNING on: their debug lines show
            headers, and so could show a secret.
        stream: standard error by default.
    """
    target = stream or sys.stderr
    renderers: list[Processor] = [structlog.processors.JSONRenderer()]
    if form == "console":
        colors = target.isatty() and not os.environ.get("NO_COLOR")
        # Tracebacks are text by then, with what a terminal might act on written out.
        plain = structlog.dev.plain_traceback
        renderers = [
            _written_out,
            structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain),
        ]
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                *renderers,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for ours in ("hookproof", "hookproof_runtime", "hookproof_sender", "hookproof_receiver"):
        logging.getLogger(ours).setLevel(level)


def _written_out(_logger: object, _method: str, event: EventDict) -> EventDict:
    """What a terminal might act on, written out: a field may hold what a stranger sent."""
    return {
        name: printable_lines(value) if isinstance(value, str) else value
        for name, value in event.items()
    }
