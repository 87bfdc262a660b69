"""The same hostile requests in each scheme, and how cleanly each library answers them.

*Clean* is the right verdict in the library's own words: what should be refused is refused by an error
that it documents. *Loose* is an acceptance of what was not signed so, a *crash* any other exception.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, get_args

from tests.scorecard.formats import OURS, PEERS, Format, broken, spoiled
from tests.shared.vectors.form import Form, Pairs

from hookproof.clock import NANOSECONDS, Clock, system_clock

Outcome = Literal["clean", "loose", "crash"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
TEN_YEARS = 10 * 365 * 86_400
BODY = b'{"order": 4}'
BODIES = "a body"
"""What the names of the probes begin with that are about bodies."""

_SIGNED = {
    "not UTF-8": b"\xff\xfe\x80",
    "UTF-16": '{"order": 4}'.encode("utf-16"),
    "with a byte order mark": b"\xef\xbb\xbf" + BODY,
    "empty": b"",
    "no JSON": b'{"order": ',
    "nested 100,000 deep": b'{"a":' * 100_000 + b"4" + b"}" * 100_000,
    "a number of a million digits": b'{"order": ' + b"9" * 1_000_000 + b"}",
    "a name twice": b'{"run": 1, "run": 2}',
    "NaN": b'{"order": NaN}',
    "half a surrogate pair, escaped": rb'{"order": "\ud800"}',
    "half a surrogate pair in bytes": b'{"order": "\xed\xa0\x80"}',
    "a form": b"a=1&b=%20+",
    "line ends of Windows": b"a\r\nb\r\n",
}
_READ: dict[str, bool | None] = {
    "not UTF-8": False,
    "UTF-16": False,
    "with a byte order mark": None,  # RFC 8259, 8.1, lets a reader ignore it
    "empty": False,
    "no JSON": False,
    "nested 100,000 deep": False,
    "a number of a million digits": False,
    "NaN": None,  # and 9 lets it read more than JSON
    "half a surrogate pair, escaped": None,
    "half a surrogate pair in bytes": False,
}
"""Which of these are to be read once they are proved; None where either is right."""
_CHANGED = {
    "whose keys were sorted": (b'{"b":2,"a":1}', b'{"a":1,"b":2}'),
    "without its white space": (BODY, b'{"order":4}'),
    "with other line ends": (b"a\r\nb\r\n", b"a\nb\n"),
    "with a line end more": (BODY, BODY + b"\n"),
    "with a line end less": (BODY + b"\n", BODY),
    "without its byte order mark": (b"\xef\xbb\xbf" + BODY, BODY),
    "with a byte order mark": (BODY, b"\xef\xbb\xbf" + BODY),
    "decoded with losses": (b'"\xff"', '"\ufffd"'.encode()),
    "lost": (BODY, b""),
}


class Request(NamedTuple):
    """What is put before a library."""

    body: bytes
    headers: Pairs
    good: bool | None = False
    """Whether it should be taken; None where either is right."""
    secret: str | None = None
    as_json: bool = False
    """Whether the body is to be read as JSON too."""


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
    yield from _bodies(form, now)


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


def _bodies(form: Form, now: str) -> Iterator[Probe]:
    for name, body in _SIGNED.items():
        yield f"{BODIES}: {name}, well signed", (Request(body, form.request(now, body), good=True),)
    for name, good in _READ.items():
        signed = form.request(now, _SIGNED[name])
        yield f"{BODIES}: {name}, read as JSON", (Request(_SIGNED[name], signed, good, as_json=True),)
    for name, (sent, came) in _CHANGED.items():
        yield f"{BODIES}: {name}", (Request(came, form.request(now, sent)),)


def outcome(format: Format, request: Request) -> Outcome:
    """How one library answers one request."""
    secret = format.form.secret if request.secret is None else request.secret
    judge, refusals = format.judge, format.refusals
    if request.as_json and format.read is not None:
        judge, refusals = format.read, (*refusals, ValueError)
    try:
        judge(request.body, dict(request.headers), secret)
    except refusals:
        return "loose" if request.good else "clean"
    except Exception:
        return "crash"
    return "loose" if request.good is False else "clean"


def measure(format: Format) -> dict[str, Outcome]:
    """Every probe's outcome: the worst of its requests."""
    outcomes: dict[str, Outcome] = {}
    for name, requests in probes(format.form):
        if format.read is None and any(request.as_json for request in requests):
            continue
        got = {outcome(format, request) for request in requests}
        outcomes[name] = "crash" if "crash" in got else "loose" if "loose" in got else "clean"
    return outcomes


def summary() -> str:
    """A line a library and scheme: how clean its answers are; then which of a body are not."""
    named = "".join(f"{outcome:>7}" for outcome in OUTCOMES)
    lines = [f"{'':<36}{'of the head':>21}{'of the body':>21}", f"{'':<36}{named}{named}"]
    unclean = []
    for format in sorted((*OURS, *PEERS), key=lambda format: format.form.name):
        outcomes = measure(format)
        bodies = {name: got for name, got in outcomes.items() if name.startswith(BODIES)}
        others = [got for name, got in outcomes.items() if name not in bodies]
        counts = (kind.count(one) for kind in (others, [*bodies.values()]) for one in OUTCOMES)
        lines.append(f"{format.name:<36}{''.join(f'{count:>7}' for count in counts)}")
        unclean += [f"{format.name}: {got}: {name}" for name, got in bodies.items() if got != "clean"]
    return "\n".join([*lines, "", *unclean])


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
