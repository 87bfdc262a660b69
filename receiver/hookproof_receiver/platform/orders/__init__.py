"""Recipe 4: a shop's orders, exported by hand from three systems, made into one clean table.

What is wrong in the table that `making` makes, of some 10,000 rows:

- a byte order mark; lines that are blank or hold only blanks and commas;
- names in capitals (left so: nobody can know), blanks around cells and inside them, `n/a`,
  `-` and `NULL` for nothing;
- e-mail addresses, countries and states in any case, countries by name or by code;
- dates as `2025-03-09`, `09.03.2025` and `09/03/2025` (the day first); some that no calendar has,
  some in words, some missing;
- prices with a decimal comma, with a decimal point, with thousands either way, with a currency;
- orders that are there twice, written differently;
- quantities that are none.

`wrangle` writes `orders.csv`, and `rejected.csv` with the line and the reason of what could not be
mended; `profile` writes `profile.json`, counted from those two. Its run parameters: `region` (`all`,
`EU`, `UK` or a country's code), `rows` and `seed` of the table.
"""
