"""What comes before what in a plan."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sender.plans.made import plan, plans

from hookproof import BadConfiguration
from hookproof_sender.plans import ancestors, incoming, outgoing, ranks
from hookproof_sender.plans.order import by_source, by_target, cycle

DIAMOND = plan("aa success bb, aa failure cc, bb always dd, cc always dd, ee")


def test_a_nodes_ancestors_are_on_its_own_branch():
    assert {"aa"} == ancestors(DIAMOND, "bb")
    assert {"aa", "bb", "cc"} == ancestors(DIAMOND, "dd")
    assert set() == ancestors(DIAMOND, "ee")


def test_edges_come_in_the_plans_order():
    assert ["bb", "cc"] == [edge.source for edge in incoming(DIAMOND, "dd")]
    assert ["bb", "cc"] == [edge.target for edge in outgoing(DIAMOND, "aa")]


@given(plans())
def test_edges_by_node_are_those_of_each_node(plan):
    handles = [node.handle for node in plan.nodes]
    assert {one: incoming(plan, one) for one in handles} == by_target(plan)
    assert {one: outgoing(plan, one) for one in handles} == by_source(plan)


@given(plans())
def test_no_edge_lies_within_a_rank_or_leads_back(plan):
    place = {handle: number for number, rank in enumerate(ranks(plan)) for handle in rank}
    assert place.keys() == {node.handle for node in plan.nodes}
    for handle, number in place.items():
        assert number == max((place[edge.source] + 1 for edge in incoming(plan, handle)), default=0)
        assert ancestors(plan, handle) <= {one for one, other in place.items() if other < number}


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3)))
def test_a_cycle_is_found_where_there_is_one_and_is_a_way_back(after):
    way = cycle(after)
    if way is None:  # then the nodes can be taken away one by one, each with nothing before it
        left = set(after)
        while free := [one for one in left if not any(one in after[other] for other in left)]:
            left -= set(free)
        assert set() == left
    else:
        assert way[0] == way[-1]
        assert all(other in after[one] for one, other in pairwise(way))


def test_a_plan_made_by_hand_that_leads_in_a_circle_is_refused():
    with pytest.raises(BadConfiguration, match="in a circle"):
        ranks(plan("aa success bb, bb success cc, cc success bb"))


def test_a_long_way_round_is_found_in_time_that_grows_with_its_length():
    began = time.process_time()
    ring = {str(one): [str((one + 1) % 50_000)] for one in range(50_000)}
    assert 50_001 == len(cycle(ring) or ())
    assert time.process_time() - began < 10  # by a search of the way at each step it was 40
