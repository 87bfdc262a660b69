"""`hookproof policy check`, and the settings of a target in every command that sends (P-TARGET-10)."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.sender.peer import Peer

from hookproof_runtime.command_line import main
from hookproof_runtime.command_line.root import root

SHOP = "https://10.1.2.3:8443/hooks/orders?token=canary"
REGEX = r"^https://10\.1\.2\.3:8443/.*$"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, without settings of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*words: str) -> Result:
    return CliRunner().invoke(root, ["policy", "check", *words], standalone_mode=False)


@pytest.mark.rule("P-TARGET-10")
def test_a_refusal_names_the_range_and_the_line_that_would_allow_it() -> None:
    done = check(SHOP)

    assert 1 == done.return_value
    assert [
        "https://10.1.2.3:8443/hooks/orders?token=…  to 10.1.2.3 port 8443",
        "  refused  10.1.2.3  lies in 10.0.0.0/8, private use (RFC 1918)",
        f"not sent: --allowed-url-regexes '{REGEX}', or allowedUrlRegexes = ['{REGEX}'] under "
        "[sender] in hookproof.toml would allow it",
    ] == done.stdout.splitlines()


@pytest.mark.rule("P-TARGET-10")
def test_that_line_in_the_settings_allows_it(folder: Path) -> None:
    document = json.loads(check(SHOP, "--json").stdout)
    (folder / "hookproof.toml").write_text(f"[sender]\n{document['setting']}\n")
    done = check(SHOP)

    assert 0 == done.return_value
    assert f"  allowed  10.1.2.3  lies in 10.0.0.0/8, private use (RFC 1918); allowed by {REGEX}" in (
        done.stdout
    )
    assert done.stdout.endswith("it would be sent\n")


API = "http://www.example.com:{port}/v4/jobGroups"


@pytest.mark.rule("P-PLAN-10")
@pytest.mark.parametrize("by", ["the file", "the flag"])
@pytest.mark.parametrize("command", ["policy check", "send", "test"])
def test_a_call_to_the_platform_goes_through_once_what_was_said_is_added(
    folder: Path, command: str, by: str
) -> None:
    with Peer() as peer:
        words = [*command.split(), API.format(port=peer.port)]
        words += ["--connect-to", f"www.example.com:{peer.port}:127.0.0.1:{peer.port}"]
        refused = CliRunner().invoke(root, words, standalone_mode=False)
        assert (1, 0) == (refused.return_value, peer.connections)
        said = re.search(
            r"(--allowed-url-regexes '.*'), or (allowedUrlRegexes = .*) under \[sender\] in hookproof",
            refused.stdout + refused.stderr,
        )
        assert said is not None
        assert f"www\\.example\\.com:{peer.port}/v4" in said[2]
        if by == "the file":
            (folder / "hookproof.toml").write_text(f"[sender]\n{said[2]}\n")
        else:
            words += shlex.split(said[1])
        done = CliRunner().invoke(root, words, standalone_mode=False)
        elsewhere = API.format(port=peer.port).replace("/v4/jobGroups", "/flows/1?recipe=4")
        words[words.index(API.format(port=peer.port))] = elsewhere
        still = CliRunner().invoke(root, words, standalone_mode=False)
        assert (0, 1) == (done.return_value, still.return_value)
        assert (command != "policy check") == peer.connections


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (
            ["http://127.0.0.1:8080/"],
            "--allow-loopback, or allowLoopback = true under [sender] would allow it",
        ),
        (["http://169.254.169.254/"], "no setting opens that"),
        (["http://[::ffff:a9fe:a9fe]/"], "no setting opens that"),
    ],
)
def test_what_is_refused_says_what_helps(words: list[str], cure: str) -> None:
    assert check(*words).stdout.endswith(f"not sent: {cure}\n")


def test_json_says_the_same() -> None:
    document = json.loads(check("http://127.0.0.1/", "--json").stdout)
    reason = "lies in 127.0.0.0/8, loopback (RFC 1122)"

    assert {
        "schema": 1, "url": "http://127.0.0.1/", "verdict": "refused", "host": "127.0.0.1",
        "port": 80, "cause": "target_refused", "setting": "allowLoopback = true",
        "flags": "--allow-loopback",
        "addresses": [
            {"address": "127.0.0.1", "verdict": "refused", "reason": reason,
             "setting": "allowLoopback = true"}
        ],
    } == document  # fmt: skip


@pytest.mark.rule("P-TARGET-9")
def test_another_place_to_connect_to_is_shown_and_judged() -> None:
    words = ["https://hooks.example/", "--connect-to", "hooks.example:443:127.0.0.1:8443"]

    refused, opened = check(*words, "--json"), check(*words, "--allow-loopback", "--json")
    assert (1, 0) == (refused.return_value, opened.return_value)
    document = json.loads(opened.stdout)
    assert ("127.0.0.1", 8443, "allowed") == (document["host"], document["port"], document["verdict"])


def test_a_url_is_refused_before_its_name_is_resolved() -> None:
    document = json.loads(check("http://hooks.example/", "--unmatched", "refuse", "--json").stdout)

    assert [None] == [one["address"] for one in document["addresses"]]
    assert r"allowedUrlRegexes = ['^http://hooks\.example/.*$']" == document["setting"]


def test_a_name_that_cannot_be_resolved_would_not_be_sent_to() -> None:
    done = check("http://hooks.example/", "--connect-to", f"::{'x' * 64}:")

    assert 1 == done.return_value
    assert "not sent: dns_failed: " in done.stdout


COMMANDS = [["policy", "check", "http://127.0.0.1/"], ["send", "http://127.0.0.1/"]]
COMMANDS += [["test", "http://127.0.0.1/"]]


@pytest.mark.rule("P-TARGET-6", "P-TARGET-8", "P-TARGET-9")
@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        pytest.param("--allowed-url-regexes", "a.example", "could match other", id="SSRFE-41/command"),
        pytest.param("--allowed-url-regexes", "^https://(", "is no regex", id="SSRFE-42/command"),
        pytest.param("--forbidden-ips", "10.0.0.0/8; x", "neither an address", id="SSRFE-44/command"),
        pytest.param("--connect-to", "a:b", "HOST:PORT:ADDR:PORT", id="connect-to"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_done(
    capsys: Any, command: list[str], option: str, value: str, sentence: str
) -> None:
    with pytest.raises(SystemExit) as left:
        main([*command, option, value])
    out, err = capsys.readouterr()

    assert (2, "") == (left.value.code, out)
    assert sentence in err


@pytest.mark.rule("P-TARGET-6", "P-TARGET-7")
@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ('forbiddenIPs = "127.0.0.0/8; ::1"', "which forbiddenIPs names"),
        (
            'unmatched = "refuse"\nallowedUrlRegexes = ["^https://a\\\\.example/"]',
            "no regex of allowedUrl",
        ),
    ],
)
def test_the_settings_of_the_file_are_those_of_the_command(
    folder: Path, settings: str, reason: str
) -> None:
    (folder / "hookproof.toml").write_text(f"[sender]\nallowLoopback = true\n{settings}\n")
    with Peer() as peer:
        done = CliRunner().invoke(root, ["send", peer.url], standalone_mode=False)
        assert (1, 0) == (done.return_value, peer.connections)
    assert reason in done.stdout
    assert "after 1 attempt  guid -" in done.stdout


def test_a_url_that_no_task_may_have_is_a_mistake(capsys: Any) -> None:
    with pytest.raises(SystemExit) as left:
        main(["policy", "check", "file:///etc/passwd"])

    assert 2 == left.value.code
    assert "a URL begins with http:// or https://" in capsys.readouterr().err
