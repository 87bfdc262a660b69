"""What headers hold though the strict grammar refuses them: for explaining, never for a verdict."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from ..schemes import Scheme
from .signature_texts import Candidate, candidates

Pairs = list[tuple[str, str]]

_READ = 4096  # characters of a value that are looked at
_TIMES = 3  # of one request
_T = re.compile(
    r"(?<![0-9A-Za-z])(?:t|ts|time|timestamp)\s*[=:]\s*[\"']?([+-]?[0-9]{1,25}(?:\.[0-9]{1,9})?)", re.I
)
_TIME = re.compile(r"[!-~](?:[ -~]{0,38}[!-~])?", re.ASCII).fullmatch
_TIME_HEADERS = ("x-webhook-timestamp", "x-timestamp", "webhook-timestamp", "x-signature-timestamp")
_BEFORE = ("x-original-", "x-forwarded-", "x-amzn-remapped-", "x-real-", "original-", "http-", "x-")


class Material(NamedTuple):
    """What the headers of one request hold, by one scheme's names."""

    times: list[str]
    ids: list[str]
    candidates: list[Candidate]
    values: list[str]
    """Of the signature header, as they came."""
    header: str
    """The name it was found under; empty where there is none."""
    misnamed: str
    """`header_underscored` or `header_renamed`, where it is not the scheme's own; else empty."""


def gather(scheme: Scheme, pairs: Pairs) -> Material:
    """Everything that may be a time, an id or a digest by this scheme's headers."""
    values, header, misnamed = _find(pairs, scheme.headers[-1])
    base64_wanted = scheme.name == "standard-webhooks"
    found: list[Candidate] = []
    times: list[str] = []
    ids: list[str] = []
    for value in values:
        text = plain(value)
        found += [one for one in candidates(text, base64_wanted) if one not in found]
        times += [time for time in _T.findall(text) if time not in times]
    for name in scheme.headers[:-1]:
        texts = [value.strip() for value in _find(pairs, name)[0]]
        if name.lower().endswith("-id"):
            ids += texts
        else:
            times += [text for text in texts if _TIME(text)]
    if not times:
        times = [
            value.strip()
            for name, value in pairs
            if name.lower() in _TIME_HEADERS and _TIME(value.strip())
        ]
    return Material(times[:_TIMES], ids[:2], found, values, header, misnamed)


def plain(value: str) -> str:
    """The first of a value, percent-decoded where it is encoded."""
    value = value[:_READ]
    return unquote(value) if re.search("%(?:3D|2C|3d|2c)", value) else value


def header_codes(material: Material, signature: str) -> list[tuple[str, str]]:
    """How the signature header's form differs from the scheme's: codes, each with what it was.

    Args:
        material: of the request.
        signature: what the scheme calls the signature's element, such as `sha256=`.
    """
    if material.misnamed:
        return [(material.misnamed, shown(material.header))]
    if len(material.values) > 1:
        return [("header_twice", f"{len(material.values)} times")]
    if not material.values:
        return []
    value = material.values[0][:_READ]
    codes = []
    if value.strip()[:1] in ("'", '"') or "='" in value or '="' in value:
        codes.append(("header_quoted", "quotes"))
    if plain(value) != value:
        codes.append(("header_percent", "percent-encoded"))
    if material.header.lower() + ":" in value.lower():
        codes.append(("header_name_inside", "its own name"))
    if len(_T.findall(value)) > 1:
        codes.append(("header_joined", "more than one t"))
    if ";" in value:
        codes.append(("header_semicolons", "semicolons"))
    if signature not in plain(value):
        codes.append(("element_renamed", f"no {signature}"))
    if not codes and re.search(r"\s(?![^,\s])|^\s|\s[,=]|[=]\s|[\t\r\n]|\s$", value):
        codes.append(("header_blanks", "blanks"))
    return codes or [("header_grammar", "another form")]


def shown(name: str) -> str:
    """The first of a header's name or value as it may be printed, whatever came."""
    return "".join(character if " " <= character < "\x7f" else "?" for character in name[:60])


def _find(pairs: Pairs, name: str) -> tuple[list[str], str, str]:
    wanted = name.lower()
    exact = [value for key, value in pairs if key.lower() == wanted]
    if exact:
        return exact, name, ""
    for key, value in pairs:
        like = key.lower().replace("_", "-")
        if like.removeprefix("http-") == wanted:
            return [value], key, "header_underscored"
    bare = wanted.removeprefix("x-")
    for key, value in pairs:
        like = key.lower().replace("_", "-")
        if like.removesuffix(bare) in ("", *_BEFORE, *(before + "x-" for before in _BEFORE)):
            return [value], key, "header_renamed"
    return [], "", ""
