"""No debugger answers, and nothing shows a traceback, whatever the environment asks for."""

import pytest
from tests.receiver.pages.visitor import Visitor
from tests.receiver.wire import good

from hookproof.testing import SECRET
from hookproof_receiver import Receiver
from hookproof_receiver.testing import running_receiver


@pytest.mark.parametrize("variable", [pytest.param("FLASK_DEBUG", id="WEB-14")])
def test_no_debugger_is_on(tmp_path, monkeypatch, variable):
    monkeypatch.setenv(variable, "1")
    receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db", pages=True)

    @receiver.on("/hooks/test", secrets=SECRET)
    def fail(message):
        raise RuntimeError("a canary in the code")

    assert not receiver.create_app().debug
    with running_receiver(receiver) as running:
        failed = good(running.port)
        visitor = Visitor(running.port)
        answers = [
            visitor.get("/console"),
            visitor.get("/?__debugger__=yes&cmd=resource&f=debugger.js"),
        ]
    assert (500, 404) == (failed.status, answers[0].status)
    for answer in failed, *answers:
        assert not any(word in answer.body for word in (b"canary", b"Traceback", b"debugger"))
