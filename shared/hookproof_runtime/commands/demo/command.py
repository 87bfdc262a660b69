"""The command."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from hookproof.errors import BadConfiguration

from ...command_line import Exit, answer, command
from ...extras import load
from .programs import Programs
from .story import tell


@command("demo", example="hookproof demo")
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="Work in this folder, and leave the files there to look at.",
)
@click.pass_context
def demo(ctx: click.Context, keep: Path | None) -> None:
    """Run the main job end to end, on this machine, and tell what happens.

    A receiver starts as a process of its own; signed tasks, a failing one, forged, replayed and late
    requests, a job and a Slack message go to it over real sockets. Exit code 0 if everything went as
    it should, else 1.
    """
    for program in ("hookproof_sender.app", "hookproof_receiver.app"):
        load(program, "all")  # so that a missing part is named, before anything starts
    with tempfile.TemporaryDirectory(prefix="hookproof-demo-") as temporary:
        folder = keep or Path(temporary)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadConfiguration(f"the folder {folder} cannot be made: {error.strerror}") from error
        with Programs(folder.resolve()) as programs:
            wrong = tell(programs, answer)
    ctx.exit(Exit.NO if wrong else Exit.DONE)
