"""Another text was signed, by another hash, or the signature is written otherwise."""

from __future__ import annotations

import base64
import hashlib
import json
from itertools import count

import pytest

from hookproof.testing import SECRET, signed_headers

from .asking import HEADER, TIME, Fault, ask, clock, digest, guessed, header, plain, proved

BODY = b'{"order":4}'
GOOD = digest(f"{TIME}.".encode() + BODY)
STANDARD = "whsec_" + base64.b64encode(b"a key of twenty-four bytes, or more").decode()
STANDARD_KEY = base64.b64decode(STANDARD[6:])


def signed(text: bytes) -> dict[str, str]:
    return {HEADER: f"t={TIME},sha256={digest(text)}"}


def written(signature: str) -> dict[str, str]:
    return {HEADER: f"t={TIME},sha256={signature}"}


def spelled(prefix: str, text: str, suffix: str = "") -> bytes:
    return f"{prefix}{text}{suffix}".encode()


RAW = bytes.fromhex(GOOD)
SECONDS = TIME[:-3]
STEM = f"{TIME}.".encode()

CASES = [
    pytest.param(
        signed(f"{SECONDS}.".encode() + BODY), "signed_time_unit", id="signed_time_unit/seconds"
    ),
    pytest.param(
        signed(f"{SECONDS}.0.".encode() + BODY), "signed_time_unit", id="signed_time_unit/time.time()"
    ),
    pytest.param(
        {HEADER: f"t={SECONDS},sha256={digest(f'{TIME}.'.encode() + BODY)}"},
        "signed_time_unit",
        id="signed_time_unit/milliseconds",
    ),
    pytest.param(signed(TIME.encode() + BODY), "signed_separator", id="signed_separator/none"),
    pytest.param(signed(f"{TIME}:".encode() + BODY), "signed_separator", id="signed_separator/colon"),
    pytest.param(
        signed(f"{TIME}\n".encode() + BODY), "signed_separator", id="signed_separator/line feed"
    ),
    pytest.param(signed(BODY), "signed_body_alone", id="signed_body_alone"),
    pytest.param(signed(TIME.encode()), "signed_time_alone", id="signed_time_alone"),
    pytest.param(signed(BODY + f".{TIME}".encode()), "signed_order", id="signed_order/body first"),
    pytest.param(signed(f"t={TIME}.".encode() + BODY), "signed_element", id="signed_element"),
    pytest.param(signed(STEM + plain(BODY).encode()), "signed_body_digest", id="signed_body_digest"),
    pytest.param(
        signed(f"v0:{TIME}:".encode() + BODY),
        "signed_as_other_scheme",
        id="signed_as_other_scheme/Slack",
    ),
    pytest.param(written(digest(STEM + BODY, hash_name="sha1")), "hash_other", id="hash_other/SHA-1"),
    pytest.param(
        written(digest(STEM + BODY, hash_name="sha512")), "hash_other", id="hash_other/SHA-512"
    ),
    pytest.param(written(digest(STEM + BODY, hash_name="md5")), "hash_other", id="hash_other/MD5"),
    pytest.param(
        written(digest(STEM + BODY, hash_name="sha384")), "hash_other", id="hash_other/SHA-384"
    ),
    pytest.param(written(plain(BODY)), "hash_without_key", id="hash_without_key/body"),
    pytest.param(written(plain(STEM + BODY)), "hash_without_key", id="hash_without_key/no secret"),
    pytest.param(
        written(plain(SECRET.encode() + BODY)), "hash_without_key", id="hash_without_key/in front"
    ),
    pytest.param(
        written(hashlib.sha1(BODY + SECRET.encode()).hexdigest()),
        "hash_without_key",
        id="hash_without_key/SHA-1",
    ),
    pytest.param(written(GOOD.upper()), "signature_upper_case", id="signature_upper_case"),
    pytest.param(written("0x" + GOOD), "signature_0x", id="signature_0x"),
    pytest.param(written(RAW.hex(":")), "signature_colons", id="signature_colons"),
    pytest.param(written(base64.b64encode(RAW).decode()), "signature_base64", id="signature_base64"),
    pytest.param(
        written(base64.urlsafe_b64encode(RAW).decode().rstrip("=")),
        "signature_base64",
        id="signature_base64/url",
    ),
    pytest.param(
        written(base64.b64encode(GOOD.encode()).decode()),
        "signature_base64_of_hex",
        id="signature_base64_of_hex",
    ),
    pytest.param(written(GOOD[:32]), "signature_truncated", id="signature_truncated/half"),
    pytest.param(written(GOOD[:62]), "signature_truncated", id="signature_truncated/two digits lost"),
]


@pytest.mark.parametrize(("headers", "code"), CASES)
def test_what_was_signed_and_how_is_proved(headers: dict[str, str], code: str) -> None:
    codes = proved(ask(Fault(BODY, headers, ())))
    assert {code} <= set(codes) <= {code, "signed_body_alone"}  # a plain hash may lack the time, too


def standard(signature: str) -> dict[str, str]:
    return {"webhook-id": "msg_1", "webhook-timestamp": SECONDS, "webhook-signature": signature}


def standard_mac(text: str, key: bytes = STANDARD_KEY) -> bytes:
    return bytes.fromhex(digest(text.encode() + BODY, key))


@pytest.mark.parametrize(
    ("signature", "code"),
    [
        pytest.param(standard_mac(f"msg_1.{SECONDS}.").hex(), "signature_hex", id="signature_hex"),
        pytest.param(
            base64.urlsafe_b64encode(standard_mac(f"msg_1.{SECONDS}.")).decode().rstrip("="),
            "signature_base64url",
            id="signature_base64url",
        ),
        pytest.param(
            base64.b64encode(standard_mac(f"msg_1.{SECONDS}.", STANDARD.encode())).decode(),
            "secret_text",
            id="secret_text/the whole text is the key",
        ),
        pytest.param(
            base64.b64encode(standard_mac(f"msg_1.{SECONDS}.", STANDARD[6:].encode())).decode(),
            "secret_prefix_lost",
            id="secret_prefix_lost/not decoded",
        ),
        pytest.param(
            base64.b64encode(standard_mac("msg_1.")).decode(),
            "signed_without_time",
            id="signed_without_time",
        ),
        pytest.param(
            base64.b64encode(standard_mac(f"{SECONDS}.")).decode(),
            "signed_as_other_scheme",
            id="signed_as_other_scheme/no id",
        ),
        pytest.param(
            base64.b64encode(standard_mac(f"{SECONDS}.msg_1.")).decode(),
            "signed_order",
            id="signed_order/time first",
        ),
    ],
)
def test_standard_webhooks_have_their_own(signature: str, code: str) -> None:
    fault = Fault(BODY, standard(f"v1,{signature}"), (), "standard-webhooks")
    assert code in proved(ask(fault, secrets=STANDARD))


@pytest.mark.parametrize("start", ["0x", "0X"])
def test_base64_that_begins_as_hexadecimal_does_is_base64(start: str) -> None:
    """One signature in 4096 begins so."""
    for number in count():
        signed = b"%d" % number
        message = f"msg_1.{SECONDS}.".encode() + signed
        signature = base64.b64encode(bytes.fromhex(digest(message, STANDARD_KEY))).decode()
        if signature.startswith(start):
            break

    fault = Fault(signed + b"\n", standard(f"v1,{signature}"), (), "standard-webhooks")
    assert ("newline_added",) == proved(ask(fault, secrets=STANDARD))


@pytest.mark.parametrize("scheme", ["stripe", "github", "slack"])
def test_another_scheme_with_the_same_secret_is_proved(scheme: str) -> None:
    headers = signed_headers(BODY, secrets=SECRET, scheme=scheme, clock=clock())
    explanation = ask(Fault(BODY, headers, ()))
    assert ("other_scheme",) == proved(explanation)
    assert scheme in explanation.findings[0].seen


def test_another_scheme_with_another_secret_is_a_guess() -> None:
    headers = signed_headers(BODY, secrets="not the one", scheme="github", clock=clock())
    assert ("other_scheme",) == guessed(ask(Fault(BODY, headers, ())))


@pytest.mark.parametrize(
    ("body", "headers", "codes"),
    [
        pytest.param(
            b'{"order": 4}',
            header(BODY, key=b'"' + SECRET.encode() + b'"'),
            {"json_compact", "secret_quoted"},
            id="re-serialised and quoted",
        ),
        pytest.param(
            BODY + b"\n",
            header(BODY, key=SECRET.encode() + b"\n"),
            {"newline_added", "secret_newline"},
            id="two line ends",
        ),
        pytest.param(
            b'{"order": 4}',
            header(BODY, separator=b""),
            {"json_compact", "signed_separator"},
            id="re-serialised, no separator",
        ),
        pytest.param(
            BODY,
            header(BODY, key=b"whsec_" + SECRET.encode(), separator=b":"),
            {"secret_prefix_kept", "signed_separator"},
            id="prefix, colon",
        ),
        pytest.param(
            b'{"order": 4}',
            written(base64.b64encode(RAW).decode()),
            {"json_compact", "signature_base64"},
            id="re-serialised, base64",
        ),
        pytest.param(
            BODY,
            written(digest(STEM + BODY, SECRET.encode() + b"\n", "sha1")),
            {"hash_other", "secret_newline"},
            id="SHA-1, line end",
        ),
        pytest.param(
            b'{"order": 4}',
            written(digest(STEM + BODY, hash_name="sha512")),
            {"hash_other", "json_compact"},
            id="SHA-512, re-serialised",
        ),
    ],
)
def test_pairs_of_what_is_common_are_proved_together(
    body: bytes, headers: dict[str, str], codes: set[str]
) -> None:
    explanation = ask(Fault(body, headers, ()))
    assert codes == set(proved(explanation))
    assert "; and " in str(explanation).splitlines()[0]


def test_nothing_that_fits_is_said_to_be_nothing() -> None:
    explanation = ask(Fault(BODY, header(BODY, key=b"a secret that nobody here knows"), ()))
    assert () == explanation.findings
    assert str(explanation).startswith("no cause found")
    assert 8 <= len(explanation.tried)
    assert () == explanation.not_tried


def test_the_commonest_pairs_are_found_in_a_body_of_64_kib() -> None:
    rows = [{"order": number, "name": "Zoë", "tags": ["a", "b"]} for number in range(1300)]
    signed = json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode()
    checked = json.dumps(rows).encode()
    assert 64 * 1024 < len(checked)
    headers = header(signed, key=f'"{SECRET}"'.encode())
    assert {"json_compact", "secret_quoted"} == set(proved(ask(Fault(checked, headers, ()))))
