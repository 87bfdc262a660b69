"""`hookproof snippet`: prints one, lists all, and names the nearest."""

import json

import pytest
from tests.examples.verify.running import SNIPPETS as FOLDER
from tests.in_process import run_here

from hookproof_runtime.commands.snippet import SNIPPETS


@pytest.mark.parametrize("name", SNIPPETS)
def test_it_prints_the_file_as_it_is(name):
    run = run_here("snippet", name)

    assert 0 == run.returncode, run.stderr
    assert (FOLDER / SNIPPETS[name].file).read_bytes() == run.stdout


def test_alone_it_lists_every_one():
    run = run_here("snippet")

    assert list(SNIPPETS) == [line.split()[0] for line in run.stdout.decode().splitlines()]


def test_as_json_it_gives_the_text_and_the_list():
    one, all_of_them = run_here("snippet", "go", "--json"), run_here("snippet", "--json")

    assert (FOLDER / "go/hook.go").read_text() == json.loads(one.stdout)["text"]
    assert list(SNIPPETS) == [row["name"] for row in json.loads(all_of_them.stdout)["snippets"]]


@pytest.mark.parametrize(
    ("asked", "given"),
    [("JavaScript", "node"), ("C#", "csharp"), ("bash", "shell"), ("TypeScript", "bun")],
)
def test_it_knows_the_other_names_of_a_language(asked, given):
    assert (FOLDER / SNIPPETS[given].file).read_bytes() == run_here("snippet", asked).stdout


@pytest.mark.parametrize(
    ("asked", "hint"),
    [("pyton", "did you mean 'python'?"), ("cobol", "`hookproof snippet` lists them")],
)
def test_an_unknown_language_is_answered_with_the_nearest(asked, hint):
    run = run_here("snippet", asked)

    assert 2 == run.returncode
    assert hint in run.stderr.decode()
