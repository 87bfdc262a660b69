"""`hookproof doctor`."""

from __future__ import annotations

from pathlib import Path

import click
from click.core import ParameterSource

from hookproof.clock import system_clock

from ..checks.examining import examine
from ..command_line import (
    Exit,
    answer,
    answer_json,
    command,
    config_option,
    json_option,
    note,
    settings_of,
)
from ..command_line.findings import documents, is_well, tell
from ..database import file_of
from ..settings import ReceiverSettings


@command("doctor", example="hookproof doctor --database sqlite:///.hookproof/inbox.db")
@config_option("receiver")
@click.option(
    "--database",
    metavar="URL",
    default=ReceiverSettings().database,
    help="An inbox or an outbox [default: those of the settings, as far as they are there].",
)
@json_option
@click.pass_context
def doctor(ctx: click.Context, database: str, as_json: bool) -> int:
    """Say what is wrong with a store, and what mends it. It is read, and changed in nothing.

    fine: as it should be; note: worth knowing; wrong: does not hold. Exit code: 0 where nothing is
    wrong, else 1.
    """
    now_ms = system_clock() // 1_000_000
    found = {file: examine(file, now_ms) for file in _files(ctx, database)}
    well = all(map(is_well, found.values()))
    if as_json:
        stores = [{"file": str(file), "findings": documents(one)} for file, one in found.items()]
        answer_json({"well": well, "stores": stores})
    else:
        for file, one in found.items():
            answer(f"{file}")
            tell(one)
    return Exit.DONE if well else Exit.NO


def _files(ctx: click.Context, database: str) -> list[Path]:
    named = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)
    if ctx.get_parameter_source("database") in named:
        return [file_of(database)]
    settings = settings_of(ctx)
    if settings.receiver.app and "database" not in settings.receiver.model_fields_set:
        note(f"{settings.receiver.app} is not asked for a database of its own: --database names it")
    both = dict.fromkeys(file_of(url) for url in (settings.receiver.database, settings.sender.database))
    return [file for file in both if _is_there(file)] or list(both)[:1]


def _is_there(file: Path) -> bool:
    return file.exists() or file.with_name(file.name + "-wal").exists()
