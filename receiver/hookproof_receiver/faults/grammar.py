"""What a path asks for: a script of faults.

    path   = "/" step *( "," step )          one step a request, the last one for all further ones
    step   = *( prelude "/" ) [ fault ]      200 where a prelude stands alone
    prelude = "delay/" SPAN | "100-continue"
    fault  = STATUS | name *( "/" argument )

A query string is not looked at; but it makes another target, and so a script of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from .acts import Act, Made, Send, Wait
from .answers import INTERIMS
from .making import MAKERS, NoSuchFault, span, status

LONGEST = 4096
"""Characters of a path, the query string included."""
MOST_STEPS = 100
"""Steps of a script."""
PRELUDES = ("delay", "100-continue")
"""What may come before any fault, and before each other."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is done with one request. Where no act ends the connection, it takes the next request."""

    name: str
    """As the path has it."""
    made: Made
    """What it consists of."""


Script = tuple[Fault, ...]
"""One a request, the last one for all further ones."""


def parse(target: str) -> Script:
    """Read a request's target.

    Raises:
        NoSuchFault: some step of it is none.
    """
    if len(target) > LONGEST:
        raise NoSuchFault(f"a path has at most {LONGEST} characters")
    steps = target.partition("?")[0].removeprefix("/").split(",")
    if len(steps) > MOST_STEPS:
        raise NoSuchFault(f"a script has at most {MOST_STEPS} steps")
    return tuple(_step(text) for text in steps)


def _step(text: str) -> Fault:
    segments = text.split("/")
    before: list[Act] = []
    while segments and segments[0] in PRELUDES:
        if segments.pop(0) == "100-continue":
            before.append(Send(INTERIMS))
        elif segments:
            before.append(Wait(span(segments.pop(0))))
        else:
            raise NoSuchFault("say how long: delay/2s/503")
    rest = segments or ["200"]
    made = MAKERS[rest[0]](rest[1:]) if rest[0] in MAKERS else status(rest)
    return Fault(text, Made((*before, *made.acts), made.reads))
