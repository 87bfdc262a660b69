"""Vectors of the scheme `slack`."""

from __future__ import annotations

from .common import Rules, groups, key_lengths
from .form import SlackForm
from .vector import BODY, Group

FORM = SlackForm()
RULES = Rules("P-SLACK-5", "P-SLACK-5", "P-SLACK-3", "P-SLACK-2", "P-SLACK-4")
_usual, *_more = groups(FORM, RULES)
good, bad = _usual.good, _usual.bad
T, M = FORM.t, FORM.signature()

_published = Group((("documented", "8f742231b10e8888abcd99yyyzzz85a5"),))
_published.good(
    "Slack's documented example",
    (
        ("X-Slack-Request-Timestamp", "1531420618"),
        ("X-Slack-Signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"),
    ),
    "Published",
    rule="P-SLACK-5",
    body=(
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    ),
    now=1_531_420_618_000,
    source="docs.slack.dev/authentication/verifying-requests-from-slack",
)
GROUPS = (_published, _usual, *_more, *key_lengths(FORM, RULES, (1, 32, 63, 64, 65)))
"""All of them."""

for comment, text in (
    ("nothing", ""),
    ("the digits alone", M),
    ("another version", f"v1={M}"),
    ("the version in upper case", f"V0={M}"),
    ("no =", f"v0{M}"),
    ("= twice", f"v0=={M}"),
    ("a comma for =", f"v0,{M}"),
    ("a space at the start", f" v0={M}"),
    ("a space at the end", f"v0={M} "),
    ("quotes around the whole", f'"v0={M}"'),
    ("a trailing comma", f"v0={M},"),
    ("two signatures", f"v0={M},v0={M}"),
    ("a newline at the end", f"v0={M}\n"),
    ("a NUL at the end", f"v0={M}\0"),
    ("a byte of latin-1", f"v0={M[:-1]}\xe9"),
    ("4097 characters", "v0=".ljust(4097, "0")),
):
    bad("malformed_header", f"header: {comment}", FORM.raw(T, text), "Grammar", rule="P-SLACK-3")
for comment, text in (
    ("a space in front", " " + T),
    ("a space behind", T + " "),
    ("a newline behind", T + "\n"),
    ("a NUL behind", T + "\0"),
    ("two joined by a server", f"{T}, {T}"),
    ("quotes", f'"{T}"'),
):
    bad("bad_timestamp", f"time: {comment}", FORM.request(text), "TimeForm", rule="P-SLACK-4")
for comment, message in (
    ("the body alone", BODY),
    ("time and body, as in http-task", f"{T}.".encode() + BODY),
    ("no version", f"{T}:".encode() + BODY),
    ("another version", f"v1:{T}:".encode() + BODY),
    ("dots for colons", f"v0.{T}.".encode() + BODY),
    ("the separator moved into the time's digits", f"v0:{T[:-1]}:{T[-1]}".encode() + BODY),
):
    request = FORM.headers(FORM.write(FORM.digest(message)))
    bad("no_match", f"signed: {comment}", request, "WrongMessage", rule="P-SLACK-5")
bad(
    "malformed_header",
    "several at once: a bad signature's form and a bad time",
    FORM.raw("x", "v0=0"),
    "Grammar",
    rule="P-SLACK-6",
)
