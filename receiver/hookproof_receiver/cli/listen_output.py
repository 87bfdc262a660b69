"""What `hookproof listen` prints of what happens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from hookproof_runtime.command_line import answer, answer_json, printable

from ..forwarding import Away, Forwarded, Target, document
from ..forwarding import Event as ForwardingEvent
from ..forwarding import line as forwarding_line
from ..inbox import Answer, Ran
from ..ingest import Answered, Event
from ..ingest.lines import line

_REMEMBERED = 10_000  # messages whose answer is not told again: more than a person follows


class Output:
    """Prints each message's two lines, or its documents. Serves any number of threads.

    Args:
        jsonl: documents instead of lines.
        synchronous: the answer to a sender is the application's, which is told already.
        reason_of: finds why a message failed, by its id.
    """

    def __init__(
        self, *, jsonl: bool, synchronous: bool, reason_of: Callable[[str], str | None]
    ) -> None:
        self._jsonl = jsonl
        self._synchronous = synchronous
        self._reason_of = reason_of
        self._guard = threading.Lock()
        self._stood_for: dict[str, bool] = {}
        self._held: list[Callable[[], None]] | None = []  # what is caught up before `begin`

    def begin(
        self, url: str, target: Target, paths: tuple[str, ...], words: Sequence[str] | None
    ) -> None:
        """Say where requests are answered and where messages go, before anything else is printed.

        Args:
            url: where the receiver is.
            target: where the application is.
            paths: what is received at.
            words: what `hookproof send` needs to reach the first of them; None prints no such line.
        """
        to = target.base + target.path
        with self._guard:
            if self._jsonl:
                answer_json({"event": "ready", "url": url, "forward_to": to, "paths": list(paths)})
            else:
                answer(f"ready: {url}  {', '.join(paths)}  forwarded to {to}")
                if words is not None:
                    data = f"""--data '{{"order": 4}}' {" ".join(words)}"""
                    answer(f"try:   hookproof send {url}{paths[0]} {data}")
            held, self._held = self._held or [], None
            for say in held:
                say()

    def receiving(self, event: Event) -> None:
        """Tell of a request; of what became of it only where forwarding has nothing to say of it."""
        if isinstance(event, Ran) and not _is_parked(event):
            return
        if self._jsonl:
            self._print_json(document(event))
        elif isinstance(event, Answered):
            if self._is_news(event.answer):
                self._print(line(event, self._reason(event.answer)))
        else:
            self._print(line(event))

    def forwarding(self, event: ForwardingEvent) -> None:
        """Tell of what became of a message."""
        if self._synchronous and isinstance(event, Forwarded):
            self._remember(event.message_id)
        if self._jsonl:
            self._print_json(document(event))
        elif isinstance(event, Away) and not self._synchronous:
            self._print(f"{forwarding_line(event)}; messages are kept until it is back")
        else:
            self._print(forwarding_line(event))

    def _is_news(self, given: Answer) -> bool:
        """Whether a person is to see this answer: not where the application's stands for it."""
        if given.message_id is None or given.duplicate:
            return True
        if self._synchronous:  # the application's answer was told before this one
            with self._guard:
                return self._stood_for.pop(given.message_id, False) is False
        return not given.kept or not self._remember(given.message_id)

    def _remember(self, message_id: str) -> bool:
        """Whether it is new."""
        with self._guard:
            new = message_id not in self._stood_for
            self._stood_for[message_id] = True
            while len(self._stood_for) > _REMEMBERED:
                del self._stood_for[next(iter(self._stood_for))]
            return new

    def _reason(self, given: Answer) -> str | None:
        return self._reason_of(given.message_id) if given.message_id and given.status >= 500 else None

    def _print(self, text: str) -> None:
        self._say(partial(answer, printable(text)))

    def _print_json(self, made: dict[str, Any]) -> None:
        self._say(partial(answer_json, made))

    def _say(self, say: Callable[[], None]) -> None:
        with self._guard:
            if self._held is not None:
                self._held.append(say)
                return
            with suppress(OSError):  # whoever read us has gone; the messages still come
                say()


def _is_parked(event: Ran) -> bool:
    return event.state == "failed" and event.again_in_s is None
