"""What an id leads to, or the sentence that says where to look for it."""

from __future__ import annotations

from hookproof.errors import BadConfiguration
from hookproof_runtime.command_line import printable

from ...inbox import Ledger
from ...inspector import found
from ...inspector.found import Found


def find(ledger: Ledger, one: str) -> Found:
    """What an id leads to.

    Raises:
        BadConfiguration: nothing of that id is on record.
    """
    what = found.find(ledger, one)
    if what is None:
        raise BadConfiguration(
            f"nothing on record here has the id {printable(one)}: `hookproof inbox list`, with "
            "--deliveries for requests, and `hookproof inbox refusals` list what there is"
        )
    return what
