"""`hookproof plan check`, `graph` and `schema`."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from hookproof_runtime.command_line.main import main
from hookproof_runtime.command_line.root import root

SAMPLES = Path(__file__).parents[1] / "plans" / "samples"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for sample in SAMPLES.iterdir():
        shutil.copy(sample, tmp_path)
    return tmp_path


def plan(*words):
    done = CliRunner().invoke(root, ["plan", *words], standalone_mode=False)
    assert done.exception is None
    return done


def change(folder, before, after):
    """Another plan, with one thing changed."""
    text = (folder / "nightly.toml").read_text()
    assert before in text
    (folder / "other.toml").write_text(text.replace(before, after))
    return "other.toml"


def test_a_plan_that_is_good_is_said_to_be():
    done = plan("check", "nightly.toml")
    assert (0, "nightly.toml: nothing to mend\n") == (done.return_value, done.stdout)
    assert "0 errors, 0 warnings\n" == done.stderr


@pytest.mark.rule("P-PLAN-3", "P-PLAN-12")
def test_all_of_all_plans_comes_at_once_and_an_error_is_a_no(folder):
    other = change(folder, 'source = "b7"', 'source = "b8"')
    done = plan("check", "nightly.toml", other, "missing.toml")
    assert [
        "nightly.toml: nothing to mend",
        "other.toml: edges[0].source: error: there is no node with the handle 'b8'; did you mean 'b7'? "
        "[refused]",
        "other.toml: edges[2].source: error: there is no node with the handle 'b8'; did you mean 'b7'? "
        "[refused]",
        "missing.toml: error: the plan's file missing.toml cannot be read: No such file or directory "
        "[unreadable]",
    ] == done.stdout.splitlines()
    assert (1, "3 errors, 0 warnings\n") == (done.return_value, done.stderr)


@pytest.mark.parametrize(("words", "level", "code"), [([], "warning", 0), (["--strict"], "error", 1)])
def test_strict_turns_warnings_into_errors(folder, words, level, code):
    done = plan(
        "check", change(folder, 'source = "b7"\ntarget = "zj"', 'source = "b7"\ntarget = "s1"'), *words
    )
    assert code == done.return_value
    assert (
        f"other.toml: zj.body: {level}: line 1, column 50: $flow_b7 is not before this node"
        in done.stdout
    )


@pytest.mark.rule("P-PLAN-13")
def test_the_names_in_reach_are_said_by_node():
    lines = plan("check", "nightly.toml", "--names").stdout.splitlines()
    at = lines.index("zj  Tell the shop")
    assert [
        "    $plan     .name .duration .startTime .runId .user .taskCount .id .url",
        "    $flow_b7  .name .status .duration .startTime .endTime .jobId and its outputs by name: "
        "['OUTPUT'].name .status .jobId .duration .rowCount .files",
        "s1  Say that it is done",
    ] == lines[at + 1 : at + 4]


@pytest.mark.rule("P-PLAN-13")
def test_json_is_one_document_with_findings_and_names(folder):
    other = change(folder, "[platform]", "[platforms]")
    document = json.loads(plan("check", "nightly.toml", other, "--json").stdout)
    good, bad = document["plans"]
    assert (1, 1, 0) == (document["schema"], document["errors"], document["warnings"])
    assert {"file", "findings", "nodes"} == good.keys()
    by_handle = {node["handle"]: node for node in good["nodes"]}
    assert "$http_zj.response.json" in by_handle["s1"]["names"]
    assert ("Tell the shop", ["b7"]) == (by_handle["zj"]["name"], by_handle["zj"]["outputs_of"])
    assert [] == bad["nodes"]
    (first, *_) = bad["findings"]
    assert {"code", "level", "key", "sentence", "cure"} == first.keys()


@pytest.mark.rule("P-PLAN-10")
def test_a_platform_that_is_this_machine_is_refused_until_what_is_said_is_added(folder):
    words = ["check", "nightly.toml", "--connect-to", "www.example.com:3005:127.0.0.1:3005"]
    done = plan(*words)
    line = r"allowedUrlRegexes = ['^http://www\.example\.com:3005/v4([/?].*)?$']"
    assert "nightly.toml: platform.url: warning: 127.0.0.1 lies in 127.0.0.0/8" in done.stdout
    assert f"{line} under [sender] in hookproof.toml would allow it [forbidden_target]" in done.stdout
    (folder / "hookproof.toml").write_text(f"[sender]\n{line}\n")
    assert "nightly.toml: nothing to mend\n" == plan(*words).stdout


def test_a_graph_is_text_or_mermaid():
    text = plan("graph", "nightly.toml").stdout
    assert "1  b7  Clean the orders     recipe 4\n   ├─ success → zj\n" in text
    assert plan("graph", "nightly.toml", "--format", "mermaid").stdout.startswith("flowchart LR\n")


def test_what_a_file_holds_cannot_act_on_the_terminal(folder):
    other = change(folder, 'name = "Clean the orders"', 'name = "\\u001b[31m\\n"')
    for words in (
        ["graph"],
        ["graph", "--format", "mermaid"],
        ["check", "--names"],
        ["check", "--json"],
    ):
        assert "\x1b" not in plan(*words, other).stdout


@pytest.mark.parametrize(
    ("words", "example"),
    [
        (["check"], "hookproof plan check nightly.toml"),
        (["graph", "a", "--format", "dot"], "hookproof plan graph nightly.toml"),
        (["schema", "a"], "hookproof plan schema"),
    ],
)
def test_a_wrong_command_ends_with_a_line_that_works(capsys, words, example):
    with pytest.raises(SystemExit) as left:
        main(["plan", *words])
    assert 2 == left.value.code
    assert f"for example: {example}" in capsys.readouterr().err


def test_a_plan_that_cannot_be_read_is_not_drawn(capsys, folder):
    with pytest.raises(SystemExit) as left:
        main(["plan", "graph", change(folder, 'target = "zj"', 'target = "zk"')])
    assert 2 == left.value.code
    assert (
        "other.toml: edges[0].target: there is no node with the handle 'zk'" in capsys.readouterr().err
    )
