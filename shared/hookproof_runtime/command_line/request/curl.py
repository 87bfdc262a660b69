"""A `curl` command line, as documentation, browsers and shells' histories hold it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote_plus

from .given import Given
from .words import words

_DATA = ("-d", "--data", "--data-ascii", "--data-raw", "--data-binary", "--data-urlencode", "--json")
_HEADER = ("-H", "--header")
_FLAGS = "#0123456:BGIJLMNOSZafgijklnpqsv"  # of one letter, without a value
_LONG_FLAGS = (
    "--compressed",
    "--insecure",
    "--silent",
    "--verbose",
    "--location",
    "--globoff",
    "--fail",
)
_LARGEST = 64 * 1024**2  # bytes: somebody else's command may name a device, and that has no end
_MORE_FLAGS = ("--fail", "--include", "--show-error", "--http1.1", "--http2", "--get", "--path-as-is")


def read_curl(text: str) -> Given:
    """The headers and the body that this command would send.

    A file that it names (`@order.json`) is read from the current directory.

    Raises:
        ValueError: it has a part that cannot be followed, such as a multipart form.
    """
    headers: list[tuple[str, str]] = []
    pieces: list[bytes] = []
    is_json = False
    rest = iter(words(text)[1:])
    for word in rest:
        name, value = _option(word)
        if name in ("-F", "--form"):
            raise ValueError("a multipart form cannot be built again: give --header and --body")
        if not name or name in _LONG_FLAGS + _MORE_FLAGS or name.startswith("--no-"):
            continue
        if value is None:
            value = next(rest, None)
            if value is None:
                raise ValueError(f"the option {name} has no value")
        if name in _HEADER:
            key, _, content = value.partition(":")
            headers.append((key.strip(), content.strip(" \t")))
        elif name in _DATA:
            is_json = is_json or name == "--json"
            pieces.append(_data(name, value))
    if pieces and not any(key.lower() == "content-type" for key, _ in headers):
        kind = "application/json" if is_json else "application/x-www-form-urlencoded"
        headers.append(("Content-Type", kind))
    return Given(headers, (b"" if is_json else b"&").join(pieces))


def _option(word: str) -> tuple[str, str | None]:
    """An option's name, and its value where it is in the same word; no name for what is no option."""
    if not word.startswith("-") or word == "-":
        return "", None
    if word.startswith("--"):
        return word, None
    letters = word[1:].lstrip(_FLAGS)  # -sSk, and -sXPOST
    return (f"-{letters[0]}", letters[1:] or None) if letters else ("", None)


def _data(name: str, value: str) -> bytes:
    if name == "--data-urlencode":
        key, equals, content = value.partition("=")
        return (key + equals + quote_plus(content) if equals else quote_plus(value)).encode()
    if value.startswith("@") and name != "--data-raw":
        try:
            with Path(value[1:]).open("rb") as file:
                data = file.read(_LARGEST + 1)
        except OSError as error:
            raise ValueError(f"its data file {value[1:]} cannot be read: {error.strerror}") from None
        if len(data) > _LARGEST:
            raise ValueError(f"its data file {value[1:]} has more than {_LARGEST} bytes")
        whole = name in ("--data-binary", "--json")
        return data if whole else data.replace(b"\r", b"").replace(b"\n", b"")
    return value.encode("utf-8", "surrogateescape")
