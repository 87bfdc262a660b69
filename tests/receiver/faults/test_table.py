"""The table of faults, its text, and the code agree."""

from __future__ import annotations

import itertools
import re
from inspect import cleandoc
from pathlib import Path
from textwrap import indent

import pytest

from hookproof_receiver import faults
from hookproof_receiver.faults.catalogue import ENTRIES, Entry
from hookproof_receiver.faults.grammar import PRELUDES, parse
from hookproof_receiver.faults.making import MAKERS

README = (Path(__file__).parents[3] / "receiver" / "README.md").read_text(encoding="utf-8")
CAUSES = {"timeout", "connection_reset", "protocol_error", "answer_too_large"}


def test_the_room_s_docstring_holds_the_table_that_is_printed() -> None:
    assert indent(faults.listing(), "    ") in cleandoc(faults.__doc__ or "")


def test_the_readme_holds_it_with_what_a_sender_makes_of_it() -> None:
    """Its third column is proved by the tests that send."""
    for entry in ENTRIES:
        outcomes = ", ".join(dict.fromkeys(entry.examples.values()))
        row = " | ".join(
            (f"`/{entry.form}`".replace("|", r"\|"), entry.does.replace("|", r"\|"), outcomes)
        )
        assert f"| {row} |\n" in README


def test_every_fault_of_the_code_is_a_line_of_the_table_and_the_other_way_round() -> None:
    named = {re.split(r"[/\[]", entry.form)[0] for entry in ENTRIES}

    assert named == {"STATUS", *PRELUDES, *MAKERS}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.form)
def test_every_alternative_has_an_example_and_every_example_is_taken(entry: Entry) -> None:
    alternatives = itertools.chain(*(part.split("|") for part in re.split(r"[/\[\]]", entry.form)))
    words = {word for path in entry.examples for word in path.split("/")}

    assert {word for word in alternatives if word and not re.search("[A-Z]", word)} <= words
    for path, outcome in entry.examples.items():
        (fault,) = parse(f"/{path}")
        assert path == fault.name
        assert outcome in CAUSES or outcome.isdigit()
