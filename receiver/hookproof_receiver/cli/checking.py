"""`hookproof receive --check`."""

from __future__ import annotations

from hookproof import BadConfiguration
from hookproof.clock import system_clock
from hookproof_runtime.checks.table import go_through
from hookproof_runtime.command_line import Exit, answer_json
from hookproof_runtime.command_line.findings import documents, is_well, tell
from hookproof_runtime.settings import ReceiverSettings, SenderSettings

from ..app import Receiver
from ..preflight import CHECKS, Subject
from .declared import declared


def check(settings: ReceiverSettings, sender: SenderSettings, *, as_json: bool) -> Exit:
    """Say all that would keep a receiver with these settings from working; start nothing."""
    receiver, problems = _as_far_as_it_goes(settings)
    receiver.sender = sender
    found = list(go_through(CHECKS, Subject(receiver, tuple(problems), system_clock())))
    well = is_well(found)
    if as_json:
        answer_json({"well": well, "findings": documents(found)})
    else:
        tell(found)
    return Exit.DONE if well else Exit.NO


def _as_far_as_it_goes(settings: ReceiverSettings) -> tuple[Receiver, list[str]]:
    """The receiver, and what of it could not be declared."""
    problems: list[str] = []
    try:
        receiver = declared(settings.model_copy(update={"endpoint": (), "recipes": ()}))
    except BadConfiguration as wrong:
        problems.append(str(wrong))
        receiver = Receiver()
    try:
        receiver.include(settings)
    except BadConfiguration as wrong:
        problems += str(wrong).splitlines()
    return receiver, problems
