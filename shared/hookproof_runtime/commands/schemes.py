"""`hookproof schemes`."""

from __future__ import annotations

from typing import Any

from hookproof.schemes import Scheme, by_name, names

from ..command_line import answer, answer_json, command, json_option

_UNITS = {"ms": "milliseconds", "s": "seconds", None: "no time is signed"}
_IDENTITIES = {
    "signature": "the signed bytes, time included",
    "id": "a signed id",
    "none": "nothing that is signed",
}


@command("schemes", example="hookproof schemes")
@json_option
def schemes(as_json: bool) -> None:
    """List the schemes: headers, unit of time, what tells two messages apart, form of a secret."""
    every = [by_name(name) for name in names()]
    if as_json:
        answer_json({"schemes": [_document(scheme) for scheme in every]})
        return
    for scheme in every:
        answer(scheme.name)
        answer(f"  headers   {', '.join(scheme.headers)}")
        answer(f"  time      {_UNITS[scheme.unit]}")
        answer(f"  identity  {_IDENTITIES[scheme.identity]}")
        answer(f"  secret    {scheme.key_form}")


def _document(scheme: Scheme) -> dict[str, Any]:
    return {
        "name": scheme.name,
        "headers": scheme.headers,
        "unit": scheme.unit,
        "identity": scheme.identity,
        "secret": scheme.key_form,
    }
