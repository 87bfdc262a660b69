"""Each answer of a receiver, as it goes over the wire, to a request that brings it about."""

from __future__ import annotations

import re
import threading
from pathlib import Path

from tests.docs.shop_session import converse
from tests.receiver.wire import signed

from hookproof.testing import SECRET
from hookproof_receiver import Receiver, Rejected
from hookproof_receiver.testing import running_receiver

_EVERYWHERE = re.compile(rb"(Connection|Content-Length|Date|Server): [^\r]*\r\n")
_BODY = b'{"order": 4, "run": "run-1/tell-the-shop"}'


def answers(folder: Path) -> dict[str, str]:
    """The answers by name: status line, headers, body. What every answer has is left out."""
    database = folder / "answers.db"
    receiver = Receiver(f"sqlite:///{database}", max_body=1024)
    begun, ended = threading.Event(), threading.Event()

    @receiver.on("/orders", secrets=SECRET, identity="json:/run")
    def order(message):
        return 200, {"shipped": True}

    @receiver.on("/refunds", secrets=SECRET, mode="inbox")
    def refund(message):
        pass

    @receiver.on("/strict", secrets=SECRET, identity="json:/run", identity_required=True)
    def strict(message):
        if "order" not in message.json():
            raise Rejected(410)
        raise RuntimeError("the warehouse does not answer")

    @receiver.on("/unchanged", secrets=SECRET, identity="json:/run", on_body_change="refuse")
    def unchanged(message):
        pass

    @receiver.on("/slow", secrets=SECRET, running=1)
    def slow(message):
        begun.set()
        assert ended.wait(30)

    with running_receiver(receiver) as running:

        def ask(path: str, body: bytes = _BODY, **given) -> str:
            more = {"Connection": "close", **given.pop("more", {})}
            request = signed(body, target=path, more=more, **given)
            return _told(converse(f"127.0.0.1:{running.port}", request))

        busy = threading.Thread(target=ask, args=("/slow", b"1"))
        busy.start()
        assert begun.wait(30)
        asked = {
            "busy": ask("/slow"),
            "handled": ask("/orders"),
            "duplicate": ask("/orders"),
            "kept": ask("/refunds"),
            "rejected": ask("/strict", b'{"run": "run-2"}'),
            "not proved": ask("/orders", secret="another secret, which is wrong"),
            "no endpoint": ask("/order"),
            "another method": ask("/orders", method="DELETE"),
            "too large": ask("/orders", b"x" * 1025),
            "encoded": ask("/orders", more={"Content-Encoding": "gzip"}),
            "no identity": ask("/strict", b'{"order": 4}'),
            "handler failed": ask("/strict"),
        }
        ask("/unchanged")
        asked["body changed"] = ask("/unchanged", _BODY + b" ")
        ended.set()
        busy.join()
        database.unlink()
        asked["not kept"] = ask("/refunds", b"2")
    return asked


def _told(answer: bytes) -> str:
    head, _, body = _EVERYWHERE.sub(b"", answer).partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    if body:
        lines += ["", body.decode()]
    return "\n".join(lines) + "\n"
