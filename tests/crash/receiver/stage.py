"""A receiver that is killed at a point, started again, and asked again."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

from tests.crash.receiver import halts
from tests.crash.receiver.calls import Answer, call
from tests.crash.receiver.history import Acknowledged, History
from tests.crash.receiver.place import Place, Receiving
from tests.receiver.bare_server import eventually


class Stage:
    """A receiver that stops where it is told to.

    Args:
        folder: an empty one.
        words: more for its command.
    """

    def __init__(self, folder: Path, *words: str) -> None:
        self.place = Place(folder)
        self.halt = folder / halts.FILE
        """Says where."""
        self.receiving = Receiving(self.place, "ready", "--log", "json", *words, halting=True)
        self.acknowledged: list[Acknowledged] = []

    def retry(self, path: str, body: bytes) -> Answer:
        """A retry, which is answered."""
        answer = self.call(path, body, str(uuid.uuid5(uuid.NAMESPACE_OID, body.decode())))
        assert answer is not None
        return answer

    def call(self, path: str, body: bytes, guid: str | None = None) -> Answer | None:
        """One attempt; what it acknowledges is noted."""
        answer = call(self.receiving.port, path, body, guid)
        if answer is not None and answer.status < 300:
            assert answer.message_id
            content = None if answer.kept else answer.body
            self.acknowledged.append(Acknowledged(json.loads(body)["run"], answer.message_id, content))
        return answer

    def reached(self, point: str) -> Any:
        """Wait until the receiver stands at a point; what it tells of it."""
        at, what = self.receiving.process.says()
        assert point == at
        return what

    def kill(self) -> None:
        """Kill the receiver."""
        self.receiving.process.kill()
        self.halt.unlink(missing_ok=True)

    def restart(self) -> None:
        """Start it again."""
        with self.receiving.process:
            pass
        self.receiving.start()

    def check(self, *keys: str) -> History:
        """Wait until the receiver is done with these messages, and judge."""
        sent = set(keys)
        eventually(
            lambda: all(row.state != "running" and not row.is_due for row in self.place.rows(sent))
        )
        return self.place.check(sent, [one for one in self.acknowledged if one.key in sent])
