"""`token` and `slack` write where a Receiver made in Python looks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.in_process import run_here

from hookproof_receiver import Receiver
from hookproof_receiver.testing import running_receiver

APP = """
from hookproof_receiver import Receiver

receiver = Receiver(database="sqlite:///shop.db")
"""
BESIDE = "from pathlib import Path\nfrom sqlalchemy import create_engine\n" + APP.replace(
    '"sqlite:///shop.db"', 'create_engine(f"sqlite:///{Path().absolute()}/shop.db")'
)


@pytest.fixture(autouse=True)
def as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))


def printed(*words: str) -> str:
    sys.modules.pop("shop", None)
    done = run_here(*words)
    assert 0 == done.returncode, done.stderr
    return done.stdout.decode().strip()


@pytest.mark.parametrize("app", [pytest.param(APP, id="a URL"), pytest.param(BESIDE, id="an engine")])
@pytest.mark.parametrize("by_flag", [True, False])
def test_a_token_is_good_at_the_application_s_receiver(app: str, by_flag: bool) -> None:
    Path("shop.py").write_text(app)
    words = ["--app", "shop:receiver"] if by_flag else []
    if not by_flag:
        Path("hookproof.toml").write_text('[receiver]\napp = "shop:receiver"\n')

    token = printed("token", "new", "--scope", "run-job", *words)
    channel = printed("slack", "new-channel", "jobs", *words)

    assert not Path(".hookproof").exists()
    assert "good until" in printed("token", "list", *words)
    assert "jobs" in printed("slack", "show", *words)
    receiver = Receiver("sqlite:///shop.db", platform=True, slack=True)
    receiver.on("/hooks/test", scheme="none")
    with running_receiver(receiver):
        client = receiver.create_app().test_client()
        headers = {"Authorization": f"Bearer {token}"}
        assert 200 == client.get("/v4/flows", headers=headers).status_code
        path = "/services/" + channel.partition("/services/")[2]
        assert 200 == client.post(path, json={"text": "done"}).status_code


def test_a_database_that_is_named_spares_the_application(tmp_path: Path) -> None:
    Path("hookproof.toml").write_text('[receiver]\napp = "nowhere:receiver"\n')

    assert printed("token", "new", "--scope", "pages", "--database", "sqlite:///inbox.db")
    assert (tmp_path / "inbox.db").exists()
