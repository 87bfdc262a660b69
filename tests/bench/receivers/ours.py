"""The receiver that is timed: verified, deduplicated by the whole ladder, durable; handlers paused."""

from __future__ import annotations

import os

from hookproof_receiver import Message, Receiver

receiver = Receiver(f"sqlite:///{os.environ['BENCH_DATABASE']}", workers=0)


@receiver.on("/hooks/test", secrets=os.environ["BENCH_SECRET"], identity="json:/run", mode="inbox")
def order(_message: Message) -> None:
    """Nobody runs it: there are no workers."""
