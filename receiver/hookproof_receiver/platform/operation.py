"""What the API can be asked, declared once: the routes and the document are both made of it.

A room's file declares its operations as values::

    Operation("GET", "/flows/{id}", "getFlow", "A flow.", get_flow, {200: FlowRecord})

`get_flow` takes `Asked` and gives `Answer`; it knows no HTTP library. What goes wrong is raised: a
`Refusal`, whose status stands in `refusals` where it is none of those that every operation may give.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

from pydantic import BaseModel, ConfigDict

from ..tokens import Scope
from .refusal import Refusal

LARGEST_ID = 2**53 - 1
"""The largest number that every JSON reader reads as it was written."""

_ID = re.compile(r"[0-9]{1,16}", re.ASCII)
_VARIABLE = re.compile(r"\{(\w+)\}")


class Wanted(BaseModel):
    """Something that a request may hold; what is not named in it is let through, as on the platform.

    A body is read strictly: `"4"` is no number, and `true` is none.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)


class Shape(BaseModel):
    """Something that an answer holds: what is named, and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose form is right and whose token is good."""

    ids: Mapping[str, str]
    """What stands in the path, by its name there, as it was written; `number` reads one."""
    query: Any
    """Of the operation's `query`; None where it has none."""
    body: Any
    """Of the operation's `body`; None where it has none, or where nothing was sent."""
    headers: Mapping[str, str]
    """Those that the operation names, in lower case, where they were sent."""
    user: str
    """The token's id; empty where the operation needs none."""

    def number(self, what: str) -> int:
        """The id in the path.

        Args:
            what: it is of, for the sentence: `job group`.

        Raises:
            Refusal: 404: that cannot be an id of anything.
        """
        written = self.ids["id"]
        if _ID.fullmatch(written) and 1 <= int(written) <= LARGEST_ID:
            return int(written)
        not_there(what)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be answered."""

    status: int
    """One of the operation's `answers`."""
    content: object = None
    """Of the shape that stands there; None for an answer without a body."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further ones."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    """Below `/v4`, with its ids in braces: `/flows/{id}/run`. They are whole numbers."""
    name: str
    """The platform's own, where it has one: `runJobGroup`."""
    summary: str
    """A sentence."""
    handle: Callable[[Asked], Answer]
    """Does it."""
    answers: Mapping[int, Any]
    """What comes when all is well: a type that pydantic can describe, or None for no body."""
    body: type[Wanted] | None = None
    """What is to be sent, as JSON."""
    body_required: bool = True
    """May it be left out?"""
    query: type[Wanted] | None = None
    """What may be asked after the `?`."""
    headers: Mapping[str, int] = field(default_factory=dict)
    """Request headers that it reads, in lower case, and how long each may be."""
    refusals: tuple[int, ...] = ()
    """Statuses of exceptions beyond those that come of the rest of the declaration."""
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    """Response headers of its own, with what each says."""
    scope: Scope | None = "run-job"
    """What the token has to be good for; None where none is asked for."""

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the ids in the path."""
        return tuple(_VARIABLE.findall(self.path))


class Operations:
    """All of them, to be found by what was asked.

    As on the platform, a path may end with a slash, and its case does not matter.

    Args:
        operations: the order does not matter; a path without an id goes first.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.all = tuple(operations)
        self._patterns = [
            (one, re.compile(_pattern(one.path), re.IGNORECASE))
            for one in sorted(operations, key=lambda one: len(one.variables))
        ]

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation, and the ids in its path; None where there is none.

        Args:
            method: `HEAD` is `GET`.
            path: below `/v4`, from its slash on.
        """
        wanted = "GET" if method == "HEAD" else method
        for operation, pattern in self._patterns:
            if operation.method == wanted and (found := pattern.fullmatch(path)):
                return operation, found.groupdict()
        return None


def not_there(what: str) -> NoReturn:
    """Raise the 404 for something that has no such id."""
    raise Refusal(404, "NotFoundException", f"The {what} does not exist.")


def _pattern(path: str) -> str:
    pieces = _VARIABLE.split(path)
    return (
        "".join(
            f"(?P<{piece}>[^/]+)" if number % 2 else re.escape(piece)
            for number, piece in enumerate(pieces)
        )
        + "/?"
    )
