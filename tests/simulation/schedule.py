"""One schedule, from its number to what came of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tests.simulation.attacker import Attacker
from tests.simulation.claims import Claims
from tests.simulation.counting import Counting, Tally
from tests.simulation.inbox import Inbox
from tests.simulation.ladder import REAL, Ladder
from tests.simulation.network import Network
from tests.simulation.sender import Sender
from tests.simulation.settings import Setting
from tests.simulation.world import FAULTS, World


@dataclass(frozen=True, slots=True)
class Case:
    """What is put to the proof: a setting, with the receiver's own ladder or a wrong one."""

    name: str
    setting: Setting
    ladder: Ladder = REAL
    receiver: type[Inbox] | type[Claims] | None = None
    """Another receiver than the setting's."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What came of one schedule."""

    tally: Tally
    problems: tuple[str, ...]
    """What must not be; empty where all was well."""
    trace: tuple[str, ...]
    """What happened, a line each, where it was asked for."""


def simulate(
    case: Case, seed: int, number: int, *, without: Collection[str] = (), traced: bool = False
) -> Schedule:
    """Run one schedule.

    Args:
        case: what is put to the proof.
        seed: of all schedules.
        number: of this one: the same seed and number give the same schedule.
        without: kinds of faults that are left out.
        traced: whether to write down what happens.
    """
    setting = case.setting
    world = World(seed, number, without, traced)
    counting = Counting(world, setting)
    network = Network(world)
    sender = Sender(world, setting)
    made = case.receiver or (Claims if setting.claims else Inbox)
    receiver = made(world, setting, network, counting, case.ladder)
    sender.deliver = network.send
    network.take, network.answer = receiver.take, sender.answer
    network.overhear = Attacker(world, network).hear
    try:
        world.run()
    except AssertionError as broken:  # what the receiver itself holds for impossible
        counting.broken(str(broken))
    tally = counting.result(sender.sent)
    return Schedule(tally, tuple(counting.problems), tuple(world.trace or ()))


def shrunk(case: Case, seed: int, number: int) -> frozenset[str]:
    """The kinds of faults that a failing schedule does not need to fail."""
    without: frozenset[str] = frozenset()
    for kind in FAULTS:
        if simulate(case, seed, number, without=without | {kind}).problems:
            without |= {kind}
    return without
