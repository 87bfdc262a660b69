"""`hookproof outbox`: its commands, together."""

from __future__ import annotations

import click

from .changing import cancel, prune, retry
from .listing import list_
from .showing import show
from .watching import watch


@click.group()
def outbox() -> None:
    """Every message on record: where it stands, what was sent, and what to do about it.

    \b
    pending    waits for its time
    in_flight  is being sent
    delivered  was answered 200 to 299
    failed     has no retry left
    cancelled  somebody ended it
    unknown    its last attempt's outcome is not known, and it has no retry left
    """


for _command in (list_, show, retry, cancel, prune, watch):
    outbox.add_command(_command)
