"""The grammar of the header, from every side."""

from __future__ import annotations

import pytest
from tests.shared.vectors.vector import BODY, HEADER, T, as_bytes, header, signature
from tests.shared.verdicts import verdict
from tests.work import work

M = signature()
KIB = 1024
FULLWIDTH = T.translate({ord("0") + n: 0xFF10 + n for n in range(10)})


@pytest.mark.parametrize(
    ("code", "value"),
    [
        pytest.param("malformed_header", "", id="HDR-1"),
        pytest.param("malformed_header", ",", id="HDR-2"),
        pytest.param("malformed_header", f"t{T}sha256{M}", id="HDR-3/whole"),
        pytest.param("malformed_header", f"{header()},x", id="HDR-3/element"),
        pytest.param("malformed_header", f"t={T}", id="HDR-4"),
        pytest.param("malformed_header", f"sha256={M}", id="HDR-5"),
        pytest.param("duplicate_element", f"t={T},t={T},sha256={M}", id="HDR-6/same"),
        pytest.param("duplicate_element", f"t={T},sha256={M},t=1", id="HDR-6/first good"),
        pytest.param("duplicate_element", f"t=1,sha256={M},t={T}", id="HDR-6/last good"),
        pytest.param(None, f"v2=x,t={T},v2=y,sha256={M},v=", id="HDR-7"),
        pytest.param(None, f"sha256={M},t={T}", id="HDR-8"),
        pytest.param(None, f"t={T}, sha256={M},   x=1", id="HDR-9/after the comma"),
        pytest.param("malformed_header", f"t={T} ,sha256={M}", id="HDR-9/before it"),
        pytest.param("malformed_header", f" {header()}", id="HDR-9/in front"),
        pytest.param("malformed_header", f"{header()} ", id="HDR-9/behind"),
        pytest.param("malformed_header", f"t= {T},sha256={M}", id="HDR-9/after the ="),
        pytest.param("malformed_header", f"{header()},", id="HDR-10/comma"),
        pytest.param("malformed_header", f"{header()}, ", id="HDR-10/comma and space"),
        pytest.param("malformed_header", f"T={T},sha256={M}", id="HDR-11/T"),
        pytest.param("malformed_header", f"t={T},SHA256={M}", id="HDR-11/SHA256"),
        pytest.param("malformed_header", f'"{header()}"', id="HDR-12/whole"),
        pytest.param("bad_timestamp", f't="{T}",sha256={M}', id="HDR-12/time"),
        pytest.param("malformed_header", f't={T},sha256="{M}"', id="HDR-12/signature"),
        pytest.param("bad_timestamp", f"t==1,sha256={signature('=1')}", id="HDR-13/=1"),
        pytest.param("bad_timestamp", f"t=={T},sha256={signature('=' + T)}", id="HDR-13/= and a time"),
        *(
            pytest.param("malformed_header", value, id=f"HDR-14/{name} {place}")
            for name, character in (("tab", "\t"), ("NUL", "\0"), ("CR", "\r"), ("LF", "\n"))
            for place, value in (
                ("inside", f"t={T},{character}sha256={M}"),
                ("in the time", f"t={T[:6]}{character}{T[6:]},sha256={M}"),
                ("behind", f"{header()}{character}"),
            )
        ),
        pytest.param("malformed_header", f"{header()},x=\xe9", id="HDR-15/latin-1"),
        pytest.param("malformed_header", f"{header()},x={as_bytes('é🎉')}", id="HDR-15/UTF-8 bytes"),
        pytest.param("malformed_header", f"{header()},x=🎉", id="HDR-15/decoded UTF-8"),
        pytest.param("malformed_header", f"t={T},sha256=é{M[1:]}", id="HDR-15/in the signature"),
        pytest.param("malformed_header", f"t={FULLWIDTH},sha256={M}", id="HDR-16/decoded"),
        pytest.param("malformed_header", f"t={as_bytes(FULLWIDTH)},sha256={M}", id="HDR-16/bytes"),
        pytest.param("malformed_header", "a" * 4 * KIB, id="HDR-17/a letter"),
        pytest.param("malformed_header", f"{header()},x=".ljust(4 * KIB + 1, "x"), id="HDR-17/4 KiB"),
        *(
            pytest.param("malformed_header", f"{header()},x=".ljust(n * KIB, "x"), id=f"HDR-17/{n} KiB")
            for n in (16, 64, 300)
        ),
        pytest.param("malformed_header", f"t={T},v1={M}", id="HDR-24/v1"),
        pytest.param("malformed_header", f"t={T},v1={M},v0={M}", id="HDR-24/v1 and v0"),
    ],
)
def test_a_header_gets_its_verdict(code: str | None, value: str) -> None:
    assert code == verdict(BODY, value)


@pytest.mark.parametrize(
    "element",
    [
        pytest.param("x=1", id="HDR-18/unknown"),
        pytest.param(f"sha256={'0' * 64}", id="HDR-18/sha256"),
        pytest.param("t=1", id="HDR-18/t"),
        pytest.param("", id="HDR-18/empty"),
    ],
)
def test_a_hundred_thousand_elements_are_refused_unread(element: str) -> None:
    value = ",".join([header(), *[element] * 100_000])
    spent = work(lambda: verdict(BODY, value))

    assert verdict(BODY, value) == "malformed_header"
    assert spent.lines < 500
    assert spent.memory < len(value) + 100 * KIB  # not its parts, each of which is more


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, id=f"HDR-25/{name}")
        for name in (HEADER, HEADER.lower(), HEADER.upper(), "x-wEBHOOK-sIGNATURE")
    ],
)
def test_the_header_has_its_name_in_any_case(name: str) -> None:
    value = header()

    assert verdict(BODY, {name: value}) is None
    assert verdict(BODY, [(name, value)]) is None
    assert verdict(BODY, [(name.encode(), value.encode())]) is None
