"""The sender, as the platform is: attempts that are signed anew, retries with a GUID."""

from __future__ import annotations

from collections.abc import Callable

from tests.simulation.settings import Setting
from tests.simulation.world import World

from hookproof import Delivery
from hookproof.schemes import by_name

EPOCH_MS = 1_767_225_600_000
"""What a clock that is right shows when a schedule begins."""

TIMEOUT_MS = 30_000
"""When an attempt is given up."""

_BEGINS = ((0, 3), (0, 2_000), (5_000, 60_000), (60_000, 900_000))
_JUMPS = (-2_000_000, -400_000, -40_000, 40_000, 400_000, 2_000_000)


class Sent:
    """One run of the task: it is to have one effect."""

    __slots__ = ("answered", "attempts", "begins", "body", "effects", "fails", "guid", "number",
                 "renders", "replayed", "retries", "told")  # fmt: skip

    def __init__(self, number: int, body: str, retries: int, renders: bool, fails: int) -> None:
        self.number = number
        self.body = body
        self.guid = f"guid-{number}"
        self.retries = retries
        self.renders = renders
        """Whether each attempt is rendered again, and has another body."""
        self.fails = fails
        """How often its handler will fail."""
        self.attempts = 0
        self.told: bool | None = None
        """What the sender ended with: whether an attempt was acknowledged."""
        self.answered = False
        """Whether the receiver acknowledged an attempt of the sender, whatever became of the answer."""
        self.effects = 0
        self.replayed = False
        """Whether one of its effects was begun by a request of the attacker's."""

    def __repr__(self) -> str:
        return f"message {self.number}"


class Attempt:
    """One request that the sender makes."""

    __slots__ = ("body", "delivery", "guid", "is_over", "macs", "number", "sent", "signed_ms")

    def __init__(
        self, sent: Sent, body: bytes, guid: str | None, delivery: Delivery, macs: str
    ) -> None:
        self.sent = sent
        self.number = sent.attempts
        self.body = body
        self.guid = guid
        self.delivery = delivery
        """What a verifier makes of it."""
        signed_ns = delivery.signed_ns
        self.signed_ms = None if signed_ns is None else signed_ns // 1_000_000
        self.macs = macs
        """The signatures in its header: two, while secrets are rotated."""
        self.is_over = False

    def __repr__(self) -> str:
        return f"attempt {self.number} of {self.sent}"


class Sender:
    """One to three runs of a task, and their retries."""

    def __init__(self, world: World, setting: Setting) -> None:
        self._world = world
        self._setting = setting
        self._scheme = by_name(setting.scheme)
        self.deliver: Callable[[Attempt], None]
        """Gives an attempt to the network."""
        draw = world.draw
        equal = draw() < 0.7
        retries = world.one_of(0, 1, 2, 3, 3)
        self._macs = world.one_of("new", "new,old")
        least, most = _BEGINS[int(draw() * len(_BEGINS))]
        self.sent = []
        for number in range(world.one_of(1, 2, 2, 3)):
            key = f'"run": "{number}/ship", ' if setting.rules.identity else ""
            body = f'{{{key}"order": {0 if equal else number}}}'
            renders = world.chance("rendered again", 0.5)
            fails = world.one_of(0, 1, 1, 2, 3) if "failing" in world.faults else 0
            sent = Sent(number, body, retries, renders, fails)
            self.sent.append(sent)
            world.after(world.between(least, most), self._try, sent)
        if "clocks" in world.faults:
            for _ in range(world.one_of(1, 2)):
                world.after(world.between(0, 120_000), self._jump, draw() < 0.5, world.one_of(*_JUMPS))

    def answer(self, attempt: Attempt, status: int) -> None:
        """An answer arrives; 0 stands for a connection that failed."""
        if attempt.is_over:
            return
        attempt.is_over = True
        sent = attempt.sent
        if 200 <= status <= 299:
            sent.told = True
        elif sent.attempts > sent.retries:
            sent.told = False
        else:
            bound = min(60_000, 1_000 << (sent.attempts - 1))
            self._world.after(self._world.between(100, bound), self._try, sent)
        if self._world.trace is not None:
            self._world.note(f"sender: {attempt} ended with {status or 'no answer'}")

    def _try(self, sent: Sent) -> None:
        world = self._world
        guid = sent.guid if sent.attempts or self._setting.guid_always else None
        sent.attempts += 1
        text = f'{sent.body[:-1]}, "at": {sent.attempts}}}' if sent.renders else sent.body
        body = text.encode()
        attempt = Attempt(sent, body, guid, self._sign(sent, body), self._macs)
        if world.trace is not None:
            world.note(f"sender: {attempt}, {guid or 'no GUID'}, {text}")
        world.after(TIMEOUT_MS, self.answer, attempt, 0)
        self.deliver(attempt)

    def _sign(self, sent: Sent, body: bytes) -> Delivery:
        # As a verifier has it, without the HMAC: nobody forges one here.
        at_ms = EPOCH_MS + self._world.now + self._world.sender_offset
        signed_ns: int | None
        if self._setting.scheme == "http-task":
            signed_ns, signed = at_ms * 1_000_000, f"{at_ms}."
        elif self._setting.scheme == "standard-webhooks":
            at_s = at_ms // 1000
            signed_ns, signed = at_s * 1_000_000_000, f"msg_{sent.number}.{at_s}."
        else:
            signed_ns, signed = None, ""
        return Delivery(body, {}, self._scheme, ("", signed_ns, signed.encode()), 0)

    def _jump(self, is_senders: bool, offset: int) -> None:
        if is_senders:
            self._world.sender_offset = offset
        else:
            self._world.receiver_offset = offset
        whose = "sender" if is_senders else "receiver"
        self._world.note(f"clock: the {whose}'s is wrong by {offset / 1000:+g} s from now on")
