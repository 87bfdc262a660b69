"""Which step of a script a request is answered with."""

from __future__ import annotations

from collections import OrderedDict

MOST = 10_000
"""Scripts whose positions are known at the same time; the one that was longest not asked for goes."""


class Positions:
    """How far each message is in the script of its target.

    A message is known by its GUID. A request without one counts as another attempt of what looks like
    it: the caller says what does, which is the same method and body, as a rule. A GUID that was not
    seen before continues such a request, and takes it away: what comes next without a GUID begins
    anew. So every message goes through its script by itself, with a GUID from its first attempt on,
    from its first retry on, or never.
    """

    def __init__(self) -> None:
        self._steps: OrderedDict[tuple[str, ...], int] = OrderedDict()

    def next(self, target: str, guid: str | None, looks: str) -> int:
        """The number of steps that this message has had before, this request not counted.

        Args:
            target: the request's target.
            guid: its GUID, in canonical form; None where it has none.
            looks: tells requests without a GUID apart.
        """
        nameless = (target, "", looks)
        if guid is None:
            return self._take(nameless, self._steps.get(nameless, 0))
        named = (target, guid)
        if named not in self._steps and self._steps.get(nameless, 0) > 0:
            self._steps[nameless] -= 1
            return self._take(named, 1)
        return self._take(named, self._steps.get(named, 0))

    def _take(self, message: tuple[str, ...], position: int) -> int:
        self._steps[message] = position + 1
        self._steps.move_to_end(message)
        if len(self._steps) > MOST:
            self._steps.popitem(last=False)
        return position
