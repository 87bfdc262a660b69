"""The same hostile requests in each scheme, and how cleanly each library answers them.

*Clean* is the right verdict in the library's own words: what should be refused is refused by an error
that it documents. *Loose* is an acceptance of what was not signed so, a *crash* any other exception.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from tests.scorecard.formats import OURS, PEERS, Format, broken, spoiled
from tests.shared.vectors.form import Form, Pairs

from hookproof.clock import NANOSECONDS, Clock, system_clock

Outcome = Literal["clean", "loose", "crash"]
TEN_YEARS = 10 * 365 * 86_400
BODY = b'{"order": 4}'


class Request(NamedTuple):
    """What is put before a library."""

    body: bytes
    headers: Pairs
    good: bool | None = False
    """Whether it should be taken; None where either is right, since it was signed as it stands."""
    secret: str | None = None


Probe = tuple[str, tuple[Request, ...]]
"""A probe's name, and its requests: it is clean when all of them are."""


def probes(form: Form, clock: Clock = system_clock) -> Iterator[Probe]:
    """The probes of one scheme, at this time."""
    now = form.at(clock() // 1_000_000)
    mac = form.signature(now, BODY)

    def refused(headers: Pairs, body: bytes = BODY) -> tuple[Request, ...]:
        return (Request(body, headers),)

    if form.per_second is not None:
        yield from _times(form, now, clock() // NANOSECONDS)
    for name, text in spoiled(form, mac).items():
        yield f"signature: {name}", refused(form.headers(text, t=now))
    yield "signature: of another body", refused(form.headers(mac, t=now), BODY + b" ")
    yield "signature: not ASCII", refused(form.headers("é" + mac[1:], t=now))
    for name, text in broken(form, mac).items():
        yield f"element: {name}", refused(form.raw(now, text))
    if form.is_list:
        for count in (10_000, 100_000):
            many = form.headers(*[form.signature("0", BODY)] * count, mac, t=now)
            yield f"{count} signatures before the good one", refused(many)
    yield "no signature header", refused(())
    empty = form.headers(form.write(form.digest(form.message(now, BODY), b"")), t=now)
    yield "an empty secret", (Request(BODY, empty, secret=""),)
    binary = b"\xff\xfe\x80"
    signed = form.request(now, binary)
    yield "a body that is not UTF-8, well signed", (Request(binary, signed, good=True),)


def _times(form: Form, now: str, seconds: int) -> Iterator[Probe]:
    mac = form.signature(now, BODY)
    for name, text in _texts(now).items():
        literal = Request(BODY, form.request(text, BODY), good=None)
        # Signed as what a lenient reader makes of the text.
        yield f"time: {name}", (literal, Request(BODY, form.headers(mac, t=text)))
    for name, at in (
        ("ten years ahead", seconds + TEN_YEARS),
        ("ten years ago", seconds - TEN_YEARS),
        ("a thousand times too large", seconds * 1000),
    ):
        yield f"time: {name}", (Request(BODY, form.request(form.at(at * 1000), BODY)),)
    if len(form.raw(now, "")) == 1:  # the time stands beside the signature
        twice = form.headers(mac, t=f"{now},t={int(now) + 1}")
        yield "time: twice", (Request(BODY, twice),)


def outcome(format: Format, request: Request) -> Outcome:
    """How one library answers one request."""
    secret = format.form.secret if request.secret is None else request.secret
    try:
        format.judge(request.body, dict(request.headers), secret)
    except format.refusals:
        return "loose" if request.good else "clean"
    except Exception:
        return "crash"
    return "loose" if request.good is False else "clean"


def measure(format: Format) -> dict[str, Outcome]:
    """Every probe's outcome: the worst of its requests."""
    outcomes: dict[str, Outcome] = {}
    for name, requests in probes(format.form):
        got = {outcome(format, request) for request in requests}
        outcomes[name] = "crash" if "crash" in got else "loose" if "loose" in got else "clean"
    return outcomes


def summary() -> str:
    """A line a library and scheme: how many clean answers it gives."""
    lines = []
    for format in sorted((*OURS, *PEERS), key=lambda format: format.form.name):
        outcomes = list(measure(format).values())
        counts = [outcomes.count(outcome) for outcome in ("clean", "loose", "crash")]
        lines.append(f"{format.name:<36}" + "{:>3} clean {:>3} loose {:>3} crashed".format(*counts))
    return "\n".join(lines)


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
