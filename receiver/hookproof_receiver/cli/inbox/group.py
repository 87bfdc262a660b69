"""`hookproof inbox`: its commands, together."""

from __future__ import annotations

import click

from ..work import work
from .exporting import export
from .listing import list_
from .pruning import prune
from .refused import bundle, refusals
from .replaying import replay
from .showing import show
from .watching import watch


@click.group()
def inbox() -> None:
    """What the receiver kept: where each message stands, what came, and what to do about it.

    \b
    running   its handler is at work
    pending   kept, and its handler's turn comes
    failed    its last run failed; the sender retries, or, once promised, the receiver
    parked    the receiver's, and given up after the last try
    done      its handler answered 200 to 299
    rejected  its handler refused it for good
    kept      its endpoint has no handler
    """


for _command in (list_, show, replay, prune, export, watch, work, refusals, bundle):
    inbox.add_command(_command)
