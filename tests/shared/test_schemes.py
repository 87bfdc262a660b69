"""What each scheme says of itself: its rules, its secrets, its headers, and what it proves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.shared.test_protocol import PROTOCOL
from tests.shared.vectors.form import FORMS, Form, Pairs
from tests.shared.vectors.vector import BODY, NOW, sha256
from tests.shared.vectors.write import FOLDER
from tests.shared.verdicts import verdict_in

from hookproof import (
    BadConfiguration,
    Delivery,
    HttpTask,
    MalformedSignature,
    Scheme,
    Secret,
    Signer,
    Verifier,
)
from hookproof.schemes import by_name, names
from hookproof.schemes.github import GitHub
from hookproof.schemes.names import _made
from hookproof.testing import FixedClock

EVERY = pytest.mark.parametrize("form", [pytest.param(form, id=form.name) for form in FORMS])
FORM_OF = {form.name: form for form in FORMS}
STANDARD = FORM_OF["standard-webhooks"]
HERE = Path(__file__).parent


def delivered(form: Form, headers: Any = None, body: bytes = BODY) -> Delivery:
    verifier = Verifier(form.name, secrets=form.secret, clock=FixedClock(NOW / 1000))
    return verifier.verify(body, headers or form.request(body=body))


def _rules(scheme: str) -> list[str]:
    """The rules in the section of PROTOCOL.md whose heading names the scheme."""
    for section in PROTOCOL.split("\n## ")[1:]:
        heading, _, text = section.partition("\n")
        if f"`{scheme}`" in heading:
            return re.findall(r"^\*\*(P-[A-Z]+-\d+)\*\* ", text, re.MULTILINE)
    return []


def test_every_scheme_that_ships_is_written_down_a_second_time() -> None:
    assert names() == tuple(FORM_OF)


@pytest.mark.parametrize("scheme", [name for name in names() if name != "http-task"])
def test_every_scheme_has_its_section_of_the_protocol_and_every_rule_its_test(scheme: str) -> None:
    proofs = (*HERE.glob("test_*.py"), *FOLDER.glob("*.json"))
    named = set(re.findall(r'"(P-[A-Z]+-\d+)"', "".join(path.read_text() for path in proofs)))
    rules = _rules(scheme)

    assert len(rules) >= 6
    assert set(rules) <= named


@EVERY
def test_a_scheme_writes_the_headers_that_it_names(form: Form) -> None:
    scheme = by_name(form.name)
    signed = Signer(scheme, secrets=form.secret).sign(BODY)

    assert tuple(name for name, _ in form.request()) == scheme.headers == tuple(signed)
    assert {1000: "ms", 1: "s", None: None}[form.per_second] == scheme.unit


@EVERY
def test_a_new_secret_is_good_in_its_scheme_and_never_the_same(form: Form) -> None:
    scheme = by_name(form.name)
    made = {scheme.new_secret() for _ in range(5)}

    assert len(made) == 5
    for secret in made:
        assert len(secret) >= 32
        assert scheme.mac(Secret(secret))(b"", b"")


@pytest.mark.parametrize(
    ("scheme", "form"),
    [
        pytest.param("http-task", r"[\w-]{43}", id="http-task"),
        pytest.param("standard-webhooks", r"whsec_[A-Za-z0-9+/]{43}=", id="standard-webhooks"),
        pytest.param("stripe", "whsec_[0-9a-f]{64}", id="stripe"),
        pytest.param("github", r"[\w-]{43}", id="github"),
        pytest.param("slack", "[0-9a-f]{32}", id="slack"),
    ],
)
def test_a_new_secret_has_the_length_that_its_sender_gives_it(scheme: str, form: str) -> None:
    assert re.fullmatch(form, by_name(scheme).new_secret(), re.ASCII)


@EVERY
def test_a_scheme_made_anew_is_the_one_of_its_name(form: Form) -> None:
    """`by_name` makes each once, most often long before: here it is made, and read with, again."""
    made = _made.__wrapped__(form.name)
    headers = form.request()

    assert (form.name, tuple(name for name, _ in headers)) == (made.name, made.headers)
    assert by_name(form.name).read(headers) == made.read(headers)
    assert by_name(form.name).unit == made.unit
    assert _refusal(by_name(form.name), headers) == _refusal(made, headers)


def _refusal(scheme: Scheme, headers: Pairs) -> str:
    with pytest.raises(MalformedSignature) as refused:
        scheme.read([(name, "x") for name, _ in headers])
    return str(refused.value)


def test_the_default_of_a_scheme_is_what_the_sender_does_today() -> None:
    assert ("ms", False) == (HttpTask().unit, GitHub().legacy_sha1)
    assert ("github", True) == (GitHub().name, GitHub(legacy_sha1=True).legacy_sha1)


@pytest.mark.parametrize(
    "scheme",
    [pytest.param(name, id=name) for name in names() if name != STANDARD.name],
)
def test_a_text_secret_may_be_anything_but_what_is_something_else(scheme: str) -> None:
    for text in ("x", "pass phrase", "8f742231b10e8888abcd99yyyzzz85a5"):
        assert Verifier(scheme, secrets=text).scheme.name == scheme


KEY = "bm90LWEtcmVhbC1zZWNyZXQtbm90LWEtcmVhbC1vbmU="


@pytest.mark.parametrize(
    ("scheme", "value", "sentence"),
    [
        *(
            pytest.param("standard-webhooks", value, sentence, id=f"standard-webhooks: {name}")
            for name, value, sentence in (
                ("a version in front", f"v1,whsec_{KEY}", "begins with v1,: .* from whsec_ on"),
                ("an API key", f"sk_live_{KEY}", "begins with sk_: that is an API key"),
                ("an asymmetric key", f"whpk_{KEY}", "begins with whpk_: .*asymmetric"),
                ("a private key", f"whsk_{KEY}", "begins with whsk_: .*asymmetric"),
                ("text", "not-a-real-secret", "is not base64"),
                ("text beyond ASCII", "geheim-é", "is not base64"),
                ("a blank inside", f"whsec_{KEY[:9]} {KEY[9:]}", "is not base64"),
                ("a line folded", f"whsec_{KEY[:9]}\t{KEY[9:]}", "is not base64"),
                ("base64url", f"whsec_{KEY[:9]}-{KEY[10:]}", "is not base64"),
                ("text behind the padding", f"whsec_{KEY}{KEY}", "is not base64"),
                ("one character too many", f"whsec_{KEY[:-3]}", "is not base64"),
                ("the prefix alone", "whsec_", "stands for 0 bytes: .* secret new"),
                ("a word that is base64", "password", "stands for 6 bytes"),
                ("23 bytes", f"whsec_{KEY[:31]}", "stands for 23 bytes: .* 24 to 64"),
                ("65 bytes", "whsec_" + "bm90" * 21 + "bm8=", "stands for 65 bytes"),
                ("quotes", f'"whsec_{KEY}"', "begins or ends with a quote"),
            )
        ),
        *(
            pytest.param("stripe", beginning + "1", f"begins with {beginning}: that is", id=case)
            for beginning, case in (
                ("sk_", "P-STRIPE-7"),
                ("rk_", "stripe: rk_"),
                ("pk_", "stripe: pk_"),
                ("we_", "stripe: we_"),
                ("v1,", "stripe: v1,"),
            )
        ),
        *(
            pytest.param(scheme, beginning + "1", f"begins with {beginning}: that is", id=case)
            for scheme, beginning, case in (
                ("github", "ghp_", "P-GH-6"),
                ("github", "gho_", "github: gho_"),
                ("github", "ghs_", "github: ghs_"),
                ("github", "ghu_", "github: ghu_"),
                ("github", "github_pat_", "github: github_pat_"),
                ("github", "whsec_", "github: whsec_"),
                ("github", "v1,whsec_", "github: v1,whsec_"),
                ("github-sha1", "ghp_", "github-sha1: ghp_"),
            )
        ),
        *(
            pytest.param("slack", beginning + "1", f"begins with {beginning[:5]}", id=case)
            for beginning, case in (
                ("xapp-", "P-SLACK-7"),
                ("xox", "slack: xox"),
                ("whsec_", "slack: whsec_"),
                ("v1,whsec_", "slack: v1,whsec_"),
            )
        ),
    ],
)
def test_a_secret_that_looks_wrong_for_its_scheme_is_named(
    scheme: str, value: str, sentence: str
) -> None:
    for make in (Verifier, Signer):
        with pytest.raises(BadConfiguration, match=f"^the secret 'new' {sentence}") as refused:
            make(scheme, secrets=[Secret(value, "new")])
        assert KEY[:8] not in str(refused.value)


@pytest.mark.parametrize("form", [pytest.param(STANDARD, id="P-SW-1")])
def test_the_three_headers_are_what_is_sent(form: Form) -> None:
    signer = Signer(form.name, secrets=form.secret, clock=FixedClock(NOW / 1000 - 1))

    assert dict(form.request()) == signer.sign(BODY, message_id="msg_1")


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(STANDARD, id="P-SW-12"),
        pytest.param(FORM_OF["stripe"], id="P-STRIPE-6"),
        pytest.param(FORM_OF["github"], id="github"),
        pytest.param(FORM_OF["slack"], id="P-SLACK-1"),
    ],
)
def test_each_secret_signs_where_the_header_is_a_list_else_the_newest(form: Form) -> None:
    signer = Signer(form.name, secrets=form.rotating, clock=FixedClock(NOW / 1000 - 1))
    made = [form.signature(secret=secret) for secret in form.rotating]
    id = "msg_1" if form is STANDARD else None

    assert dict(form.headers(*made[: 2 if form.is_list else 1])) == signer.sign(BODY, message_id=id)


@pytest.mark.parametrize("rule", [pytest.param("P-SW-13", id="P-SW-13")])
def test_every_attempt_of_a_message_has_its_id(rule: str) -> None:
    signer = Signer(STANDARD.name, secrets=STANDARD.secret)
    first, second = (delivered_now(signer.sign(BODY, message_id="msg_7")) for _ in range(2))
    other = delivered_now(signer.sign(BODY))

    assert first.message_id == second.message_id == "msg_7"
    assert re.fullmatch(r"msg_[0-9a-f]{32}", other.message_id or "")
    assert other.message_id != delivered_now(signer.sign(BODY)).message_id
    assert other.signature_id != first.signature_id


def delivered_now(headers: dict[str, str]) -> Delivery:
    return Verifier(STANDARD.name, secrets=STANDARD.secret).verify(BODY, headers)


@pytest.mark.parametrize(
    "id",
    [
        pytest.param("", id="empty"),
        pytest.param("a.b", id="a dot"),
        pytest.param("a b", id="a blank"),
        pytest.param("a\n", id="a newline"),
        pytest.param("é", id="not ASCII"),
        pytest.param("x" * 256, id="256 characters"),
    ],
)
def test_an_id_that_cannot_be_one_is_refused_when_it_is_signed(id: str) -> None:
    with pytest.raises(BadConfiguration, match="a message's id is 1 to 255 visible ASCII"):
        Signer(STANDARD.name, secrets=STANDARD.secret).sign(BODY, message_id=id)


@pytest.mark.parametrize("form", [form for form in FORMS if form is not STANDARD])
def test_a_scheme_without_an_id_signs_none_and_has_none(form: Form) -> None:
    with pytest.raises(BadConfiguration, match=f"the scheme '{form.name}' signs no message's id"):
        Signer(form.name, secrets=form.secret).sign(BODY, message_id="msg_7")
    assert delivered(form).message_id is None


@EVERY
def test_the_identity_of_signed_bytes_is_their_digest_where_a_time_is_signed(form: Form) -> None:
    delivery = delivered(form)
    signed = form.name.encode() + b"\n" + form.message(form.t, BODY)

    assert delivery.signature_id == (None if form.per_second is None else sha256(signed))


@pytest.mark.parametrize("form", [FORM_OF["github"], FORM_OF["github-sha1"]])
def test_where_no_time_is_signed_a_delivery_has_none(form: Form) -> None:
    delivery = delivered(form)

    assert (delivery.signed_at, delivery.signed_ns, delivery.age) == (None, None, None)


def test_the_older_header_of_github_is_looked_at_by_those_alone_who_ask_for_it() -> None:
    new, old = FORM_OF["github"], FORM_OF["github-sha1"]

    assert verdict_in(new, old.request()) == verdict_in(old, new.request()) == "missing_header"
    assert GitHub(legacy_sha1=True).name == "github-sha1"
    assert [repr(by_name(form.name)) for form in (new, old)] == [
        "GitHub(legacy_sha1=False)",
        "GitHub(legacy_sha1=True)",
    ]
