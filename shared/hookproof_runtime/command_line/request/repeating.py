"""A request to be repeated by hand: as a command for a shell, or as the bytes of HTTP. Pure.

What was hidden stays hidden: in a command it is a variable, which whoever repeats it fills in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hookproof_runtime.masking import HIDDEN

_LONGEST = 100_000  # bytes of one argument; Linux takes 131,071
_BY_CURL = {"host", "content-length", "connection"}
_NAME_BEFORE = re.compile(r"([A-Za-z][\w.\[\]-]*)=$")


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A request that somebody may make again."""

    method: str
    """In upper case."""
    url: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)
    verify_tls: bool = True
    """Whether the server's certificate must be valid."""
    connect_to: tuple[str, ...] = ()
    """Where to connect to instead, each as `HOST:PORT:ADDR:PORT`."""

    @property
    def line(self) -> str:
        """`POST /hooks/orders HTTP/1.1`, but for what is hidden."""
        return f"{self.method} {_split(self.url)[1]} HTTP/1.1"


def as_curl(request: Repeatable) -> tuple[str, tuple[str, ...]]:
    """A command line for any POSIX shell, and the names of the variables that it wants.

    A body that would not survive on a command line comes out of printf.
    """
    shell = _Shell()
    address = request.url.partition("#")[0]
    words = ["curl -i"]
    if not request.verify_tls:
        words[0] += " --insecure"
    _, target = _split(request.url)
    if re.search(r"[\[\]{}]", target):
        words[0] += " --globoff"
    if "/." in target:
        words[0] += " --path-as-is"
    if request.method != ("POST" if _has_body(request) else "GET"):
        words[0] += f" -X {request.method}"
    words[0] += f" {shell.quoted(address, 'URL')}"
    words += [f"--connect-to {shell.quoted(one, 'PLACE')}" for one in request.connect_to]
    for name, value in request.headers:
        if name.lower() not in _BY_CURL:
            text = f"{name}: {value}" if value else f"{name};"
            words.append(f"-H {shell.quoted(text, name)}")
    before = ""
    if _has_body(request):
        given = {name.lower() for name, _ in request.headers}
        # Without these, curl would add its own.
        words += [f"-H '{name}:'" for name in ("Content-Type", "Expect") if name.lower() not in given]
        if _is_plain(request.body):
            words.append(f"--data-binary {_quoted(request.body.decode())}")
        else:
            before = f"printf '{_printf(request.body)}' | "
            words.append("--data-binary @-")
    return before + " \\\n  ".join(words), tuple(shell.variables)


def as_http(request: Repeatable) -> bytes:
    """The request as its bytes, but for what is hidden."""
    place, _ = _split(request.url)
    headers = list(request.headers)
    given = {name.lower() for name, _ in headers}
    if "host" not in given:
        headers.insert(0, ("Host", place))
    if "content-length" not in given and _has_body(request):
        headers.append(("Content-Length", str(len(request.body))))
    lines = [request.line, *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, "", ""]).encode() + request.body


def _split(url: str) -> tuple[str, str]:
    """The URL's host with its port, and what stands behind them, which begins with a slash."""
    address = url.partition("#")[0].partition("://")[2]
    place = re.split("[/?]", address, maxsplit=1)[0]
    target = address[len(place) :]
    return place.rpartition("@")[2], target if target.startswith("/") else f"/{target}"


def _has_body(request: Repeatable) -> bool:
    return request.method in ("POST", "PUT", "PATCH")


class _Shell:
    """Texts as words of a shell, with a variable for all that is hidden in them."""

    def __init__(self) -> None:
        self.variables: list[str] = []

    def quoted(self, text: str, name: str) -> str:
        """The text as one word; `name` names what is hidden, where nothing before it does."""
        first, *rest = text.split(HIDDEN)
        word, before = _quoted(first), first
        for piece in rest:
            named = _NAME_BEFORE.search(before)
            word += f'"${{{self._variable(named[1] if named else name)}:?}}"'
            word += _quoted(piece) if piece else ""
            before = piece
        return word

    def _variable(self, name: str) -> str:
        stem = variable = "HIDDEN_" + re.sub(r"\W+", "_", name).strip("_").upper()
        number = 1
        while variable in self.variables:
            number += 1
            variable = f"{stem}_{number}"
        self.variables.append(variable)
        return variable


def _is_plain(body: bytes) -> bool:
    """Whether it stands in quotes as it is, for every shell, terminal and curl."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return False
    shown = text.replace("\n", "")
    return (not shown or shown.isprintable()) and text[:1] != "@" and len(body) <= _LONGEST


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _printf(body: bytes) -> str:
    """The body as printf's format: what is not visible ASCII in octal, which every printf knows."""
    text = "".join(
        chr(byte) if 0x20 <= byte <= 0x7E and byte not in b"%\\'" else f"\\{byte:03o}" for byte in body
    )
    if text.startswith("-"):
        text = f"\\055{text[1:]}"  # else it would be an option
    return text.replace("\\012", "\\n")
