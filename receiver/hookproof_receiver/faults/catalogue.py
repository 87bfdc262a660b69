"""The table of all faults: forms, what is done, and what hookproof's own sender makes of it."""

from __future__ import annotations

from dataclasses import dataclass

from .making import CHUNKS, DRIPS, FLOODS, LENGTHS, PLACES


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table."""

    form: str
    """The path: capitals vary, `|` joins alternatives, what stands in brackets may be left out."""
    does: str
    """What the desk does."""
    examples: dict[str, str]
    """Paths of this form, all alternatives among them, each with its outcome at a sender: the status
    that is read whole, or the cause (of PROTOCOL.md's list) why the attempt fails."""


def _places(end: str, outcome: str) -> dict[str, str]:
    return {end: outcome, **{f"{end}/{place}": outcome for place in PLACES}}


_PLACES = "[/mid-request|after-request|mid-head|mid-answer]"

ENTRIES = (
    Entry("STATUS", "answers 200 to 999, with a short body", {"503": "503", "204": "204"}),
    Entry(
        "delay/SPAN[/FAULT]",
        "waits (2s, 500ms, at most 60s), then 200, or any other",
        {"delay/100ms": "200", "delay/100ms/503": "503", "delay/5s/204": "timeout"},
    ),
    Entry(
        "100-continue[/FAULT]",
        "three answers 100 and a 103, then 200, or any other",
        {"100-continue": "200", "100-continue/503": "503"},
    ),
    Entry(
        "retry-after/VALUE[/STATUS]",
        "503, or another, with this value of Retry-After",
        {"retry-after/5": "503", "retry-after/soon/429": "429"},
    ),
    Entry(
        "redirect/3XX/to/PATH",
        "to another path here, or a URL (/ is %2F, a comma %2C)",
        {"redirect/307/to/204": "307", "redirect/302/to/http:%2F%2F127.0.0.1:9%2F": "302"},
    ),
    Entry("early[/STATUS]", "413, or another, before the body is read", {"early": "413"}),
    Entry("twice[/STATUS]", "200, then 500, or another, that nobody asked for", {"twice": "200"}),
    Entry("stale[/STATUS]", "200, or another, then closes without a word", {"stale": "200"}),
    Entry(
        f"drip/{'|'.join(DRIPS)}[/SPAN]",
        "this part in drops, over 40s, or over SPAN",
        {
            **{f"drip/{part}": "timeout" for part in DRIPS},
            **{f"drip/{part}/200ms": "200" for part in DRIPS},
        },
    ),
    Entry(
        f"endless[/{'|'.join(FLOODS)}]",
        "this part without an end, as fast as it is taken",
        {
            "endless": "200",
            "endless/head": "answer_too_large",
            "endless/line": "answer_too_large",
            "endless/body": "200",
            "endless/chunks": "200",
            "endless/100-continue": "timeout",
        },
    ),
    Entry(f"reset{_PLACES}", "breaks off there (RST)", _places("reset", "connection_reset")),
    Entry(f"close{_PLACES}", "closes there, in good order", _places("close", "connection_reset")),
    Entry(f"silent{_PLACES}", "does nothing more from there on", _places("silent", "timeout")),
    Entry(
        f"length/{'|'.join(LENGTHS)}",
        "10 bytes said to be 5, 1000, 5 and 10, +10; or chunked too",
        {
            "length/short": "200",
            "length/long": "connection_reset",
            "length/two": "protocol_error",
            "length/signed": "protocol_error",
            "length/and-chunked": "200",
        },
    ),
    Entry(
        f"chunks/{'|'.join(CHUNKS)}",
        "a size that is none, half a chunk, no last chunk",
        {
            "chunks/bad": "protocol_error",
            "chunks/cut": "connection_reset",
            "chunks/no-end": "connection_reset",
        },
    ),
    Entry(
        "header-flood[/NUMBER]",
        "200 with 10000 header fields, or NUMBER",
        {"header-flood": "answer_too_large", "header-flood/50": "200"},
    ),
    Entry("gzip-bomb", "16 KiB that unpack to 16 MiB", {"gzip-bomb": "200"}),
    Entry("garbage", "bytes that are no HTTP", {"garbage": "protocol_error"}),
)
"""All of them."""


def listing() -> str:
    """The table, for people: two lines a fault."""
    return "\n".join(f"/{entry.form}\n    {entry.does}" for entry in ENTRIES)
