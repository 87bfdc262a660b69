"""`hookproof plan`: its commands, together."""

from __future__ import annotations

import click

from .run import run
from .show import show


@click.group()
def plan() -> None:
    """Plans: tasks, and what leads from one to the next."""


for _command in (run, show):
    plan.add_command(_command)
