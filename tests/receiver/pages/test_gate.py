"""Who sees the pages, and who has them do something."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.receiver.pages.visitor import Visitor, new_token, served
from tests.receiver.wire import exchange, good, head

from hookproof.clock import system_clock
from hookproof.errors import BadConfiguration
from hookproof.testing import SECRET
from hookproof_receiver import Receiver
from hookproof_receiver.pages.gate import gate_of
from hookproof_receiver.pages.hosts import Hosts
from hookproof_receiver.pages.origins import may_change, may_look
from hookproof_receiver.pages.routes import FORMS, SESSION
from hookproof_receiver.tokens import TokenStore, record_of
from hookproof_runtime.database import open_engine

PAGES = ["/", "/deliveries", "/deliveries/dlv_00000000000000000000000000", "/flows/1", "/slack"]
FLOW = "/flows/1?recipe=4&tab=recipe"


@pytest.mark.rule("P-PAGE-1")
def test_a_page_takes_nothing_from_elsewhere_and_runs_nothing_that_stands_in_it(here: Visitor) -> None:
    for target in (*PAGES, "/login", "/flows/77", "/pages/none.css"):
        headers = here.get(target).headers
        policy = dict(one.split(" ", 1) for one in headers["content-security-policy"].split("; "))
        assert "'none'" == policy.pop("default-src")
        assert {"'none'"} == {policy.pop("frame-ancestors"), policy.pop("base-uri")}
        assert {"'self'"} == set(policy.values())
        assert {"script-src", "style-src", "form-action"} <= set(policy)
        assert ("nosniff", "DENY") == (headers["x-content-type-options"], headers["x-frame-options"])
        assert "same-origin" == headers["cross-origin-opener-policy"]
        assert "same-origin" == headers["cross-origin-resource-policy"]
        assert "same-origin" == headers["referrer-policy"]


@pytest.mark.rule("P-PAGE-1")
def test_no_page_holds_a_script_or_a_style_of_its_own(here: Visitor) -> None:
    for target in PAGES:
        text = here.get(target).body.decode()
        assert not re.search(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=|javascript:", text)
        assert not re.search(r'(?:src|href|action|hx-get)="(?!/|#)', text)


@pytest.mark.rule("P-PAGE-2")
@pytest.mark.parametrize(
    ("host", "status"),
    [
        pytest.param("127.0.0.1:{port}", 200, id="WEB-6/the address"),
        pytest.param("127.0.0.1", 200, id="WEB-6/without a port"),
        pytest.param("localhost:{port}", 200, id="WEB-6/localhost"),
        pytest.param("[::1]:{port}", 200, id="WEB-6/the loopback of IPv6"),
        pytest.param("www.example.com:3005", 200, id="WEB-6/a name of the settings"),
        pytest.param("receiver.example", 200, id="WEB-6/a name in any case, a dot behind it"),
        pytest.param("evil.example:{port}", 421, id="WEB-6/another name"),
        pytest.param("127.0.0.1.evil.example", 421, id="WEB-6/a name that looks like the address"),
        pytest.param("localhost.evil.example", 421, id="WEB-6/a name that looks like localhost"),
        pytest.param("www.example.com.evil.example", 421, id="WEB-6/a name that begins alike"),
        pytest.param("192.0.2.1", 421, id="WEB-6/an address of another machine"),
        pytest.param("evil_example", 421, id="WEB-6/a name that is none"),
        pytest.param("127.0.0.1@evil.example", 400, id="WEB-6/a user before it"),
        pytest.param('"><script>alert(1)</script>', 400, id="WEB-6/no host at all"),
    ],
)
def test_pages_answer_to_their_own_names_alone(here: Visitor, host: str, status: int) -> None:
    visitor = Visitor(here.port, host.format(port=here.port))
    for target in ("/", "/deliveries", "/pages/none.css"):
        response = visitor.get(target)
        assert response.status in (status, 404 if target.startswith("/pages") else status)
    if status == 421:
        assert b"<script>alert" not in response.body
        assert b"/deliveries" not in response.body
        assert 421 == visitor.post("/flows/1/run", {"recipe": "4"}).status


@pytest.mark.rule("P-PAGE-2")
def test_an_endpoint_answers_to_every_name(here: Visitor) -> None:
    assert 200 == good(here.port, more={"Host": "whatever.example"}).status


@pytest.mark.rule("P-PAGE-2")
def test_at_every_address_each_address_is_a_name_of_its_own(elsewhere: tuple[int, Path]) -> None:
    port, _ = elsewhere
    asked = {host: Visitor(port, host).get("/login").status for host in ("192.0.2.1", "[2001:db8::1]")}
    assert {200} == set(asked.values())
    assert 421 == Visitor(port, "evil.example").get("/login").status


@pytest.mark.parametrize("name", ["http://www.example.com", "www.example.com:3005", "a b", "", "[::1"])
def test_a_host_that_is_none_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(BadConfiguration, match="is no host for the pages to answer to"):
        Hosts("127.0.0.1", [name])


@pytest.mark.parametrize("name", ["::1", "[2001:db8::7]", "192.0.2.7", "Www.Example.com."])
def test_a_host_may_be_an_address(name: str) -> None:
    hosts = Hosts("127.0.0.1", [name])
    plain = name.strip("[]").rstrip(".")
    assert hosts.has(f"[{plain}]:80" if ":" in plain else f"{plain}:80")


@pytest.mark.rule("P-PAGE-3")
def test_an_endpoint_goes_before_the_front_page(tmp_path: Path) -> None:
    receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db", pages=True)
    receiver.on("/", secrets=SECRET)
    with served(receiver, "127.0.0.1") as port:
        assert 200 == good(port, target="/").status
        assert 405 == Visitor(port).get("/").status
        assert 200 == Visitor(port).get("/deliveries").status


@pytest.mark.rule("P-PAGE-3")
def test_what_is_no_page_is_answered_as_ever(here: Visitor) -> None:
    asked = head([("Host", here.host)], target="/nothing", method="GET")
    assert "no_endpoint" == exchange(here.port, asked, expect=1).only.code
    assert "no_endpoint" == here.post("/deliveries", {}).code


@pytest.mark.rule("P-PAGE-3")
def test_a_receiver_as_a_library_has_no_pages_unless_asked(tmp_path: Path) -> None:
    receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db")
    receiver.on("/hooks/test", secrets=SECRET)
    with served(receiver, "127.0.0.1") as port:
        assert 404 == Visitor(port).get("/").status


@pytest.mark.rule("P-PAGE-4")
@pytest.mark.parametrize(
    ("listen", "opens"),
    [
        pytest.param("127.0.0.1", True, id="WEB-10/loopback"),
        pytest.param("127.8.0.1", True, id="WEB-10/all of the loopback"),
        pytest.param("::1", True, id="WEB-10/loopback of IPv6"),
        pytest.param("0.0.0.0", False, id="WEB-10/every address"),
        pytest.param("::", False, id="WEB-10/every address of IPv6"),
        pytest.param("192.0.2.1", False, id="WEB-10/an address that others reach"),
        pytest.param("10.0.0.1", False, id="WEB-10/a private address"),
        pytest.param(None, False, id="WEB-10/an address that is not known"),
    ],
)
def test_nobody_is_let_in_without_a_login_unless_only_this_machine_can_come(
    tmp_path: Path, listen: str | None, opens: bool
) -> None:
    receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db", pages=True, platform=True, slack=True)
    receiver.on("/hooks/test", secrets=SECRET)
    with served(receiver, listen) as port:
        visitor = Visitor(port)
        for target in (*PAGES, "/flows/1/jobs/1/orders.csv"):
            response = visitor.get(target)
            if opens:
                assert response.status in (200, 404)
            else:
                assert (303, b"") == (response.status, response.body)
                assert response.headers["location"].startswith("/login?next=%2F")
        assert opens is not (303 == visitor.post("/flows/1/run", {"recipe": "4"}).status)


@pytest.mark.rule("P-PAGE-4")
@pytest.mark.parametrize(
    "name", [pytest.param(one, id=f"WEB-10/{one}") for one in ("X_Forwarded_For", "Forwarded", "Via")]
)
def test_what_came_through_a_proxy_needs_a_login_at_the_loopback_too(here: Visitor, name: str) -> None:
    assert 303 == Visitor(here.port).get("/deliveries", **{name: "203.0.113.9"}).status


@pytest.mark.rule("P-PAGE-4")
def test_who_has_not_logged_in_is_not_told_what_there_is(elsewhere: tuple[int, Path]) -> None:
    visitor = Visitor(elsewhere[0])
    assert b"Log in" in visitor.get("/login").body
    for target in ("/login", "/pages/none.css", "/deliveries"):
        page = visitor.get(target).body
        assert b"/deliveries" not in page
        assert b"/hooks/test" not in page
    assert b"/deliveries" not in visitor.post("/flows/1/run", {}, Origin="http://evil.example").body


@pytest.mark.rule("P-PAGE-4", "P-PAGE-5")
@pytest.mark.parametrize(
    ("scope", "seconds", "sentence"),
    [
        pytest.param("run-job", 600, b"good for something else", id="of another scope"),
        pytest.param("pages", 0.000001, b"time of this token is over", id="over"),
        pytest.param(None, 0, b"no token of this receiver", id="forged"),
    ],
)
def test_a_token_that_does_not_open_them_says_why(
    elsewhere: tuple[int, Path], scope, seconds: float, sentence: bytes
) -> None:
    port, folder = elsewhere
    visitor = Visitor(port)
    text = "abc.def.ghi" if scope is None else new_token(folder, scope, seconds=seconds).text
    response = visitor.post("/login", {"token": text}, of="/login")
    assert 403 == response.status
    assert sentence in response.body
    assert text.encode() not in response.body
    assert 303 == visitor.get("/deliveries").status


@pytest.mark.rule("P-PAGE-5")
def test_a_login_leads_to_where_one_wanted_to_go_and_a_logout_ends_it(
    elsewhere: tuple[int, Path],
) -> None:
    port, folder = elsewhere
    visitor = Visitor(port)
    asked = visitor.get(FLOW)
    login = asked.headers["location"]
    text = new_token(folder).text
    entered = visitor.post("/login", {"token": f" {text}\n", "next": FLOW}, of=login)
    assert (303, FLOW) == (entered.status, entered.headers["location"])
    cookie = entered.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {one.strip() for one in cookie.split(";")}
    assert text not in cookie
    assert b"Run job" in visitor.get(FLOW).body
    held = dict(visitor.cookies)
    left = visitor.post("/logout", {}, of="/deliveries")
    assert (303, "/login") == (left.status, left.headers["location"])
    visitor.cookies = held  # somebody else's copy of them
    assert 303 == visitor.get(FLOW).status


@pytest.mark.rule("P-PAGE-5")
def test_the_cookie_is_secure_where_the_way_is(elsewhere: tuple[int, Path]) -> None:
    visitor = Visitor(elsewhere[0])
    assert "Secure" not in visitor.get("/login").headers["set-cookie"]
    assert (
        "Secure" in Visitor(elsewhere[0]).get("/login", X_Forwarded_Proto="https").headers["set-cookie"]
    )


@pytest.mark.rule("P-PAGE-5")
def test_a_session_ends_when_its_token_is_revoked(elsewhere: tuple[int, Path]) -> None:
    port, folder = elsewhere
    visitor, token = Visitor(port), new_token(folder)
    engine = open_engine(f"sqlite:///{folder}/inbox.db")
    store = TokenStore(engine)
    store.add(record_of(token, "mine", system_clock()))
    visitor.post("/login", {"token": token.text}, of="/login")
    assert 200 == visitor.get("/deliveries").status
    store.revoke(token.id, system_clock())
    engine.dispose()
    assert 303 == visitor.get("/deliveries").status


@pytest.mark.rule("P-PAGE-5")
def test_a_part_of_a_page_has_the_whole_of_it_asked_for_again(elsewhere: tuple[int, Path]) -> None:
    response = Visitor(elsewhere[0]).get(FLOW, HX_Request="true")
    assert (401, "true") == (response.status, response.headers["hx-refresh"])


@pytest.mark.rule("P-PAGE-5")
@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\r\nX: y",
        "///evil.example",
        "/\t/evil.example",
    ],
)
def test_a_login_leads_to_no_other_site(elsewhere: tuple[int, Path], target: str) -> None:
    port, folder = elsewhere
    visitor = Visitor(port)
    response = visitor.post("/login", {"token": new_token(folder).text, "next": target}, of="/login")
    assert (303, "/") == (response.status, response.headers["location"])


@pytest.mark.rule("P-PAGE-5")
@pytest.mark.parametrize(
    "given", [pytest.param("chosen", id="WEB-8/chosen"), pytest.param("old", id="WEB-8/from before")]
)
def test_a_session_is_drawn_anew_at_each_login(elsewhere: tuple[int, Path], given: str) -> None:
    port, folder = elsewhere
    text = new_token(folder).text
    visitor = Visitor(port)
    if given == "old":
        visitor.post("/login", {"token": text}, of="/login")
        visitor.post("/logout", {}, of="/")
    planted = visitor.cookies[SESSION] = "ses_0123456789abcdef" if given == "chosen" else "gone"
    visitor.post("/login", {"token": text}, of="/login")
    first = visitor.cookies[SESSION]
    other = Visitor(port)
    other.post("/login", {"token": text}, of="/login")
    assert 3 == len({planted, first, other.cookies[SESSION]})
    planting = Visitor(port)
    planting.cookies[SESSION] = planted
    assert 303 == planting.get("/deliveries").status


CHANGES = {
    "run": ("/flows/1/run", {"recipe": "4"}),
    "cancel": ("/flows/1/cancel", {"job_group": "1"}),
    "logout": ("/logout", {}),
    "login": ("/login", {"token": "x"}),
}
FORGERIES = ["none", "empty", "another's", "a session as one", "changed"]


@pytest.mark.rule("P-PAGE-6")
@pytest.mark.parametrize(
    ("change", "forgery"),
    [
        pytest.param(change, forgery, id=f"WEB-5/{change}, {forgery}")
        for change in CHANGES
        for forgery in FORGERIES
    ],
)
def test_a_form_needs_the_token_of_a_page_that_was_made_for_its_sender(
    here: Visitor, change: str, forgery: str
) -> None:
    target, fields = CHANGES[change]
    visitor = Visitor(here.port)
    own = visitor.form_token(FLOW)
    token = {
        "none": None,
        "empty": "",
        "another's": Visitor(here.port).form_token(FLOW),
        "a session as one": visitor.cookies[FORMS],
        "changed": ("A" if own[0] != "A" else "B") + own[1:],
    }[forgery]
    sent = {**fields, **({} if token is None else {"form_token": token})}
    response = visitor.post(target, sent)
    assert 403 == response.status
    assert b"too old" in response.body
    assert b"It has not run yet" in visitor.get(FLOW).body


@pytest.mark.rule("P-PAGE-6")
def test_a_token_is_of_one_login(elsewhere: tuple[int, Path]) -> None:
    port, folder = elsewhere
    text = new_token(folder).text
    one, other = Visitor(port), Visitor(port)
    before = one.form_token("/login")
    for visitor in (one, other):
        visitor.post("/login", {"token": text}, of="/login")
    for token in (before, other.form_token("/")):
        assert 403 == one.post("/flows/1/run", {"recipe": "4", "form_token": token}).status
    assert b"It has not run yet" in one.get(FLOW).body


@pytest.mark.rule("P-PAGE-6")
@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"Sec_Fetch_Site": "cross-site"}, id="WEB-7/form of another site"),
        pytest.param({"Sec_Fetch_Site": "same-site"}, id="WEB-7/form of another port"),
        pytest.param({"Sec_Fetch_Site": "none"}, id="WEB-7/form of nobody"),
        pytest.param({"Origin": "http://evil.example"}, id="WEB-7/form of another origin"),
        pytest.param({"Origin": "null"}, id="WEB-7/form of a sandbox"),
        pytest.param({"Origin": "https://127.0.0.1"}, id="WEB-7/form over another scheme"),
    ],
)
def test_a_form_of_another_site_does_nothing_even_with_the_token(here: Visitor, more) -> None:
    visitor = Visitor(here.port)
    assert 403 == visitor.post("/flows/1/run", {"recipe": "4"}, of=FLOW, **more).status
    assert b"It has not run yet" in visitor.get(FLOW).body


@pytest.mark.rule("P-PAGE-6")
@pytest.mark.parametrize(
    ("more", "status"),
    [
        pytest.param({"Mode": "navigate", "Dest": "document"}, 200, id="WEB-7/a link is followed"),
        pytest.param({"Mode": "cors", "Dest": "empty"}, 403, id="WEB-7/fetch"),
        pytest.param({"Mode": "no-cors", "Dest": "script"}, 403, id="WEB-7/script"),
        pytest.param({"Mode": "no-cors", "Dest": "image"}, 403, id="WEB-7/image"),
        pytest.param({"Mode": "no-cors", "Dest": "style"}, 403, id="WEB-7/style"),
        pytest.param({"Mode": "navigate", "Dest": "iframe"}, 403, id="WEB-7/frame"),
        pytest.param({"Mode": "navigate", "Dest": "embed"}, 403, id="WEB-7/embedded"),
    ],
)
def test_another_site_may_lead_here_and_fetch_nothing(here: Visitor, more, status: int) -> None:
    said = {f"Sec_Fetch_{name}": value for name, value in more.items()}
    visitor = Visitor(here.port)
    response = visitor.get(
        "/deliveries", Sec_Fetch_Site="cross-site", Origin="http://evil.example", **said
    )
    assert status == response.status
    assert not [name for name in response.headers if name.startswith("access-control")]


@pytest.mark.rule("P-PAGE-6")
def test_what_is_got_changes_nothing(here: Visitor) -> None:
    for target in ("/flows/1/run", "/flows/1/cancel", "/logout"):
        assert "no_endpoint" == here.get(f"{target}?recipe=4&job_group=1").code
    assert b"It has not run yet" in here.get(FLOW).body


@pytest.mark.rule("P-PAGE-6")
def test_a_form_is_small(here: Visitor) -> None:
    assert 413 == here.post("/flows/1/run", {"recipe": "4" * 70_000}).status


def test_our_own_pages_may_look_and_change() -> None:
    ours = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
    assert (True, True) == (may_look(ours), may_change(ours, "http://127.0.0.1"))
    assert (True, True) == (
        may_look({}),
        may_change({"Origin": "http://a.example"}, "http://A.example"),
    )


def test_the_gate_s_repr_holds_no_key() -> None:
    assert "door" not in repr(gate_of(object(), "127.0.0.1", ()))  # type: ignore[arg-type]
