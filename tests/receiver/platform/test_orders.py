"""Recipe 4 mends what can be mended, and says what cannot."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.receiver.bare_server import eventually

from hookproof_receiver.platform.orders import cells
from hookproof_receiver.platform.orders.cleaning import Rejected, clean
from hookproof_receiver.platform.orders.making import make_table
from hookproof_receiver.platform.orders.recipe import profile, wrangle
from hookproof_receiver.platform.orders.regions import countries_of
from hookproof_receiver.platform.run import Run


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
    cleaned = clean([(2, row), (3, blank), (4, again)], countries_of("all"))
    assert ["Ada"] == [order["customer"] for order in cleaned.rows]
    assert [Rejected(4, "order_id", "is there twice")] == cleaned.rejected


PARAMETERS = {"region": "all", "rows": "2000", "seed": "4"}
_IMPORTS = (
    "from pathlib import Path; from hookproof_receiver.platform.run import Run; "
    "from hookproof_receiver.platform.orders.recipe import wrangle"
)


def _run(folder: Path, told: list[dict[str, object]], **parameters: str) -> Run:
    """A run of 2,000 rows, in a folder of its own."""
    work = folder / "-".join(["work", *parameters.values()])
    work.mkdir()
    run = Run(work, folder, {**PARAMETERS, **parameters}, told.append)
    wrangle(run)
    profile(run)
    return run


def test_every_row_is_in_one_of_the_two_tables_and_the_profile_counts_them(tmp_path: Path) -> None:
    told: list[dict[str, object]] = []
    folder = _run(tmp_path, told).folder
    with (tmp_path / "orders-2000-4.csv").open(encoding="utf-8-sig", newline="") as file:
        source = [row for row in csv.reader(file) if any(cell.strip() for cell in row)][1:]
    with (folder / "orders.csv").open(encoding="utf-8", newline="") as file:
        orders = list(csv.DictReader(file))
    with (folder / "rejected.csv").open(encoding="utf-8", newline="") as file:
        rejected = list(csv.DictReader(file))
    found = json.loads((folder / "profile.json").read_text())
    assert 2000 <= len(source) <= 2001
    assert len(source) == len(orders) + len(rejected)
    assert (len(orders), len(rejected)) == (found["rows"], found["rejected"])
    assert {"order_id", "ordered_on", "quantity", "unit_price"} == set(found["rejected_by_column"])
    assert {"AT", "DE", "FR", "GB", "NL", ""} == {row["country"] for row in orders}
    for column, counts in found["profilerTypeCheckHistograms"].items():
        assert ["VALID", "EMPTY", "INVALID"] == [one["key"] for one in counts]
        assert len(orders) == counts[0]["count"] + counts[1]["count"]
        assert counts[2]["count"] == found["rejected_by_column"].get(column, 0)
    assert len(orders) == found["profilerValidValueHistograms"]["order_id"]["ub"]
    assert len(orders) == sum(
        one["b"] for one in found["profilerValidValueHistograms"]["quantity"]["buckets"]
    )
    assert ["Integer"] == found["columnTypes"]["quantity"]
    assert {"wrote": "orders.csv", "rows": len(orders)} in told


def test_the_table_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    for name, seed in (("one", 4), ("again", 4), ("other", 5)):
        make_table(tmp_path / name, 500, seed)
    one, again, other = ((tmp_path / name).read_bytes() for name in ("one", "again", "other"))
    assert one == again != other


@pytest.mark.parametrize(
    ("region", "countries"),
    [
        pytest.param("EU", {"AT", "DE", "FR", "NL"}, id="EU"),
        pytest.param("uk", {"GB"}, id="UK"),
        pytest.param("fr", {"FR"}, id="a country"),
    ],
)
def test_a_region_leaves_the_others_out(tmp_path: Path, region: str, countries: set[str]) -> None:
    folder = _run(tmp_path, [], region=region).folder
    with (folder / "orders.csv").open(encoding="utf-8", newline="") as file:
        assert countries == {row["country"] for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        pytest.param({"region": "MARS"}, "region is all", id="no region"),
        pytest.param({"rows": "0"}, "rows is a whole number", id="no rows"),
        pytest.param({"rows": "1000001"}, "rows is a whole number", id="too many rows"),
        pytest.param(
            {"rows": "1".zfill(20) + "0" * 7}, "rows is a whole number", id="too many behind zeros"
        ),
        pytest.param({"seed": "x"}, "seed is a whole number", id="no seed"),
    ],
)
def test_a_parameter_that_cannot_be_ends_the_run(
    tmp_path: Path, parameters: dict[str, str], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        _run(tmp_path, [], **parameters)


def test_a_run_that_is_killed_leaves_nothing_that_all_runs_share(tmp_path: Path) -> None:
    data, work = tmp_path / "data", tmp_path / "work"
    data.mkdir()
    work.mkdir()
    run = f"Run(Path({str(work)!r}), Path({str(data)!r}), {PARAMETERS | {'rows': '1000000'}}, print)"
    process = subprocess.Popen([sys.executable, "-c", f"{_IMPORTS}; wrangle({run})"])
    try:
        eventually(lambda: any(file.stat().st_size for file in [*data.iterdir(), *work.iterdir()]))
    finally:
        process.kill()
        process.wait()
    assert [] == list(data.iterdir())
