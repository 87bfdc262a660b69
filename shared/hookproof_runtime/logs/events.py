"""Writing an event, with the ids of what it belongs to."""

from __future__ import annotations

from contextlib import AbstractContextManager

import structlog


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module: `log.info("kept", size=12)`, an event in a word or two, then fields."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def tagged(
    *, delivery: str | None = None, message: str | None = None, guid: str | None = None
) -> AbstractContextManager[None]:
    """Put these ids on every line written inside the `with`, in this thread and its context."""
    ids = {"delivery": delivery, "message": message, "guid": guid}
    return structlog.contextvars.bound_contextvars(
        **{name: value for name, value in ids.items() if value is not None}
    )
