"""Writing an event, with the ids of what it belongs to."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager

import structlog

SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
"""What every line is given, ours or a library's."""

_OURS = (
    structlog.stdlib.filter_by_level,
    *SHARED,
    structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module: `log.info("kept", size=12)`, an event in a word or two, then fields.

    It hands on to the standard library's logging, whose levels and handlers decide: within somebody
    else's application nothing of ours prints by itself, and their structlog is left alone.
    """
    logger: structlog.stdlib.BoundLogger = structlog.wrap_logger(
        logging.getLogger(name), processors=_OURS, wrapper_class=structlog.stdlib.BoundLogger
    )
    return logger


def tagged(
    *, delivery: str | None = None, message: str | None = None, guid: str | None = None
) -> AbstractContextManager[None]:
    """Put these ids on every line written inside the `with`, in this thread and its context."""
    ids = {"delivery": delivery, "message": message, "guid": guid}
    return structlog.contextvars.bound_contextvars(
        **{name: value for name, value in ids.items() if value is not None}
    )
