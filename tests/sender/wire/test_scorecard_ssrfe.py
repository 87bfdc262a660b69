"""Odd URLs, names with odd addresses, and other ways round the policy: nothing gets past it.

Names are resolved by the tests themselves, so that none leaves the machine.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme
from pydantic import ValidationError
from tests.sender.attempting import LOCAL, attempt
from tests.sender.peer import OK, Peer, raw, status

from hookproof_sender import HttpTask, Sender
from hookproof_sender.targets import ConnectTo, Policy
from hookproof_sender.tasks.target import check_url
from hookproof_sender.wire import Outgoing, Transport
from hookproof_sender.wire.connecting import LookUp

DEFAULT = Policy()


class Names:
    """A resolver: each look-up of a name gives the next of its answers, the last one again."""

    def __init__(self, *answers: str | list[str]) -> None:
        self.asked: list[str] = []
        self._answers = [[one] if isinstance(one, str) else one for one in answers]

    def __call__(self, host: str, port: int) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        addresses = self._answers[min(len(self.asked), len(self._answers)) - 1]
        return [_address(address, port) for address in addresses]


def _address(address: str, port: int) -> tuple[Any, ...]:
    if ":" in address:
        return socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0)
    return socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)


def nobody(host: str, port: int) -> list[tuple[Any, ...]]:
    """The resolver of a test that needs no name."""
    raise AssertionError(f"{host} was looked up")


def refused(url: str, look_up: LookUp, policy: Policy = DEFAULT) -> str:
    """Make an attempt that must be refused; the sentence that says why."""
    made = attempt(url, policy=policy, look_up=look_up)
    assert ("target_refused", None) == (made.cause, made.status)
    return made.sentence


NUMBERS = {
    1: "2130706433",
    2: "0x7f000001",
    3: "017700000001",
    4: "0177.0.0.1",
    5: "127.1",
    6: "127.0.1",
    7: "0x7f.1",
    8: "0",
    9: "127.0.0.01",
}


@pytest.mark.rule("P-TARGET-1", "P-TARGET-11", "P-TARGET-12")
@pytest.mark.parametrize(
    "host", [pytest.param(host, id=f"SSRFE-{number}") for number, host in NUMBERS.items()]
)
def test_an_odd_number_is_judged_as_the_address_that_it_means(host: str) -> None:
    with Peer() as peer:
        sentence = refused(f"http://{host}:{peer.port}/", nobody)
        assert 0 == peer.connections
    assert ("0.0.0.0/8" if host == "0" else "127.0.0.0/8") in sentence


@pytest.mark.rule("P-TARGET-1", "P-TARGET-11")
@pytest.mark.parametrize(
    "host",
    [
        pytest.param("127.0.0.1.", id="SSRFE-13"),
        pytest.param("localhost.", id="SSRFE-14"),
        pytest.param("LOCALHOST", id="SSRFE-15"),
        pytest.param("%31%32%37.0.0.1", id="SSRFE-16"),
        pytest.param("[::ffff:7f00:1]", id="SSRFE-17"),
        pytest.param("a@127.0.0.1", id="SSRFE-19"),
        pytest.param("hooks.example:80@127.0.0.1", id="SSRFE-22"),
    ],
)
def test_an_odd_host_is_judged_by_what_it_leads_to(host: str) -> None:
    """Most of these no task may hold; the wire itself does not rely on that."""
    with Peer() as peer:
        assert "127.0.0.1" in refused(f"http://{host}:{peer.port}/", Names("127.0.0.1"))
        assert 0 == peer.connections


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("①②⑦.⓪.⓪.①", id="SSRFE-10"),
        pytest.param("127。0。0。1", id="SSRFE-11"),
        pytest.param("ｌｏｃａｌｈｏｓｔ", id="SSRFE-12"),
    ],
)
def test_a_host_in_other_letters_is_no_name(host: str) -> None:
    with Peer() as peer:
        made = attempt(f"http://{host}:{peer.port}/", look_up=nobody, policy=LOCAL)
        assert ("local_failure", 0) == (made.cause, peer.connections)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://①②⑦.⓪.⓪.①/", id="SSRFE-10/task"),
        pytest.param("http://127。0。0。1/", id="SSRFE-11/task"),
        pytest.param("http://ｌｏｃａｌｈｏｓｔ/", id="SSRFE-12/task"),
        pytest.param("http://%31%32%37.0.0.1/", id="SSRFE-16/task"),
        pytest.param("http://[fe80::1%25lo]/", id="SSRFE-18/task"),
        pytest.param("http://a@127.0.0.1/", id="SSRFE-19/task"),
        pytest.param("http://127.0.0.1\\@hooks.example/", id="SSRFE-20/task"),
        pytest.param("http://hooks.example\\@127.0.0.1/", id="SSRFE-20/task, the other way"),
        pytest.param("http://hooks.example:80@127.0.0.1/", id="SSRFE-22/task"),
        pytest.param(" http://127.0.0.1/", id="SSRFE-23/blank"),
        pytest.param("\x00http://127.0.0.1/", id="SSRFE-23/control"),
        pytest.param("http://127.0.0.1/\r\nA: b", id="SSRFE-24/CRLF"),
        pytest.param("http://127.0.0.1/\n", id="SSRFE-24/LF"),
        pytest.param("http://127.0\t.0.1/", id="SSRFE-24/TAB"),
        pytest.param("http://hooks.example:0/", id="SSRFE-25/0"),
        pytest.param("http://hooks.example:99999/", id="SSRFE-25/99999"),
        pytest.param("http://hooks.example:0x50/", id="SSRFE-25/0x50"),
        pytest.param("file:///etc/passwd", id="SSRFE-26/file"),
        pytest.param("gopher://127.0.0.1:6379/_x", id="SSRFE-26/gopher"),
        pytest.param("ftp://127.0.0.1/", id="SSRFE-26/ftp"),
        pytest.param("data:text/plain,x", id="SSRFE-26/data"),
        pytest.param("unix:///run/docker.sock", id="SSRFE-26/unix"),
        pytest.param("http+unix://%2Frun%2Fdocker.sock/", id="SSRFE-26/http+unix"),
    ],
)
def test_a_url_that_could_be_read_in_two_ways_is_no_tasks_url(url: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        check_url(url)


@pytest.mark.parametrize("url", [pytest.param("http://[fe80::1%lo]:{}/", id="SSRFE-18")])
def test_a_zone_changes_nothing(url: str) -> None:
    with Peer() as peer:
        made = attempt(url.format(peer.port), look_up=Names("fe80::1%lo"), policy=LOCAL)
        assert 0 == peer.connections
    assert made.cause in ("target_refused", "dns_failed", "local_failure")  # as the system reads it
    assert not made.succeeded


@pytest.mark.rule("P-TARGET-11")
@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://127.0.0.1:{}\\@hooks.example/", id="SSRFE-20"),
        pytest.param("http://hooks.example\\@127.0.0.1:{}/", id="SSRFE-20/the other way"),
        pytest.param("http://127.0.0.1:{}#@hooks.example/", id="SSRFE-21"),
        pytest.param("http://127.0.0.1:{}@hooks.example/", id="SSRFE-22/the other way"),
        pytest.param(" http://127.0.0.1:{}/", id="SSRFE-23"),
        pytest.param("http://127.0.0.1:{}/\r\nA: b", id="SSRFE-24"),
    ],
)
def test_one_reading_decides_whom_it_judges_and_whom_it_connects_to(url: str) -> None:
    """Whichever host is meant, hooks.example or this machine, it is the one that is judged."""
    with Peer() as peer:
        refused(url.format(peer.port), Names("10.0.0.1"))
        assert 0 == peer.connections


@pytest.mark.rule("P-TARGET-11")
@pytest.mark.parametrize(
    "url", [pytest.param("http://hooks.example#@127.0.0.1:{}/", id="SSRFE-21/the other way")]
)
def test_a_fragment_is_no_host(url: str) -> None:
    names = Names("10.0.0.1")
    with Peer() as peer:
        assert "10.0.0.0/8" in refused(url.format(peer.port), names, LOCAL)
        assert (["hooks.example"], 0) == (names.asked, peer.connections)


@pytest.mark.rule("P-TARGET-1")
@pytest.mark.parametrize("port", [pytest.param(port, id=f"SSRFE-25/{port}") for port in (22, 25)])
def test_the_port_changes_no_verdict(port: int) -> None:
    assert "10.0.0.0/8" in refused(f"http://10.0.0.1:{port}/", nobody)


@pytest.mark.rule("P-TARGET-11", "P-TARGET-12")
@pytest.mark.parametrize(
    "addresses",
    [
        pytest.param(["127.0.0.1", "10.0.0.1"], id="SSRFE-27"),
        pytest.param(["10.0.0.1", "127.0.0.1"], id="SSRFE-27/the bad one first"),
        pytest.param(["127.0.0.1", "fd00:ec2::254"], id="SSRFE-30"),
        pytest.param(["::ffff:169.254.169.254", "127.0.0.1"], id="SSRFE-30/mapped"),
    ],
)
def test_one_bad_address_of_several_refuses_the_attempt(addresses: list[str]) -> None:
    with Peer() as peer:
        refused(f"http://hooks.example:{peer.port}/", Names(addresses), LOCAL)
        assert 0 == peer.connections


@pytest.mark.rule("P-TARGET-11")
@pytest.mark.parametrize(
    ("first", "then"),
    [
        pytest.param("127.0.0.1", "169.254.169.254", id="SSRFE-28"),
        pytest.param("127.0.0.1", "10.0.0.1", id="SSRFE-31"),
    ],
)
def test_a_name_that_changes_is_judged_each_time_and_asked_for_once(first: str, then: str) -> None:
    names = Names(first, then)
    with Peer() as peer:
        url = f"http://hooks.example:{peer.port}/"
        assert attempt(url, look_up=names).succeeded
        assert 1 == len(names.asked)
        assert then in refused(url, names, LOCAL)
        assert (2, 1) == (len(names.asked), peer.connections)
    assert [f"hooks.example:{peer.port}"] == peer.received[0].values("Host")


@pytest.mark.rule("P-TARGET-11")
@pytest.mark.parametrize(
    ("name", "cause"),
    [
        pytest.param("hooks.example", None, id="SSRFE-28/TLS"),
        pytest.param("127.0.0.1", "tls_wrong_name", id="SSRFE-28/TLS by address"),
    ],
)
def test_tls_asks_for_the_urls_name_not_for_the_address(
    tmp_path: Path, name: str, cause: str | None
) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    asked: list[str | None] = []
    context.sni_callback = lambda _sock, server_name, _context: asked.append(server_name)
    with Peer(tls=context) as peer:
        made = attempt(
            f"https://hooks.example:{peer.port}/",
            look_up=Names("127.0.0.1"),
            authorities=str(tmp_path / "authority.pem"),
        )
    assert (cause, ["hooks.example"]) == (made.cause, asked)


@pytest.mark.rule("P-TARGET-11")
@pytest.mark.parametrize("address", [pytest.param("127.0.0.1", id="SSRFE-29")])
def test_an_alias_is_judged_by_its_address(address: str) -> None:
    with Peer() as peer:
        refused(f"http://innocent.example:{peer.port}/", Names(address))
        assert 0 == peer.connections


REDIRECTS = [
    *(pytest.param(code, "http://127.0.0.1:{}/", id=f"SSRFE-32/{code}") for code in (301, 302, 303)),
    *(pytest.param(code, "http://127.0.0.1:{}/", id=f"SSRFE-32/{code}") for code in (307, 308)),
    pytest.param(302, "http://169.254.169.254/latest/meta-data/", id="SSRFE-32/metadata"),
    pytest.param(302, "file:///etc/passwd", id="SSRFE-33/file"),
    pytest.param(302, "gopher://127.0.0.1:{}/_x", id="SSRFE-33/gopher"),
    pytest.param(302, "https://127.0.0.1:{}/", id="SSRFE-33/https"),
    pytest.param(302, "http://user:password@127.0.0.1:{}/", id="SSRFE-34"),
]


@pytest.mark.parametrize(("code", "location"), REDIRECTS)
def test_a_redirect_leads_nowhere(code: int, location: str) -> None:
    with Peer() as elsewhere:
        there = location.format(elsewhere.port)
        with Peer(status(code, f"Location: {there}", f"Refresh: 0; url={there}")) as peer:
            made = attempt(peer.url)
            assert (code, False, 1) == (made.status, made.succeeded, peer.connections)
        assert 0 == elsewhere.connections


@pytest.mark.parametrize("there", [pytest.param("http://u:p@127.0.0.1:{}/", id="SSRFE-34/Refresh")])
def test_a_refresh_leads_nowhere(there: str) -> None:
    with Peer() as elsewhere:
        with Peer(status(200, f"Refresh: 0; url={there.format(elsewhere.port)}")) as peer:
            assert attempt(peer.url).succeeded
            assert 1 == peer.connections
        assert 0 == elsewhere.connections


PROXIES = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]


@pytest.mark.parametrize("name", [pytest.param(name, id=f"SSRFE-35/{name}") for name in PROXIES])
def test_a_proxy_of_the_environment_hides_no_target(monkeypatch: Any, name: str) -> None:
    for other in (*PROXIES, "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(other, raising=False)
    with Peer() as proxy, Peer() as peer:
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        for scheme in ("http", "https"):
            refused(f"{scheme}://hooks.example/", Names("10.0.0.1"))
        assert attempt(peer.url).succeeded
        assert 0 == proxy.connections


@pytest.mark.parametrize("value", [pytest.param("*", id="SSRFE-35/NO_PROXY")])
def test_no_proxy_changes_nothing_either(monkeypatch: Any, value: str) -> None:
    monkeypatch.setenv("NO_PROXY", value)

    refused("http://hooks.example/", Names("10.0.0.1"))


@pytest.mark.parametrize(
    "name", [pytest.param("HOME", id="SSRFE-36/~"), pytest.param("NETRC", id="SSRFE-36/NETRC")]
)
def test_no_password_of_a_netrc_is_sent(monkeypatch: Any, tmp_path: Path, name: str) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("default login somebody password canary\n")
    netrc.chmod(0o600)
    monkeypatch.setenv(name, str(netrc if name == "NETRC" else tmp_path))
    with Peer() as peer:
        attempt(peer.url, headers=(("Authorization", "Bearer mine"),))
        attempt(peer.url)
    assert [["Bearer mine"], []] == [one.values("Authorization") for one in peer.received]


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, id=f"SSRFE-37/{name}") for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")],
)
def test_no_bundle_of_the_environment_is_trusted(monkeypatch: Any, tmp_path: Path, name: str) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "bundle.pem"))
    monkeypatch.setenv(name, str(tmp_path / "bundle.pem"))
    with Peer(tls=context) as peer:
        assert "tls_untrusted" == attempt(peer.url).cause


@pytest.mark.parametrize(
    "name", [pytest.param(name, id=f"SSRFE-38/{name}") for name in ("Host", "host", "HOST")]
)
def test_a_task_names_no_other_host(name: str) -> None:
    with pytest.raises(ValidationError, match="leave it out"):
        HttpTask.model_validate(
            {"method": "get", "url": "http://hooks.example/", "headers": {name: "other.example"}}
        )


@pytest.mark.rule("P-TARGET-11")
@pytest.mark.parametrize("answer", [pytest.param(OK, id="SSRFE-39")])
def test_a_connection_that_is_open_serves_no_other_policy(answer: bytes) -> None:
    with Peer(raw(answer)) as peer:
        outgoing = Outgoing("test", "GET", peer.url)
        made = []
        for policy in (LOCAL, DEFAULT):
            transport = Transport(10, policy=policy)
            made.append(transport.attempt(transport.start(1, None), outgoing, signature={}))
        assert 1 == peer.connections
    assert [None, "target_refused"] == [one.cause for one in made]


@pytest.mark.rule("P-TARGET-7")
def test_a_url_that_is_refused_unresolved_is_not_looked_up() -> None:
    assert 'unmatched is "refuse"' in refused(
        "http://hooks.example/", nobody, Policy(unmatched="refuse")
    )


@pytest.mark.rule("P-TARGET-9")
@pytest.mark.parametrize("to", ["127.0.0.1", "receiver.example", ""])
def test_another_place_is_connected_to_and_the_urls_name_is_kept(to: str) -> None:
    names = Names("127.0.0.1")
    with Peer() as peer:
        rule = ConnectTo.parse(f"hooks.example:80:{to}:{peer.port}")
        made = attempt(
            "http://hooks.example/orders", look_up=names, policy=replace(LOCAL, connect_to=(rule,))
        )
    assert made.succeeded
    assert ["hooks.example"] == peer.received[0].values("Host")
    assert {"127.0.0.1": [], "": ["hooks.example"]}.get(to, [to]) == names.asked


@pytest.mark.rule("P-TARGET-9", "P-TARGET-4")
@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254"])
def test_another_place_is_judged_too(address: str) -> None:
    rule = ConnectTo.parse(f"::{address}:")

    assert address in refused("http://hooks.example/", nobody, Policy(connect_to=(rule,)))


@pytest.mark.rule("P-TARGET-4")
@pytest.mark.parametrize("allowed", [True, False])
def test_every_attempt_says_whether_loopback_was_allowed(allowed: bool) -> None:
    with Peer() as peer:
        made = attempt(peer.url, policy=Policy(allow_loopback=allowed))
    assert (allowed, allowed) == (made.loopback_allowed, made.succeeded)


@pytest.mark.rule("P-TARGET-12", "P-TARGET-10")
def test_a_refused_target_is_not_tried_again(tmp_path: Path) -> None:
    task = HttpTask.model_validate(
        {"method": "get", "url": "http://10.0.0.1:8080/orders", "maxRetries": 3}
    )
    run = Sender(database=f"sqlite:///{tmp_path}/outbox.db").send(task)
    (only,) = run.attempts

    assert ("failed", None, "target_refused", None) == (
        run.outcome,
        run.guid,
        only.cause,
        only.retry_in_s,
    )
    assert (
        "not sent: 10.0.0.1 lies in 10.0.0.0/8, private use (RFC 1918); "
        r"--allowed-url-regexes '^http://10\.0\.0\.1:8080/.*$', or "
        r"allowedUrlRegexes = ['^http://10\.0\.0\.1:8080/.*$'] under [sender] in hookproof.toml would "
        "allow it"
    ) == only.sentence


def test_a_policy_and_the_switch_for_loopback_add_up() -> None:
    with Peer() as peer:
        task = HttpTask.model_validate({"method": "get", "url": peer.url})
        refusing = Sender(allow_loopback=True, policy=Policy(unmatched="refuse"))
        assert "target_refused" == refusing.test(task).cause
        assert Sender(policy=LOCAL).test(task).succeeded
