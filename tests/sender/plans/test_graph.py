"""Drawings of a plan and of its runs: every node and edge once, and no text that acts on its reader."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sender.plans.made import SAY, plans

from hookproof_sender import HttpTask
from hookproof_sender.plans import Edge, FlowTask, Node, Plan
from hookproof_sender.plans.mermaid import escaped, mermaid
from hookproof_sender.plans.text_graph import text_graph

SLACK = HttpTask(
    method="post", url="https://hooks.slack.com/services/T0/B0/s3cr3t", body='{"text": ""}'
)
PLAN = Plan(
    "Nightly",
    None,
    (
        Node("b7", "Clean the orders", FlowTask(None, 4)),
        Node("zj", "Tell the shop", HttpTask(method="post", url="https://shop.example.com:8443/a?b=c")),
        Node("s1", "Say it", SLACK, "any"),
        Node("f1", "All", FlowTask(1, None)),
    ),
    (Edge("b7", "zj", "success"), Edge("b7", "s1", "failure"), Edge("zj", "s1", "always")),
)


def test_a_plan_in_text_has_its_nodes_by_rank_and_what_leads_on_from_each():
    assert [
        "1  b7  Clean the orders  recipe 4",
        "   ├─ success → zj",
        "   └─ failure → s1",
        "   f1  All               flow 1",
        "2  zj  Tell the shop     POST shop.example.com:8443",
        "   └─ always → s1",
        "3  s1  Say it            POST hooks.slack.com, after any of 2",
    ] == text_graph(PLAN).splitlines()


def test_a_plan_is_a_flowchart_of_mermaid():
    assert [
        "flowchart LR",
        '    n_b7[["Clean the orders<br/>b7, recipe 4"]]',
        '    n_zj["Tell the shop<br/>zj, POST shop.example.com#58;8443"]',
        '    n_s1["Say it<br/>s1, POST hooks.slack.com<br/>after any"]',
        '    n_f1[["All<br/>f1, flow 1"]]',
        '    n_b7 -->|"success"| n_zj',
        '    n_b7 -.->|"failure"| n_s1',
        '    n_zj ==>|"always"| n_s1',
    ] == mermaid(PLAN).splitlines()


@pytest.mark.parametrize("draw", [mermaid, text_graph])
def test_no_drawing_holds_what_a_url_holds_in_secret(draw):
    assert "s3cr3t" not in draw(PLAN)
    assert "b=c" not in draw(PLAN)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ('"--> x["', "#34;--#62; x#91;#34;"),
        ("<b>&amp;", "#60;b#62;#38;amp#59;"),
        ("`x` **y** _z_", "#96;x#96; #42;#42;y#42;#42; #95;z#95;"),
        ("1. Clean", "#49;. Clean"),
        ("- list", "#45; list"),
        ("style a:#fff;", "style a#58;#35;fff#59;"),
        ("a$$b\\n fa:x", "a#36;#8203;#36;b#92;#8203;n fa#8203;#58;x"),
        ("Größe, (2/3)", "Größe, (2/3)"),
    ],
)
def test_a_name_is_coded_where_mermaid_would_read_it(name, code):
    assert code == escaped(name)


@given(plan=plans(), name=st.text(max_size=20))
def test_each_node_and_edge_is_drawn_once_whatever_its_name(plan, name):
    first, *rest = plan.nodes
    named = Plan("Any", None, (Node(first.handle, name, SAY, first.join), *rest), plan.edges)
    lines = mermaid(named).splitlines()
    assert len(named.nodes) == sum(bool(re.match(r'    n_\w\w\["[^"]*"\]$', line)) for line in lines)
    arrow = r'    n_\w\w (-->|-\.->|==>)\|"[^"]*"\| n_\w\w$'
    assert len(named.edges) == sum(bool(re.match(arrow, line)) for line in lines)
    text = text_graph(named)
    assert len(named.nodes) + len(named.edges) == len(text.split("\n"))
    assert len(named.edges) == len(re.findall(r"^ +[├└]─ .* → \w\w$", text, re.MULTILINE))
    assert text.replace("\n", "").isprintable()
