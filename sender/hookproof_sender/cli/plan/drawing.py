"""`hookproof plan graph`."""

from __future__ import annotations

from pathlib import Path

import click

from hookproof_runtime.command_line import answer, command

from ...plans import load_plan
from ...plans.mermaid import mermaid
from ...plans.text_graph import text_graph

_DRAW = {"text": text_graph, "mermaid": mermaid}


@command("graph", example="hookproof plan graph nightly.toml --format mermaid")
@click.argument("file", metavar="PLAN", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(list(_DRAW)), default="text", show_default=True,
    help="Lines for a terminal, or the source of a Mermaid flowchart.",
)  # fmt: skip
def graph(file: Path, form: str) -> None:
    """Draw a plan: each node with its rank, and what leads on from it.

    A rank holds what may run at once. Of a URL the host alone is shown.
    """
    answer(_DRAW[form](load_plan(file)))
