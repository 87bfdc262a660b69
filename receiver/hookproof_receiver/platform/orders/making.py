"""Makes the messy table that recipe 4 cleans: the same for the same seed.

python -m hookproof_receiver.platform.orders.making orders.csv --rows 10000 --seed 4
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .cleaning import COLUMNS

_FIRST = ["Ada", "Björn", "Chloé", "Dirk", "Elif", "Femke", "Grace", "Hugo", "Inès", "Łukasz", "李娜"]
_LAST = ["de Vries", "Dupont", "Huber", "Lovelace", "Müller", "O'Neil", "Schmidt, Dr.", "Weiß"]
_COUNTRIES = {
    "AT": "Austria",
    "DE": "Germany",
    "FR": "France",
    "GB": "United Kingdom",
    "NL": "Netherlands",
}
_STATES = ["new", "paid", "shipped", "shipped", "shipped", "cancelled"]
_NOTHING = ["", "n/a", "-", "NULL", "  "]
_BAD_DATES = ["31.02.2025", "2025-13-01", "yesterday", "00/00/2025", "2025-02-29", ""]
_BAD_PRICES = ["1,234", "free", "12..50", "-5,00", "1.234.567"]
_BAD_QUANTITIES = ["0", "two", "-1", "1.5", ""]


def make_table(path: Path, rows: int, seed: int) -> None:
    """Write the file, as a whole or not at all.

    Args:
        path: where; what is there is replaced.
        rows: how many that are not blank, at least; one order more may be there twice.
        seed: of what is odd in it.
    """
    descriptor, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow(COLUMNS)
            writer.writerows(_rows(rows, random.Random(seed)))  # noqa: S311  (no secret comes of it)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink()
        raise


def _rows(rows: int, chance: random.Random) -> Iterator[list[str]]:
    made = number = 0
    while made < rows:
        number += 1
        row = _order(number, chance)
        yield row
        made += 1
        if chance.random() < 0.1:
            yield [_messed(cell, chance) for cell in row]  # there twice, written differently
            made += 1
        if chance.random() < 0.05:
            yield chance.choice([[], [""] * 8, [" "] * 8])


def _order(number: int, chance: random.Random) -> list[str]:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    code = chance.choice(list(_COUNTRIES))
    row = [
        f"SO-{number:05}",
        f"{first} {last}",
        f"{first}.{last.split(',')[0].split()[-1]}@example.com".lower(),
        chance.choice([code, code, _COUNTRIES[code]]),
        _date(chance),
        str(chance.randint(1, 12)),
        _price(chance),
        chance.choice(_STATES),
    ]
    for place, odds, bad in (
        (2, 0.08, _NOTHING),
        (3, 0.06, _NOTHING),
        (4, 0.04, _BAD_DATES),
        (5, 0.03, _BAD_QUANTITIES),
        (6, 0.03, _BAD_PRICES),
    ):
        if chance.random() < odds:
            row[place] = chance.choice(bad)
    return [_messed(cell, chance) if chance.random() < 0.25 else cell for cell in row]


def _date(chance: random.Random) -> str:
    year, month, day = 2025, chance.randint(1, 12), chance.randint(1, 28)
    return chance.choice(
        [
            f"{year}-{month:02}-{day:02}",
            f"{day:02}.{month:02}.{year}",
            f"{day}.{month}.{year}",
            f"{day:02}/{month:02}/{year}",
        ]
    )


def _price(chance: random.Random) -> str:
    cents = chance.choice([chance.randint(99, 9_999), chance.randint(100_000, 250_000)])
    plain = f"{cents // 100}.{cents % 100:02}"
    grouped = f"{cents / 100:,.2f}"
    swapped = grouped.translate(str.maketrans(",.", ".,"))
    return chance.choice(
        [plain, plain.replace(".", ","), grouped, swapped, f"€ {plain}", f"{swapped} EUR"]
    )


def _messed(cell: str, chance: random.Random) -> str:
    changed = cell if "EUR" in cell else chance.choice([cell.upper(), cell.lower(), cell.title(), cell])
    return chance.choice([f" {changed}", f"{changed}  ", changed, changed.replace(" ", "  ")])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make a messy table of orders.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=4)
    given = parser.parse_args()
    make_table(given.path, given.rows, given.seed)
