"""What a page is told of a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that passed the gate."""

    path: Mapping[str, str]
    """The parts that the view's pattern names, percent-decoded."""
    query: Mapping[str, str]
    """The query string's parameters; of one that came twice, the first."""
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The fields of a form that was posted; of one that came twice, the first."""

    def number(self, name: str) -> int | None:
        """A parameter of the query as a number of 1 to 15 digits; None where it is none."""
        text = self.query.get(name, "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else None
