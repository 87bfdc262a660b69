"""Acknowledging a message that is not finished in time: "kept", and the receiver's to handle."""

from __future__ import annotations

from hookproof_runtime.database import Engine, writing

from .answer import Answer
from .answering import answer_for
from .store import deliveries, messages

COMMIT_WAITS = 3.0
"""Seconds that a commit which an answer depends on waits for its turn: a sender gives up after 30."""


def promise(engine: Engine, message_id: str, delivery_id: str, now_ms: int) -> Answer:
    """Commit the mark, and only then answer 200; a message that ended meanwhile has its own answer.

    Raises:
        Busy: a handler holds the database for longer than this may wait.
        StorageError: it could not be written.
    """
    with writing(engine, wait=COMMIT_WAITS) as connection:
        messages.promise(connection, message_id, now_ms)
        answer = answer_for(messages.settled(connection, message_id))
        assert answer is not None  # it runs no more, or is promised
        deliveries.answered(connection, delivery_id, answer.status)
    return answer
