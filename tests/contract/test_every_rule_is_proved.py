"""The contract and its proofs do not drift apart."""

from __future__ import annotations

from tests.contract.rules import citations, rules


def test_every_rule_is_cited_by_a_test() -> None:
    cited = citations()

    assert [] == [rule for rule in rules() if rule not in cited]


def test_every_rule_that_is_cited_stands_in_the_contract() -> None:
    known = set(rules())

    assert {} == {rule: files for rule, files in citations().items() if rule not in known}
