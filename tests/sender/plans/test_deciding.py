"""What runs next: after each end, after a crash, and whatever ends first."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sender.plans.made import plan, plans

from hookproof_sender.plans import Skipped, decide, leads
from hookproof_sender.plans.deciding import ENDED, NodeState


def skipped(decision):
    """The states of the nodes that are skipped."""
    return {one.handle: "skipped" for one in decision.skip}


def ends(plan, **outcomes):
    """The states of all nodes at the end, and how the run ended."""
    states: dict[str, Any] = {}
    while (decision := decide(plan, states)).end is None:
        states |= skipped(decision)
        assert decision.start, "a run that is not over goes on"
        states |= {handle: outcomes.get(handle, "succeeded") for handle in decision.start}
    return states | skipped(decision), decision.end


@pytest.mark.rule("P-PLAN-5")
@pytest.mark.parametrize(
    ("rule", "end", "then"),
    [
        ("success", "succeeded", "succeeded"),
        ("success", "failed", "skipped"),
        ("success", "cancelled", "skipped"),
        ("success", "skipped", "skipped"),
        ("failure", "succeeded", "skipped"),
        ("failure", "failed", "succeeded"),
        ("failure", "cancelled", "succeeded"),
        ("failure", "skipped", "skipped"),
        ("always", "succeeded", "succeeded"),
        ("always", "failed", "succeeded"),
        ("always", "cancelled", "succeeded"),
        ("always", "skipped", "skipped"),
    ],
)
def test_an_edge_leads_on_by_the_end_that_it_is_for(rule, end, then):
    states, _ = ends(plan(f"aa {rule} bb"), aa=end)
    assert then == states["bb"]


@pytest.mark.rule("P-PLAN-6")
@pytest.mark.parametrize(
    ("join", "one", "other", "then"),
    [
        ("all", "succeeded", "succeeded", "succeeded"),
        ("all", "succeeded", "failed", "skipped"),
        ("all", "failed", "failed", "skipped"),
        ("any", "succeeded", "succeeded", "succeeded"),
        ("any", "succeeded", "failed", "succeeded"),
        ("any", "failed", "failed", "skipped"),
    ],
)
def test_a_join_asks_all_edges_or_any(join, one, other, then):
    states, _ = ends(plan("aa success cc, bb success cc", cc=join), aa=one, bb=other)
    assert then == states["cc"]


@pytest.mark.rule("P-PLAN-6")
def test_any_does_not_wait_for_the_others_and_all_does():
    states: dict[str, Any] = {"aa": "succeeded", "bb": "running"}
    drawn = "aa success cc, bb success cc"
    assert ("cc",) == decide(plan(drawn, cc="any"), states).start
    assert () == decide(plan(drawn, cc="all"), states).start


@pytest.mark.rule("P-PLAN-6")
def test_a_node_is_skipped_once_all_its_sources_ended_and_not_before():
    drawn = plan("aa success cc, bb success cc, cc always dd")
    assert () == decide(drawn, {"aa": "failed", "bb": "running"}).skip
    assert [
        Skipped("cc", "aa failed, and the edge from it is for success"),
        Skipped("dd", "cc was skipped"),
    ] == list(decide(drawn, {"aa": "failed", "bb": "succeeded"}).skip)


def test_why_a_node_is_skipped_names_every_edge_where_any_would_do():
    drawn = plan("aa success cc, bb failure cc", cc="any")
    (why,) = decide(drawn, {"aa": "cancelled", "bb": "succeeded"}).skip
    assert (
        "aa was cancelled, and the edge from it is for success; "
        "bb succeeded, and the edge from it is for failure"
    ) == why.sentence


def test_nodes_without_an_edge_to_them_start_together_in_the_plans_order():
    decision = decide(plan("zz, aa, mm success bb"), {})
    assert (("zz", "aa", "mm"), (), None) == (decision.start, decision.skip, decision.end)


@pytest.mark.rule("P-PLAN-7")
@pytest.mark.parametrize(
    ("outcomes", "end"),
    [
        ({}, "complete"),
        ({"aa": "failed"}, "failed"),
        ({"bb": "failed"}, "failed"),
        ({"aa": "cancelled"}, "failed"),
        ({"aa": "unknown"}, "unknown"),
        ({"aa": "failed", "cc": "unknown"}, "unknown"),
    ],
)
def test_a_run_is_complete_where_no_node_failed_also_where_a_failure_was_dealt_with(outcomes, end):
    assert end == ends(plan("aa failure cc, aa success bb"), **outcomes)[1]


@pytest.mark.rule("P-PLAN-7")
def test_what_follows_an_unknown_end_waits_and_the_rest_goes_on():
    drawn = plan("aa always cc, bb always dd")
    decision = decide(drawn, {"aa": "unknown", "bb": "succeeded"})
    assert (("dd",), (), None) == (decision.start, decision.skip, decision.end)
    states: dict[str, Any] = {"aa": "unknown", "bb": "succeeded", "dd": "running"}
    assert None is decide(drawn, states).end
    assert "unknown" == decide(drawn, states | {"dd": "succeeded"}).end
    assert ("cc",) == decide(drawn, states | {"aa": "failed"}).start


@pytest.mark.rule("P-PLAN-5")
def test_whether_an_edge_leads_is_not_known_before_its_source_ended():
    (edge,) = plan("aa failure bb").edges
    assert [None, None, None] == [leads(edge, {"aa": one}) for one in ("waiting", "running", "unknown")]
    assert [True, True] == [leads(edge, {"aa": "failed"}), leads(edge, {"aa": "cancelled"})]
    assert [False, False] == [leads(edge, {"aa": "succeeded"}), leads(edge, {"aa": "skipped"})]


def ran(plan, outcomes, handle, known):
    """Whether a node runs at all, said without any order of events: the model."""
    if handle not in known:
        node = next(node for node in plan.nodes if node.handle == handle)
        to_it = [edge for edge in plan.edges if edge.target == handle]
        leading = [
            ran(plan, outcomes, edge.source, known)
            and (edge.rule == "always" or (edge.rule == "success") == outcomes[edge.source])
            for edge in to_it
        ]
        known[handle] = not to_it or (all if node.join == "all" else any)(leading)
    return known[handle]


@pytest.mark.rule("P-PLAN-5", "P-PLAN-6", "P-PLAN-7")
@given(plan=plans(), data=st.data())
def test_whatever_ends_first_the_same_nodes_run_each_once_and_the_run_ends(plan, data):
    handles = [node.handle for node in plan.nodes]
    outcomes = {handle: data.draw(st.booleans(), handle) for handle in handles}
    states: dict[str, Any] = {}
    started: list[str] = []
    while (decision := decide(plan, states)).end is None:
        started += decision.start
        states |= skipped(decision) | dict.fromkeys(decision.start, "running")
        again = decide(plan, states)
        assert ((), ()) == (again.start, again.skip)
        running = [handle for handle in handles if states.get(handle) == "running"]
        ended = data.draw(st.sampled_from(running), "ended")
        states[ended] = "succeeded" if outcomes[ended] else "failed"
    states |= skipped(decision)
    known: dict[str, bool] = {}
    expected = {handle for handle in handles if ran(plan, outcomes, handle, known)}
    assert len(started) == len(set(started))
    assert expected == set(started)
    assert {handle for handle in handles if states[handle] == "skipped"} == set(handles) - expected
    failed = any(not outcomes[handle] for handle in expected)
    assert ("failed" if failed else "complete") == decision.end


@given(plan=plans(), data=st.data())
def test_any_states_have_an_answer_that_touches_waiting_nodes_alone(plan, data):
    states = {node.handle: data.draw(st.sampled_from(get_args(NodeState))) for node in plan.nodes}
    decision = decide(plan, states)
    waiting = {handle for handle, state in states.items() if state == "waiting"}
    assert set(decision.start) | skipped(decision).keys() <= waiting
    assert not set(decision.start) & skipped(decision).keys()
    after = states | dict.fromkeys(decision.start, "running") | skipped(decision)
    assert ("running" in after.values()) == (decision.end is None)
    assert (decision.end in ("complete", "failed")) == (set(after.values()) <= ENDED)
