"""One connection, from its first byte to its last."""

from __future__ import annotations

import contextlib
import math
import threading
import time

from .acts import Act, Close, Drip, Flood, Hold, Made, Reset, Send, Wait
from .answers import answer
from .catalogue import listing
from .events import Came, How
from .grammar import Fault, Script, parse
from .journal import Journal
from .making import NoSuchFault
from .request import Body, Head, NoRequest, read_body, read_head
from .wire import MinuteOver, PeerLeft, Wire


class Conversation:
    """Reads requests and answers each as its path says, until something ends the connection.

    Args:
        wire: the connection.
        number: counts connections, from 1.
        journal: what all of them share.
        stopping: whether the desk is being stopped.
    """

    def __init__(self, wire: Wire, number: int, journal: Journal, stopping: threading.Event) -> None:
        self._wire = wire
        self._number = number
        self._journal = journal
        self._stopping = stopping

    def hold(self) -> None:
        """Take every request."""
        with contextlib.suppress(PeerLeft, MinuteOver):  # between two requests: nothing is undone
            while self._wire.peek() and self._take_one():
                self._wire.begin()

    def end_at_once(self, name: str, act: Act) -> None:
        """Do one thing, and read nothing."""
        self._play(Fault(f"{name} at accept", Made((act,))), None, time.monotonic())

    def _take_one(self) -> bool:
        """Take one request; whether the connection is to take another."""
        began = time.monotonic()
        try:
            head = read_head(self._wire)
            self._wire.begin()
            at_ns, began = self._journal.clock(), time.monotonic()
            step, fault, body = self._read(head)
        except NoRequest as why:
            said = answer(400, ("Connection", "close"), body=f"{why}\n".encode())
            return self._play(Fault(f"no request: {why}", Made((Send(said), Close()))), None, began)
        except (PeerLeft, MinuteOver) as error:
            self._end(None, "a request that was not whole", self._how(error), began)
            return False
        came = self._journal.came(self._number, at_ns, head, body, step, fault)
        return self._play(fault, came, began) and head.stays

    def _read(self, head: Head) -> tuple[int, Fault, Body]:
        """Which step of the path's script it gets, the fault, and the body as far as that reads it."""
        script = _script(head.target)
        if all(fault.made.reads == "whole" for fault in script):
            body = read_body(self._wire, head, "whole")
            step, fault = self._journal.choose(script, head, f"{head.method} {body.digest}")
        else:  # the step says how much is read, so it cannot depend on what is read
            step, fault = self._journal.choose(script, head, "")
            body = read_body(self._wire, head, fault.made.reads)
        return step, fault, body

    def _play(self, fault: Fault, came: Came | None, began: float) -> bool:
        """Do all its acts; whether the connection can still be used."""
        try:
            goes_on = all(self._act(act) for act in fault.made.acts)
        except (PeerLeft, MinuteOver) as error:
            self._end(came, fault.name, self._how(error), began)
            return False
        self._end(came, fault.name, "done", began)
        return goes_on

    def _act(self, act: Act) -> bool:
        """Do it; whether the connection can still be used."""
        match act:
            case Send(data):
                self._wire.send(data)
            case Wait(seconds):
                self._wire.wait(seconds)
            case Drip(piece, times, every_s):
                for _ in range(times):
                    self._wire.send(piece)
                    self._wire.wait(every_s)
            case Flood(piece):
                while True:
                    self._wire.send(piece)
            case Hold():
                self._wire.wait(math.inf)
                return False
            case Reset():
                self._wire.reset()
                return False
            case Close():
                return False
        return True

    def _how(self, error: Exception) -> How:
        if self._stopping.is_set():
            return "stopped"
        return "peer_left" if isinstance(error, PeerLeft) else "minute_over"

    def _end(self, came: Came | None, what: str, how: How, began: float) -> None:
        request = came.number if came else None
        duration_s = time.monotonic() - began
        self._journal.ended(self._number, request, what, how, duration_s, self._wire.sent)


def _script(target: str) -> Script:
    try:
        return parse(target)
    except NoSuchFault as why:
        text = f"no such fault: {why}\n\n{listing()}\n"
        return (Fault("404", Made((Send(answer(404, body=text.encode())),))),)
