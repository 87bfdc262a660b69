"""`hookproof plan`: its commands, together."""

from __future__ import annotations

import click

from .checking import check
from .drawing import graph
from .run import run
from .schema import schema
from .show import show


@click.group()
def plan() -> None:
    """Plans: tasks, and what leads from one to the next."""


for _command in (run, show, check, graph, schema):
    plan.add_command(_command)
