"""What comes before what in a plan."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sender.plans.made import plan, plans

from hookproof import BadConfiguration
from hookproof_sender.plans import ancestors, incoming, outgoing, ranks
from hookproof_sender.plans.order import cycle

DIAMOND = plan("aa success bb, aa failure cc, bb always dd, cc always dd, ee")


def test_a_nodes_ancestors_are_on_its_own_branch():
    assert {"aa"} == ancestors(DIAMOND, "bb")
    assert {"aa", "bb", "cc"} == ancestors(DIAMOND, "dd")
    assert set() == ancestors(DIAMOND, "ee")


def test_edges_come_in_the_plans_order():
    assert ["bb", "cc"] == [edge.source for edge in incoming(DIAMOND, "dd")]
    assert ["bb", "cc"] == [edge.target for edge in outgoing(DIAMOND, "aa")]


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
