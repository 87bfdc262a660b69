"""A receiver with the platform's and Slack's ends says nothing of what opens them."""

from __future__ import annotations

import http.client
import json
from pathlib import Path

import pytest
from tests.receiver.cli.conftest import Folder

from hookproof_runtime.command_line import main


@pytest.mark.rule("P-TOKEN-5")
@pytest.mark.parametrize("log", [pytest.param("json", id="SEC-18/the ends")])
def test_neither_tokens_nor_a_webhooks_url_nor_a_message_is_said(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], log: str
) -> None:
    monkeypatch.chdir(folder.path)

    def run(*words: str) -> dict[str, str]:
        with pytest.raises(SystemExit):
            main([*words, "--json"])
        document: dict[str, str] = json.loads(capsys.readouterr().out)
        return document

    token = run("token", "new", "--scope", "run-job")["token"]
    path = "/services/" + run("slack", "new-channel", "runs")["url"].partition("/services/")[2]
    bot = run("slack", "show", "runs", "--bot")["bot_token"]
    message = "canary-in-a-message"
    with folder.receive("--slack", "--platform", "--log", log) as receiver:

        def ask(method: str, path: str, given: str = "", body: str | None = None) -> int:
            connection = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=30)
            headers = {"Authorization": f"Bearer {given}", "Content-Type": "application/json"}
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            said = f"{answer.headers}{answer.read()!r}"
            connection.close()
            assert not [secret for secret in (token, bot, path, path[-24:]) if secret in said]
            return answer.status

        text = json.dumps({"channel": "#runs", "text": message})
        assert 200 == ask("POST", path, body=text)
        assert 400 == ask("POST", path, body=text[1:])
        assert 403 == ask("POST", path[:-1], body=text)
        assert 405 == ask("GET", path)
        assert [404, 401, 401] == [
            ask("GET", "/v4/jobGroups/9", one) for one in (token, bot, token[1:])
        ]
        assert [200] * 3 == [
            ask("POST", "/api/chat.postMessage", one, text) for one in (bot, token, "")
        ]
        assert 404 == ask("POST", f"/nowhere{path}?token={token}", token, text)
        ended = receiver.end()
    said = ended.out + ended.err
    assert not [secret for secret in (token, bot, path[-24:], message) if secret in said]
    assert_alone_in_files(folder.path, token)


def assert_alone_in_files(folder: Path, token: str) -> None:
    """A token is in no file either."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if token.encode() in path.read_bytes()]
