"""How templates are found and rendered: escaped always, and a name that is not there is an error."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from hookproof.clock import to_text

from . import words
from .assets import Assets
from .inert import inert
from .site import Section

_FOLDER = Path(__file__).parent / "templates"


def environment(sections: Iterable[Section], assets: Assets) -> Environment:
    """The environment of all rooms' templates: each as `room/file.html`, the frame as `pages/…`."""
    folders = {"pages": _FOLDER, **{section.name: section.templates for section in sections}}
    made = Environment(
        loader=PrefixLoader({name: FileSystemLoader(folder) for name, folder in folders.items()}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "inert": inert,
        "iso": to_text,
        "kind": lambda one: type(one).__name__,
        "size": words.size,
        "span": words.span,
        "counted": words.counted,
    }
    made.globals |= {"asset": assets.path_of}
    return made
