"""`hookproof plan`: its commands, together."""

from __future__ import annotations

import click

from .checking import check
from .drawing import graph
from .schema import schema


@click.group()
def plan() -> None:
    """Plans: tasks, and what leads from one to the next."""


for _command in (check, graph, schema):
    plan.add_command(_command)
