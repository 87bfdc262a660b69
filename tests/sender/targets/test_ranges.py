"""Every special range is refused, in every form, and nothing beside it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sender.targets.tables import IPV4, IPV6, NOBODY, URL, embeddings, isatap

from hookproof_sender.targets import Policy, Verdict
from hookproof_sender.targets.embedded import embedded
from hookproof_sender.targets.ranges import RANGES

RULES = pytest.mark.rule("P-TARGET-1", "P-TARGET-3")


def judged(address: str, policy: Policy = NOBODY) -> Verdict:
    (verdict,) = policy.judge(URL, [address])
    return verdict


def of(group: str, ranges: dict[int, list[str]]) -> list[object]:
    return [
        pytest.param(network, id=f"{group}-{number}")
        for number, networks in ranges.items()
        for network in networks
    ]


@RULES
@pytest.mark.parametrize("text", [*of("SSRF4", IPV4), *of("SSRF6", IPV6)])
def test_a_special_range_is_refused_and_named(text: str) -> None:
    network = ip_network(text)
    verdicts = [judged(str(address)) for address in (network[0], network[-1])]

    assert [False, False] == [verdict.permitted for verdict in verdicts]
    assert any(text in verdict.reason for verdict in verdicts)  # unless a narrower one is there


@RULES
@pytest.mark.parametrize(
    ("address", "named"),
    [
        pytest.param("169.254.169.254", "metadata", id="SSRF4-5/metadata"),
        pytest.param("192.0.0.8", "192.0.0.0/24", id="SSRF4-7/dummy address"),
        pytest.param("168.63.129.16", "Azure", id="SSRF4-21/named"),
        pytest.param("100.100.100.200", "Alibaba", id="SSRF4-22/named"),
        pytest.param("::ffff:127.0.0.1", "127.0.0.0/8", id="SSRF6-4"),
        pytest.param("::ffff:10.1.2.3", "10.0.0.0/8", id="SSRF6-4/private"),
        pytest.param("::ffff:0:127.0.0.1", "::ffff:0:0:0/96", id="SSRF6-5/loopback"),
        pytest.param("64:ff9b::7f00:1", "64:ff9b::/96", id="SSRF6-6/loopback"),
        pytest.param("2001:0:7f00:1::f7f7:f7f7", "Teredo", id="SSRF6-10/server"),
        pytest.param("2001:0:808:808::80ff:fffe", "Teredo", id="SSRF6-10/client"),
        pytest.param("2001:1ff:ffff::1", "2001::/23", id="SSRF6-15/last"),
        pytest.param("2001:4:112::1", "2001::/23", id="SSRF6-15/AS112"),
        pytest.param("2002:7f00:1::", "127.0.0.1 (6to4)", id="SSRF6-17"),
        pytest.param("2002:a9fe:a9fe::1", "169.254.169.254 (6to4)", id="SSRF6-17/metadata"),
        pytest.param("fd00:ec2::254", "AWS", id="SSRF6-22/metadata"),
        pytest.param("fd20:ce::254", "Google Cloud", id="SSRF6-22/another"),
        pytest.param("fe80::1%eth0", "fe80::/10", id="SSRF6-23/zone"),
        pytest.param("4000::1", "outside 2000::/3", id="SSRF6-26"),
        pytest.param("1fff:ffff::1", "outside 2000::/3", id="SSRF6-26/below"),
        pytest.param("c000::1", "outside 2000::/3", id="SSRF6-26/above"),
        pytest.param(isatap(IPv4Address("127.0.0.1")), "127.0.0.1 (ISATAP)", id="SSRF6-27"),
        pytest.param(isatap(IPv4Address("10.0.0.1"), u=1), "10.0.0.1 (ISATAP)", id="SSRF6-27/unique"),
        pytest.param("fe80::5efe:8.8.8.8", "fe80::/10", id="SSRF6-27/link-local"),
    ],
)
def test_a_special_address_is_refused_and_named(address: str, named: str) -> None:
    verdict = judged(address)

    assert not verdict.permitted
    assert named in verdict.reason


NETWORKS = [IPv4Network(text) for texts in IPV4.values() for text in texts]


@RULES
@pytest.mark.parametrize(
    "network", [pytest.param(network, id=f"SSRF4-23/{network}") for network in NETWORKS]
)
def test_a_range_ends_where_it_ends(network: IPv4Network) -> None:
    """First and last address are refused, and the one before and after unless another range has it."""
    first, last = int(network[0]), int(network[-1])
    beside = [IPv4Address(bits) for bits in (first - 1, last + 1) if 0 <= bits < 1 << 32]
    free = [address for address in beside if not any(address in other for other in NETWORKS)]

    assert not judged(str(network[0])).permitted
    assert not judged(str(network[-1])).permitted
    assert all(judged(str(address)).permitted for address in free)


@pytest.mark.rule("P-TARGET-1")
@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "2606:4700::1111",
        "2001:200::1",
        "2a00:1450::1",
        "::ffff:8.8.8.8",
        "2002:808:808::1",
        isatap(IPv4Address("8.8.8.8")),
    ],
)
def test_a_public_address_is_permitted_also_inside_another(address: str) -> None:
    verdict = judged(address)

    assert (True, None, "is a public address") == (verdict.permitted, verdict.setting, verdict.reason)


SPECIAL_IPV4 = st.sampled_from([one.network for one in RANGES if one.network.version == 4])


@RULES
@given(st.data())
def test_any_address_of_any_range_is_refused(data: st.DataObject) -> None:
    network = data.draw(st.sampled_from(RANGES)).network
    address = network[data.draw(st.integers(0, network.num_addresses - 1))]

    assert not judged(str(address)).permitted


@RULES
@given(st.data())
def test_any_special_ipv4_address_is_refused_in_any_embedding(data: st.DataObject) -> None:
    network = data.draw(SPECIAL_IPV4)
    inner = IPv4Address(int(network[0]) + data.draw(st.integers(0, network.num_addresses - 1)))
    form, text = data.draw(st.sampled_from(list(embeddings(inner).items())))

    if int(IPv6Address(text)) > 1:  # `::` and `::1` hold nothing
        assert inner in [found for _, found in embedded(IPv6Address(text))], form
    assert not judged(text).permitted


@given(st.integers(0, (1 << 128) - 1).map(IPv6Address) | st.integers(0, (1 << 32) - 1).map(IPv4Address))
def test_an_address_has_a_verdict_with_a_reason(address: IPv4Address | IPv6Address) -> None:
    verdict = judged(str(address))

    assert verdict.reason
    assert ip_address(verdict.address or "") == address
