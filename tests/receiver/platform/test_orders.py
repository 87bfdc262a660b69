"""Recipe 4 mends what can be mended, and says what cannot."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.receiver.platform.make_orders import PATH, table

from hookproof_receiver.platform.orders import cells
from hookproof_receiver.platform.orders.cleaning import Rejected, clean
from hookproof_receiver.platform.orders.recipe import profile, wrangle


def test_the_shipped_table_is_what_the_script_writes() -> None:
    assert table() == PATH.read_bytes()


@pytest.mark.parametrize(
    ("mend", "cell", "clean"),
    [
        pytest.param(cells.text, "  a \t b ", "a b", id="blanks"),
        pytest.param(cells.text, " N/A ", "", id="nothing, in words"),
        pytest.param(cells.email, " Ada@Example.COM", "ada@example.com", id="an address in capitals"),
        pytest.param(cells.email, "-", "", id="no address"),
        pytest.param(cells.country, "germany", "DE", id="a country by name"),
        pytest.param(cells.country, " nl ", "NL", id="a country in small letters"),
        pytest.param(cells.state, "SHIPPED", "shipped", id="a state in capitals"),
        pytest.param(cells.day, "2025-03-09", "2025-03-09", id="a date"),
        pytest.param(cells.day, "9.3.2025", "2025-03-09", id="a date with the day first"),
        pytest.param(cells.day, "09/03/2025", "2025-03-09", id="a date with strokes"),
        pytest.param(cells.day, "29.02.2024", "2024-02-29", id="a leap day"),
        pytest.param(cells.quantity, " 012 ", "12", id="a quantity"),
        pytest.param(cells.price, "12", "12.00", id="a whole price"),
        pytest.param(cells.price, "12,5", "12.50", id="a decimal comma"),
        pytest.param(cells.price, "12.50", "12.50", id="a decimal point"),
        pytest.param(cells.price, "1.234,50", "1234.50", id="thousands with points"),
        pytest.param(cells.price, "1,234.50", "1234.50", id="thousands with commas"),
        pytest.param(cells.price, "1,234,567.5", "1234567.50", id="a million"),
        pytest.param(cells.price, "€  99.00", "99.00", id="a currency before"),
        pytest.param(cells.price, "1.234,50 EUR", "1234.50", id="a currency after"),
    ],
)
def test_what_was_meant_is_found(mend: Callable[[str], str], cell: str, clean: str) -> None:
    assert clean == mend(cell)


@pytest.mark.parametrize(
    ("mend", "cell", "why"),
    [
        pytest.param(cells.needed, " - ", "missing", id="nothing where something is needed"),
        pytest.param(cells.email, "ada at example", "no address", id="no address"),
        pytest.param(cells.country, "Atlantis", "no country", id="no country"),
        pytest.param(cells.state, "lost", "no state", id="no state"),
        pytest.param(cells.day, "31.02.2025", "no calendar", id="a day that is not"),
        pytest.param(cells.day, "2025-02-29", "no calendar", id="no leap year"),
        pytest.param(cells.day, "yesterday", "no date", id="a date in words"),
        pytest.param(cells.day, "٠٩.٠٣.٢٠٢٥", "no date", id="digits of another script"),
        pytest.param(cells.quantity, "0", "no quantity", id="none"),
        pytest.param(cells.quantity, "1.5", "no quantity", id="a part"),
        pytest.param(cells.quantity, "²", "no quantity", id="a superscript"),
        pytest.param(cells.price, "1,234", "two ways", id="a thousand or one and a bit"),
        pytest.param(cells.price, "1.234.567", "two ways", id="no decimals to tell by"),
        pytest.param(cells.price, "-5,00", "no price", id="below zero"),
        pytest.param(cells.price, "12..50", "no price", id="two points"),
    ],
)
def test_what_cannot_be_known_is_not_guessed(mend: Callable[[str], str], cell: str, why: str) -> None:
    with pytest.raises(cells.CannotMend, match=why):
        mend(cell)


def test_the_first_of_an_order_stays_and_blank_rows_are_nothing() -> None:
    row = dict(
        order_id="so-1", customer="Ada", email="", country="", ordered_on="1.2.2025",
        quantity="1", unit_price="1", state="new",
    )  # fmt: skip
    again = row | {"order_id": " SO-1", "customer": "ADA"}
    blank = dict.fromkeys(row, " ")
    cleaned = clean([(2, row), (3, blank), (4, again)])
    assert ["Ada"] == [order["customer"] for order in cleaned.rows]
    assert [Rejected(4, "order_id", "is there twice")] == cleaned.rejected


def test_the_whole_table(tmp_path: Path) -> None:
    """Every row that is not blank is in one of the two tables, and the profile counts them."""
    wrangle(tmp_path)
    profile(tmp_path)
    with PATH.open(encoding="utf-8-sig", newline="") as file:
        source = [row for row in csv.reader(file) if any(cell.strip() for cell in row)][1:]
    with (tmp_path / "orders.csv").open(encoding="utf-8", newline="") as file:
        orders = list(csv.DictReader(file))
    with (tmp_path / "rejected.csv").open(encoding="utf-8", newline="") as file:
        rejected = list(csv.DictReader(file))
    found = json.loads((tmp_path / "profile.json").read_text())
    assert (331, 274, 57) == (len(source), len(orders), len(rejected))
    assert (274, 57) == (found["rows"], found["rejected"])
    assert {"order_id": 28, "ordered_on": 13, "quantity": 10, "unit_price": 6} == found[
        "rejected_by_column"
    ]
    assert 274 == found["columns"]["order_id"]["distinct"]
    assert {"AT", "DE", "FR", "GB", "NL", ""} == {row["country"] for row in orders}
    lines = PATH.read_text(encoding="utf-8-sig").splitlines()
    assert all("SO-" in lines[int(row["line"]) - 1].upper() for row in rejected)
