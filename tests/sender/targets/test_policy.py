"""The lists, the order in which they are asked, and the setting that would allow what is refused."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sender.targets.tables import NOBODY, URL, embeddings

from hookproof import BadConfiguration
from hookproof_sender.targets import (
    Allowed,
    ConnectTo,
    Forbidden,
    Policy,
    cure,
    flags,
    setting_for_all,
)
from hookproof_sender.targets.own import is_own
from hookproof_sender.targets.ranges import RANGES
from hookproof_sender.targets.verdict import OPEN_LOOPBACK

OURS = Allowed([r"^http://hooks\.example/"])
LIST = Forbidden("8.8.8.8; 2606:4700::/32 ;1.2.3.0/24")
PUBLIC, LISTED = "9.9.9.9", "8.8.8.8"


def permitted(address: str, policy: Policy, url: str = URL) -> bool:
    (verdict,) = policy.judge(url, [address])
    return verdict.permitted


@pytest.mark.rule("P-TARGET-6", "P-TARGET-7")
@pytest.mark.parametrize(
    ("url", "address", "expected"),
    [
        pytest.param(URL, LISTED, True, id="SSRFE-40/matched, forbidden"),
        pytest.param(URL, PUBLIC, True, id="SSRFE-40/matched, free"),
        pytest.param("http://other.example/", LISTED, False, id="SSRFE-40/unmatched, forbidden"),
        pytest.param("http://other.example/", PUBLIC, True, id="SSRFE-40/unmatched, free"),
    ],
)
def test_a_match_goes_through_before_the_list_is_asked(url: str, address: str, expected: bool) -> None:
    policy = replace(NOBODY, forbidden=LIST, allowed=OURS)

    assert policy.judge_url(url) is None
    assert expected is permitted(address, policy, url)


@pytest.mark.rule("P-TARGET-7")
@pytest.mark.parametrize(("url", "refused"), [(URL, False), ("http://other.example/", True)])
def test_what_matches_nothing_may_be_refused_unresolved(url: str, refused: bool) -> None:
    policy = replace(NOBODY, allowed=OURS, unmatched="refuse")
    verdict = policy.judge_url(url)

    assert refused is (verdict is not None)
    if verdict:
        assert (None, False) == (verdict.address, verdict.permitted)
        patterns = r"['^http://hooks\.example/', '^http://other\.example/.*$']"
        assert f"allowedUrlRegexes = {patterns}" == verdict.setting


@pytest.mark.rule("P-TARGET-5")
@pytest.mark.parametrize(
    "address", ["10.1.2.3", "127.0.0.1", "::1", "fd12::1", "192.168.0.1", "4000::1"]
)
def test_a_match_opens_special_addresses(address: str) -> None:
    (verdict,) = replace(NOBODY, allowed=OURS).judge(URL, [address])

    assert verdict.permitted
    assert r"allowed by ^http://hooks\.example/" in verdict.reason


NEVER = [one.network for one in RANGES if one.kind in ("link-local", "metadata")]


@pytest.mark.rule("P-TARGET-5")
@given(st.data())
def test_nothing_opens_link_local_and_metadata_addresses_in_any_form(data: st.DataObject) -> None:
    policy = replace(NOBODY, allowed=OURS, allow_loopback=True)
    network = data.draw(st.sampled_from(NEVER))
    address = network[data.draw(st.integers(0, network.num_addresses - 1))]
    forms = embeddings(address) if address.version == 4 else {"itself": str(address)}
    text = data.draw(st.sampled_from([str(address), *forms.values()]))
    (verdict,) = policy.judge(URL, [text])

    assert (False, None) == (verdict.permitted, verdict.setting)
    assert verdict.sentence.endswith("no setting opens that")


@pytest.mark.rule("P-TARGET-4")
@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_loopback_has_a_setting_of_its_own(address: str) -> None:
    (verdict,) = NOBODY.judge(URL, [address])

    assert (False, "allowLoopback = true") == (verdict.permitted, verdict.setting)
    assert verdict.sentence.endswith(
        "--allow-loopback, or allowLoopback = true under [sender] would allow it"
    )
    assert permitted(address, replace(NOBODY, allow_loopback=True))


@pytest.mark.rule("P-TARGET-4")
@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "::",
        "10.0.0.1",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2a00:1450::5efe:127.0.0.1",
        "192.168.1.1",
        "8.8.4.4",
    ],
)
def test_that_setting_opens_nothing_else(address: str) -> None:
    mine = replace(NOBODY, allow_loopback=True, is_own=lambda own: str(own) == "8.8.4.4")

    assert not permitted(address, mine)


@pytest.mark.rule("P-TARGET-6")
def test_a_forbidden_address_is_named_with_its_item_and_in_another_too() -> None:
    policy = replace(NOBODY, forbidden=LIST)

    for address in ("8.8.8.8", "::ffff:8.8.8.8", "2002:808:808::1", "2606:4700::1", "1.2.3.4"):
        (verdict,) = policy.judge(URL, [address])
        assert not verdict.permitted
        assert "which forbiddenIPs names" in verdict.reason
    assert permitted("1.2.4.4", policy)


@pytest.mark.rule("P-TARGET-6")
def test_loopback_that_is_forbidden_stays_so() -> None:
    policy = replace(NOBODY, forbidden=Forbidden("127.0.0.0/8"), allow_loopback=True)

    assert not permitted("127.0.0.1", policy)
    assert permitted("::1", policy)


@pytest.mark.rule("P-TARGET-6")
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("10.0.0.0/8; nonsense", id="SSRFE-44/word"),
        pytest.param("10.0.0.1/8", id="SSRFE-44/bits behind the prefix"),
        pytest.param("10.0.0.0/33", id="SSRFE-44/prefix"),
        pytest.param("10.0.0.1, 10.0.0.2", id="SSRFE-44/commas"),
        pytest.param("127.1", id="SSRFE-44/short form"),
        pytest.param("10.0.0.1-10.0.0.9", id="SSRFE-44/span"),
        pytest.param("hooks.example", id="SSRFE-44/name"),
    ],
)
def test_a_bad_item_is_refused(text: str) -> None:
    with pytest.raises(BadConfiguration, match="is neither an address nor a network"):
        Forbidden(text)


def test_blanks_and_empty_items_do_not_count() -> None:
    assert Forbidden("10.0.0.1;::1") == Forbidden(" 10.0.0.1 ;; ::1; ")
    assert "Forbidden('10.0.0.1/32; ::1/128')" == repr(Forbidden("10.0.0.1;::1"))


@pytest.mark.rule("P-TARGET-2")
@pytest.mark.parametrize("address", [pytest.param("93.184.216.34", id="SSRF4-20")])
@pytest.mark.parametrize("form", ["{}", "::ffff:{}"])
def test_an_address_of_this_machine_is_refused_though_it_is_public(address: str, form: str) -> None:
    policy = Policy(is_own=lambda asked: asked == ip_address(address))
    (verdict,) = policy.judge(URL, [form.format(address)])

    assert not verdict.permitted
    assert "is an address of this machine" in verdict.reason


def own_addresses() -> list[str]:
    """This machine's IPv4 addresses as the kernel lists them; empty where it does not."""
    listed = Path("/proc/net/fib_trie")
    lines = listed.read_text().splitlines() if listed.exists() else []
    return [line.split()[-1] for line, what in pairwise(lines) if "/32 host LOCAL" in what]


@pytest.mark.rule("P-TARGET-2")
@pytest.mark.parametrize("own", [pytest.param(True, id="SSRF4-20/asked of the system")])
def test_the_system_says_which_addresses_are_its_own(own: bool) -> None:
    addresses = {"127.0.0.1", *own_addresses()}

    assert {own} == {is_own(ip_address(address)) for address in addresses}
    assert not is_own(ip_address("127.255.255.254"))  # not this machine's end of any way


@pytest.mark.rule("P-TARGET-9")
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("hooks.example:80:127.0.0.1:8080", ("127.0.0.1", 8080)),
        ("HOOKS.example:80:other.example:8080", ("other.example", 8080)),
        ("hooks.example::127.0.0.1:", ("127.0.0.1", 80)),
        (":80::8080", ("hooks.example", 8080)),
        ("::[::1]:8080", ("::1", 8080)),
        ("hooks.example:443:127.0.0.1:8080", ("hooks.example", 80)),
        ("other.example:80:127.0.0.1:8080", ("hooks.example", 80)),
    ],
)
def test_another_place_is_connected_to_as_curl_has_it(text: str, place: tuple[str, int]) -> None:
    policy = Policy(connect_to=(ConnectTo.parse(text), ConnectTo.parse("nobody:1:nowhere:2")))

    assert place == policy.place("hooks.example", 80)


@pytest.mark.parametrize(
    "text", ["", "a:1:b", "a:1:b:2:3", "a:b:c:d", "a:0:b:1", "a:1:b:65536", "::1:80:a:1"]
)
def test_what_names_no_place_is_refused(text: str) -> None:
    with pytest.raises(BadConfiguration, match="HOST:PORT:ADDR:PORT"):
        ConnectTo.parse(text)


@pytest.mark.rule("P-TARGET-10")
def test_one_setting_for_several_addresses() -> None:
    verdicts = NOBODY.judge(URL, ["127.0.0.1", "10.0.0.1", PUBLIC])

    assert r"allowedUrlRegexes = ['^http://hooks\.example/.*$']" == setting_for_all(verdicts)
    assert OPEN_LOOPBACK == setting_for_all(verdicts[:1])
    assert setting_for_all(verdicts[2:]) is None
    assert setting_for_all(NOBODY.judge(URL, ["127.0.0.1", "169.254.1.1"])) is None
    assert "no setting opens that" == cure(None)


JOBS = "http://www.example.com:3005/v4/jobGroups"
API = r"^http://www\.example\.com:3005/v4([/?].*)?$"


@pytest.mark.rule("P-PLAN-10")
@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.7", LISTED])
@pytest.mark.parametrize("path", ["/v4", "/v4?limit=1", "/v4/jobGroups", "/v4/jobGroups/9/status"])
def test_a_call_to_the_platform_is_let_through_to_its_api_and_no_further(
    address: str, path: str
) -> None:
    policy = replace(NOBODY, forbidden=LIST)
    base = JOBS.removesuffix("/v4/jobGroups")
    (verdict,) = policy.judge(base + path, [address])
    assert f"allowedUrlRegexes = ['{API}']" == verdict.setting

    opened = replace(policy, allowed=Allowed([API]))
    assert permitted(address, opened, base + path)
    for other in ("/", "/v4x", "/v40/jobGroups", "/flows/1?recipe=4", "/x/v4/jobGroups", "/?/v4/"):
        assert not permitted(address, opened, base + other)
    for beside in ("http://www.example.com", "https://www.example.com:3005", "http://example.com:3005"):
        assert not permitted(address, opened, beside + path)


@pytest.mark.rule("P-PLAN-10")
def test_the_line_keeps_what_was_allowed_before_and_the_flags_do_the_same() -> None:
    (verdict,) = replace(NOBODY, allowed=OURS).judge(JOBS, ["127.0.0.1"])

    assert verdict.setting == rf"allowedUrlRegexes = ['^http://hooks\.example/', '{API}']"
    assert rf"--allowed-url-regexes '^http://hooks\.example/' --allowed-url-regexes '{API}'" == flags(
        verdict.setting
    )
    cure = f"{flags(verdict.setting)}, or {verdict.setting} under [sender] in hookproof.toml"
    assert verdict.sentence.endswith(f"{cure} would allow it")


@pytest.mark.rule("P-TARGET-5")
def test_the_api_is_not_let_through_at_a_metadata_address() -> None:
    assert None is NOBODY.judge(JOBS, ["169.254.169.254"])[0].setting


ADDRESSES = st.sampled_from([str(one.network[0]) for one in RANGES]) | st.ip_addresses().map(str)
HOSTS = st.from_regex(
    r"[a-z0-9]([a-z0-9-]{0,5}[a-z0-9])?(\.[a-z0-9]{1,5}){0,2}(:[1-9][0-9]{0,3})?", fullmatch=True
)


@pytest.mark.rule("P-TARGET-10")
@given(
    HOSTS,
    st.sampled_from(["/a?b=c", "/v4", "/v4/jobGroups", "/v4?a", "/v4x", "/"]),
    ADDRESSES,
    st.sampled_from(["", "8.0.0.0/8", "::/0"]),
    st.sampled_from(["judge", "refuse"]),
)
def test_the_setting_that_is_offered_allows_it(
    host: str, path: str, address: str, items: str, unmatched: str
) -> None:
    policy = replace(NOBODY, forbidden=Forbidden(items), unmatched=unmatched)  # type: ignore[arg-type]
    url = f"https://{host}{path}"
    refusal = policy.judge_url(url)
    (verdict,) = (refusal,) if refusal else policy.judge(url, [address])
    if verdict.setting is None:
        return
    if verdict.setting == OPEN_LOOPBACK:
        opened = replace(policy, allow_loopback=True)
    else:
        opened = replace(
            policy, allowed=Allowed([verdict.setting.partition("['")[2].removesuffix("']")])
        )
    (then,) = opened.judge(url, [address])

    assert opened.judge_url(url) is None
    assert then.permitted or then.setting is None  # only what nothing opens is still refused


@given(
    st.text(max_size=30) | st.just(URL),
    st.lists(st.text(max_size=20) | ADDRESSES, max_size=3),
    st.booleans(),
)
def test_judging_never_raises(url: str, addresses: list[str], loopback: bool) -> None:
    policy = replace(NOBODY, allowed=OURS, forbidden=LIST, unmatched="refuse", allow_loopback=loopback)

    policy.judge_url(url)
    assert addresses == [verdict.address for verdict in policy.judge(url, addresses)]
    assert all(verdict.sentence for verdict in policy.judge(url, addresses))


@pytest.mark.parametrize("address", ["", "nonsense", "1.2.3", "1.2.3.4.5", "::g", "\ud800"])
def test_what_is_no_address_is_refused(address: str) -> None:
    assert not permitted(address, replace(NOBODY, allowed=OURS, allow_loopback=True))
