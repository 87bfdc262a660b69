"""The same hostile requests in each format, and how cleanly each library answers them.

*Clean* is the right verdict in the library's own words: what should be refused is refused by an error
that it documents. *Loose* is an acceptance of what was not signed so, a *crash* any other exception.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from tests.scorecard.formats import FORMATS, Format

from hookproof.clock import NANOSECONDS, Clock, system_clock

Outcome = Literal["clean", "loose", "crash"]
TEN_YEARS = 10 * 365 * 86_400
BODY = b'{"order": 4}'


class Request(NamedTuple):
    """What is put before a library."""

    body: bytes
    headers: dict[str, str]
    good: bool = False
    secret: str | None = None


def probes(format: Format, clock: Clock = system_clock) -> Iterator[tuple[str, tuple[Request, ...]]]:
    """Each probe's name, and its requests: it is clean when all of them are."""
    seconds = clock() // NANOSECONDS
    now = str(seconds * format.per_second)
    mac = format.mac(now, BODY)
    good = format.elements(mac)

    def refused(headers: dict[str, str], body: bytes = BODY) -> tuple[Request, ...]:
        return (Request(body, headers),)

    for name, text in _texts(now).items():
        # Signed as the text stands, and as what a lenient reader makes of it.
        yield (
            f"time: {name}",
            tuple(
                Request(BODY, format.headers(text, format.elements(format.mac(signed, BODY))))
                for signed in (text, now)
            ),
        )
    for name, at in (
        ("ten years ahead", seconds + TEN_YEARS),
        ("ten years ago", seconds - TEN_YEARS),
        ("a thousand times too large", seconds * 1000),
    ):
        t = str(at * format.per_second)
        yield f"time: {name}", refused(format.headers(t, format.elements(format.mac(t, BODY))))
    if format.repeats_time:
        yield "time: twice", refused(format.headers(f"{now},t={int(now) + 1}", good))
    for name, text in format.spoiled(mac).items():
        yield f"signature: {name}", refused(format.headers(now, format.elements(text)))
    yield "signature: of another body", refused(format.headers(now, good), BODY + b" ")
    yield "signature: not ASCII", refused(format.headers(now, format.elements("é" + mac[1:])))
    for name, text in format.broken(mac).items():
        yield f"element: {name}", refused(format.headers(now, text))
    for count in (10_000, 100_000):
        many = format.elements(*[format.mac("0", BODY)] * count, mac)
        yield f"{count} signatures before the good one", refused(format.headers(now, many))
    yield "no signature header", refused({})
    empty = format.elements(format.mac(now, BODY, ""))
    yield "an empty secret", (Request(BODY, format.headers(now, empty), secret=""),)
    binary = b"\xff\xfe\x80"
    signed = format.headers(now, format.elements(format.mac(now, binary)))
    yield "a body that is not UTF-8, well signed", (Request(binary, signed, good=True),)


def outcome(format: Format, request: Request) -> Outcome:
    """How one library answers one request."""
    secret = {} if request.secret is None else {"secret": request.secret}
    try:
        format.judge(request.body, request.headers, **secret)
    except format.refusals:
        return "loose" if request.good else "clean"
    except Exception:
        return "crash"
    return "clean" if request.good else "loose"


def measure(format: Format) -> dict[str, Outcome]:
    """Every probe's outcome: the worst of its requests."""
    outcomes: dict[str, Outcome] = {}
    for name, requests in probes(format):
        got = {outcome(format, request) for request in requests}
        outcomes[name] = "crash" if "crash" in got else "loose" if "loose" in got else "clean"
    return outcomes


def summary() -> str:
    """One line: how many clean answers each gives."""
    counted = []
    for format in FORMATS:
        outcomes = list(measure(format).values())
        counted.append(
            f"{format.name} {outcomes.count('clean')}/{len(outcomes)}"
            f" ({outcomes.count('loose')} loose, {outcomes.count('crash')} crashed)"
        )
    return ", ".join(counted)


def _texts(now: str) -> dict[str, str]:
    fullwidth = now.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    return {
        "with .9 behind": f"{now}.9",
        "with a plus": f"+{now}",
        "with spaces around": f" {now} ",
        "with an underscore": f"{now[0]}_{now[1:]}",
        "with a leading zero": f"0{now}",
        "in fullwidth digits": fullwidth,
        "with an exponent": f"{now[0]}.{now[1:]}e{len(now) - 1}",
    }
