"""Acknowledging a message that is not finished in time: "kept", and the receiver's to handle."""

from __future__ import annotations

from hookproof_runtime.database import Connection

from .answer import Answer
from .answering import answer_for
from .store import deliveries, leasing
from .writer import Writer


def promise(writer: Writer, message_id: str, delivery_id: str, now_ms: int) -> Answer:
    """Commit the mark, and only then answer 200; a message that ended meanwhile has its own answer.

    Raises:
        Busy: a handler holds the database for longer than this may wait.
        StorageError: it could not be written.
    """

    def mark(connection: Connection) -> Answer:
        leasing.promise(connection, message_id, now_ms)
        answer = answer_for(leasing.settled(connection, message_id))
        assert answer is not None  # it runs no more, or is promised
        deliveries.answered(connection, delivery_id, answer.status)
        return answer

    return writer.do(mark)
