"""What is wrong with a file: all of it at once, each with its place and its cure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from hookproof.errors import BadConfiguration

_WRONG_TYPES = {  # pydantic names Python's types, and the classes of these tables
    "model_type": "should be a table of keys and values",
    "dict_type": "should be a table of keys and values",
    "tuple_type": "should be a list",
    "list_type": "should be a list",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a file."""

    key: str
    """Where: `receiver.endpoint[0].tolerance`; empty for the file as a whole."""
    sentence: str
    """What is wrong, and what to write instead. Holds no value that could be secret."""

    def __str__(self) -> str:
        return f"{self.key}: {self.sentence}" if self.key else self.sentence


class FileProblems(BadConfiguration):
    """A file is wrong. Every problem of it is in `problems`, and in the text, a line each."""

    def __init__(self, path: Path | str, problems: Iterable[Problem]) -> None:
        self.path = path
        self.problems = tuple(problems)
        lines = [f"{path}: {problem}" for problem in self.problems]
        super().__init__("\n".join(lines))


def problems_of(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """Put pydantic's findings in words, each unknown key with the nearest known one."""
    return [
        Problem(_key(detail["loc"]), _sentence(detail, model))
        for detail in error.errors(include_url=False, include_input=False)
    ]


def _key(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _sentence(detail: Any, model: type[BaseModel]) -> str:
    kind = detail["type"]
    if kind == "extra_forbidden":
        return _unknown(str(detail["loc"][-1]), _fields_at(model, detail["loc"][:-1]))
    if kind == "missing":
        return "is missing: every one of these needs it"
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    if kind in _WRONG_TYPES:
        return _WRONG_TYPES[kind]
    message: str = detail["msg"]
    return message[0].lower() + message[1:]


def _unknown(key: str, known: list[str]) -> str:
    near = get_close_matches(key, known, n=1)
    return (
        f"there is no such key; did you mean {near[0]!r}?"
        if near
        else (f"there is no such key; there are: {', '.join(known)}")
    )


def _fields_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The keys that the table at `location` knows."""
    current: Any = model
    for part in location:
        if isinstance(part, str):
            field = current.model_fields.get(part)
            current = _model_in(field.annotation) if field else None
        if current is None:
            return []
    return list(current.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The first table in a type such as `tuple[EndpointSettings, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)
