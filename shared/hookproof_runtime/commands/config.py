"""`hookproof config show`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import click

from ..command_line import answer, answer_json, command, config_option, json_option, settings_of
from ..settings import Table, parameter_of
from ..units import duration_text, parse_duration, parse_size, size_text

# Which commands take a table's keys as flags, and so have an environment variable for each.
_PLAN = ("plan_run", "plan_check", "plan_show")
_OUTBOX = ("list", "show", "retry", "cancel", "prune", "watch")
_INBOX = ("list", "show", "replay", "prune", "export", "watch", "refusals", "bundle", "work")
_COMMANDS = {
    "sender": (
        "send",
        "test",
        "work",
        "policy_check",
        *_PLAN,
        *(f"outbox_{name}" for name in _OUTBOX),
    ),
    "receiver": ("receive", *(f"inbox_{name}" for name in _INBOX)),
}


class _Row(NamedTuple):
    key: str
    value: Any
    source: str
    text: Callable[[Any], str] | None = None
    """How the value is written, where it has a unit."""


@click.group()
def config() -> None:
    """Settings."""


@command(
    "show",
    example="hookproof config show --config hookproof.toml",
    summary="Print each setting, and where it came from.",
)
@config_option("sender")
@json_option
@click.pass_context
def show(ctx: click.Context, as_json: bool) -> None:
    """Print each setting and where it came from: environment, file or default.

    A flag comes before all of them. Secrets are shown as their labels.
    """
    settings = settings_of(ctx)
    rows = [row for section in _COMMANDS for row in _rows(section, section, getattr(settings, section))]
    if as_json:
        answer_json({"settings": [_document(row) for row in rows]})
        return
    width = max(len(row.key) for row in rows)
    for row in rows:
        answer(f"{row.key:<{width}}  {(row.text or _text)(row.value):<36}  {row.source}")


def _document(row: _Row) -> dict[str, Any]:
    name = "value_s" if row.text is duration_text else "value"
    return {"key": row.key, name: row.value, "source": row.source}


def _rows(section: str, prefix: str, table: Table) -> Iterator[_Row]:
    for key in type(table).model_fields:
        value = getattr(table, key)
        if isinstance(value, tuple) and value and all(isinstance(one, Table) for one in value):
            for number, one in enumerate(value):
                yield from _rows(section, f"{prefix}.{key}[{number}]", one)
            continue
        name = f"{prefix}.{key}"
        if key == "value":  # of a secret
            if value is not None:
                yield _Row(name, "(hidden)", "file")
            continue
        overrides = _overrides(section, key) if prefix == section else []
        for variable in overrides:
            yield _Row(name, os.environ[variable], variable)
        if not overrides:
            source = "file" if key in table.model_fields_set else "default"
            yield _Row(name, value, source, _with_unit(type(table).model_fields[key].metadata))


def _overrides(section: str, key: str) -> list[str]:
    """The environment variables that are set for a key, one for each command that has the flag."""
    names = (f"HOOKPROOF_{name}_{parameter_of(key)}".upper() for name in _COMMANDS[section])
    return [name for name in names if name in os.environ]


def _with_unit(metadata: list[Any]) -> Callable[[Any], str] | None:
    """How a key is written whose text is read as a duration or a size."""
    readers = [getattr(one, "func", None) for one in metadata]
    if parse_duration in readers:
        return duration_text
    return size_text if parse_size in readers else None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "(none)"
    return "(none)" if value in (None, "") else str(value)


config.add_command(show)
