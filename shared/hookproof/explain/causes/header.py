"""The header is lost, renamed, or written otherwise."""

from __future__ import annotations

from typing import Final

from ..fixes import HEADERS, SIGNED
from .cause import Cause

HEADER: Final[dict[str, Cause]] = {
    "header_underscored": Cause(
        "the signature stands under the name {}",
        ("hand on the headers themselves, not the environment that WSGI or CGI makes of them"),
        HEADERS,
    ),
    "header_renamed": Cause(
        "the signature stands under the name {}",
        "let the proxy hand on the header under its own name",
        HEADERS,
    ),
    "header_twice": Cause(
        "one of the signatures is good, and the header came {}",
        "a proxy or a retry added its own: send one",
    ),
    "header_joined": Cause(
        "one of the signatures is good, and the header holds {}",
        "two headers were joined into one on the way: send one",
    ),
    "header_quoted": Cause(
        "the signature is good, and the header holds {}", "send the value without quotes"
    ),
    "header_percent": Cause("the signature is good, and the header is {}", "send the value as it is"),
    "header_name_inside": Cause(
        "the signature is good, and the header's value holds {}", "send the value alone"
    ),
    "header_semicolons": Cause(
        "the signature is good, and its elements are joined by {}", "join elements by commas"
    ),
    "header_blanks": Cause(
        "the signature is good, and the header has {} where none may stand",
        "send no blanks but after a comma; take away line ends",
    ),
    "element_renamed": Cause(
        "the signature is good, and there is {}", "give elements the names that the scheme has", SIGNED
    ),
    "header_grammar": Cause(
        "the signature is good, and the header has {}", "write the header as the scheme has it", SIGNED
    ),
    "header_lost": Cause(
        "the sender did not sign, or {} was lost on the way",
        ("set the task's secret key; where it is set, look for a proxy that drops unknown headers"),
    ),
    "time_unit": Cause(
        "the signature is good, and its time is in {}", "send the time in the scheme's unit", SIGNED
    ),
    "time_form": Cause(
        "the signature is good, and its time is {}",
        "send the time as whole digits, nothing before or after",
        SIGNED,
    ),
    "time_elsewhere": Cause(
        "the signature is good, and its time stands in {}",
        "put the time where the scheme has it",
        SIGNED,
    ),
}
