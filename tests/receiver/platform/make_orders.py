"""Writes the messy table that recipe 4 cleans: `python -m tests.receiver.platform.make_orders`."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import hookproof_receiver.platform.orders as room

PATH = Path(room.__file__).with_name("orders.csv")

_FIRST = ["Ada", "Björn", "Chloé", "Dirk", "Elif", "Femke", "Grace", "Hugo", "Inès", "Jan"]
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


def table(seed: int = 4) -> bytes:
    """The file, the same for the same seed."""
    chance = random.Random(seed)
    rows: list[list[str]] = []
    for number in range(1, 301):
        row = _order(number, chance)
        rows.append(row)
        if chance.random() < 0.1:
            rows.append([_messed(cell, chance) for cell in row])  # there twice, written differently
        if chance.random() < 0.05:
            rows.append(chance.choice([[], [""] * 8, [" "] * 8]))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(
        ["order_id", "customer", "email", "country", "ordered_on", "quantity", "unit_price", "state"]
    )
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def _order(number: int, chance: random.Random) -> list[str]:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    code = chance.choice(list(_COUNTRIES))
    row = [
        f"SO-{number:04}",
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
    PATH.write_bytes(table())
