"""Forged and malleable signatures, and those that must verify all the same."""

from __future__ import annotations

import ast
import hashlib
import hmac
import inspect
import time
from base64 import b64encode
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from tests.shared.length_extension import extend
from tests.shared.vectors.form import FORMS, Form, Pairs
from tests.shared.vectors.vector import (
    BODY,
    HEADER,
    NOW,
    SECRET,
    T,
    header,
    mac,
    sha256,
    signature,
    with_mac,
)
from tests.shared.verdicts import verdict

from hookproof import BadConfiguration, Secret, SignatureMismatch, Signer, Verifier
from hookproof.schemes import decision
from hookproof.testing import FixedClock

M = signature()
KEY = SECRET.encode()
MESSAGE = T.encode() + b"." + BODY
BAD = ",sha256=" + "0" * 64


def _flipped(data: bytes) -> list[bytes]:
    """The same bytes with one bit changed: each bit in its turn."""
    whole = int.from_bytes(data)
    return [(whole ^ 1 << bit).to_bytes(len(data)) for bit in range(len(data) * 8)]


def _extended(digest: str, length: int) -> tuple[bytes, str]:
    glue, forged = extend(digest, length, b"&admin=1")
    return BODY + glue + b"&admin=1", with_mac(forged)


def _case(id: str, code: str, *requests: tuple[bytes, str]) -> Any:
    return pytest.param(code, requests, id=id)


@pytest.mark.parametrize(
    ("code", "requests"),
    [
        _case("SIG-1", "no_match", (BODY, header(key="another-secret"))),
        _case("SIG-2", "no_match", *((body, header()) for body in _flipped(BODY))),
        _case("SIG-3", "no_match", *((BODY, with_mac(m.hex())) for m in _flipped(bytes.fromhex(M)))),
        _case("SIG-4", "no_match", *((BODY + more, header()) for more in (b"x", b" ", b"\0"))),
        _case("SIG-5", "no_match", *((BODY[:end], header()) for end in range(len(BODY)))),
        _case("SIG-6", "no_match", *((BODY, with_mac(M, t)) for t in (str(NOW), T[:-3], "1", "0"))),
        _case("SIG-7", "no_match", (BODY, with_mac(mac(T.encode())))),
        _case("SIG-8", "no_match", (BODY, with_mac(mac(BODY)))),
        # One text, 12.3.4, is the time 12 and the body 3.4; no other time can be read out of it.
        _case("SIG-9/into the body", "no_match", (b"4", f"t=12,sha256={mac(b'12.3.4')}")),
        _case("SIG-9/into the time", "bad_timestamp", (b"4", f"t=12.3,sha256={mac(b'12.3.4')}")),
        *(
            _case(f"SIG-10/{length} digits", "malformed_header", (BODY, with_mac(M[:length])))
            for length in (63, 32, 8, 1, 0)
        ),
        _case("SIG-11", "malformed_header", *((BODY, with_mac(M + more)) for more in ("0", "00", M))),
        _case("SIG-12/upper", "malformed_header", (BODY, with_mac(M.upper()))),
        _case("SIG-12/mixed", "malformed_header", (BODY, with_mac(M[:32] + M[32:].upper()))),
        _case("SIG-13", "malformed_header", (BODY, with_mac(b64encode(bytes.fromhex(M)).decode()))),
        _case("SIG-14/before", "malformed_header", (BODY, with_mac("0x" + M))),
        _case("SIG-14/within", "malformed_header", (BODY, with_mac("0x" + M[:62]))),
        *(
            _case(f"SIG-15/{name}", "malformed_header", (BODY, with_mac(mac(MESSAGE, algorithm=name))))
            for name in ("sha1", "sha512", "md5")
        ),
        _case("SIG-15/cut", "no_match", (BODY, with_mac(mac(MESSAGE, algorithm="sha512")[:64]))),
        _case("SIG-16", "no_match", (BODY, with_mac(sha256(MESSAGE)))),
        _case(
            "SIG-17",
            "no_match",
            _extended(sha256(KEY + MESSAGE), len(KEY + MESSAGE)),
            _extended(M, 64 + len(MESSAGE)),
            _extended(M, 64 + 32),
        ),
        _case("SIG-18/signed", "no_match", *((BODY, header(key=KEY + end)) for end in (b"\n", b" "))),
        _case("SIG-29/five bad", "no_match", (BODY, f"t={T}{BAD * 5}")),
        _case("SIG-29/six, first good", "too_many_signatures", (BODY, f"t={T},sha256={M}{BAD * 5}")),
        _case("SIG-29/six, last good", "too_many_signatures", (BODY, f"t={T}{BAD * 5},sha256={M}")),
    ],
)
def test_a_forged_signature_is_refused(code: str, requests: tuple[tuple[bytes, str], ...]) -> None:
    assert [code] * len(requests) == [verdict(*request) for request in requests]


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
def test_the_length_extension_is_the_real_attack(algorithm: str) -> None:
    known = hashlib.new(algorithm, KEY + MESSAGE).hexdigest()
    glue, forged = extend(known, len(KEY + MESSAGE), b"&admin=1", algorithm)

    assert hashlib.new(algorithm, KEY + MESSAGE + glue + b"&admin=1").hexdigest() == forged


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("not-a-real-secret\n", id="SIG-18/newline"),
        pytest.param("not-a-real-secret ", id="SIG-18/space"),
        pytest.param(b"not-a-real-secret\r\n", id="SIG-18/line end"),
        pytest.param("", id="SIG-19/str"),
        pytest.param(b"", id="SIG-19/bytes"),
        pytest.param("not-a-real-secret\0", id="SIG-22/trailing"),
        pytest.param(b"\0not-a-real-secret", id="SIG-22/leading"),
        pytest.param(b"\0" * 64, id="SIG-22/nothing else"),
    ],
)
def test_a_secret_that_cannot_be_right_is_refused_at_the_start(value: str | bytes) -> None:
    for start in (
        lambda: Secret(value),
        lambda: Verifier(secrets=value),
        lambda: Signer(secrets=[value]),
    ):
        with pytest.raises(BadConfiguration, match=r"^the secret "):
            start()


@pytest.mark.parametrize(
    ("secret", "body"),
    [
        pytest.param("nicht-echt-Ünïcödé-秘密-🔑", BODY, id="SIG-20"),
        *(
            pytest.param("not-a-real-secret-".ljust(length, "x"), BODY, id=f"SIG-21/{length} bytes")
            for length in (63, 64, 65, 200)
        ),
        pytest.param(SECRET, b"\xff\xfe\x80caf\xe9", id="SIG-23"),
        pytest.param(SECRET, b"", id="SIG-24"),
        pytest.param(SECRET, bytes(1024) * 1024, id="SIG-25"),
    ],
)
def test_both_sides_and_the_standard_library_sign_alike(secret: str, body: bytes) -> None:
    made = hmac.new(secret.encode(), T.encode() + b"." + body, hashlib.sha256).hexdigest()
    signed = Signer(secrets=secret, clock=lambda: int(T) * 1_000_000).sign(body)

    assert {HEADER: f"t={T},sha256={made}"} == signed
    assert verdict(body, signed, secrets=secret) is None


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(f"t={T}{BAD},sha256={M}", id="SIG-29/second good"),
        pytest.param(f"t={T}{BAD * 4},sha256={M}", id="SIG-29/fifth good"),
        pytest.param(f"t={T},sha256={M},sha256={M}", id="SIG-29/twice"),
    ],
)
def test_any_of_five_signatures_will_do(value: str) -> None:
    assert verdict(BODY, value) is None


@pytest.mark.parametrize("case", [pytest.param(None, id="SIG-30/structure")])
def test_signatures_are_compared_by_compare_digest_alone(case: None) -> None:
    """The proof: the one module that decides knows no other comparison."""
    tree = ast.parse(Path(inspect.getfile(decision.decide)).read_text())
    compared = [node for node in ast.walk(tree) if isinstance(node, ast.Compare)]
    sizes = ["secrets == 1", "size == 0"]  # of the sentence

    assert vars(decision)["compare_digest"] is hmac.compare_digest
    assert sizes == [ast.unparse(node) for node in compared]


@pytest.mark.parametrize("form", [pytest.param(form, id=f"SIG-30/{form.name} time") for form in FORMS])
def test_a_first_and_a_last_wrong_digit_take_the_same_time(form: Form) -> None:
    """A coarse guard beside the proof: what a network adds hides far more than this could find."""
    clock = FixedClock(NOW / 1000)
    verifier = Verifier(form.name, secrets=form.secret, clock=clock)
    digest = form.digest(form.message(form.t, BODY))
    first = form.headers(form.write(bytes([digest[0] ^ 255]) + digest[1:]))
    last = form.headers(form.write(digest[:-1] + bytes([digest[-1] ^ 255])))

    def spent(headers: Pairs) -> int:
        start = time.perf_counter_ns()
        with pytest.raises(SignatureMismatch):
            verifier.verify(BODY, headers)
        return time.perf_counter_ns() - start

    def ratio() -> float:
        pairs = [(spent(first), spent(last)) for _ in range(3_400)]
        return median(one for one, _ in pairs) / median(other for _, other in pairs)

    assert any(abs(ratio() - 1) < 0.1 for _ in range(5))
