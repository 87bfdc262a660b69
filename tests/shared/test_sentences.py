"""What a person reads, word for word: each refusal and each mistake names the place and the cure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.shared.vectors.form import FORMS
from tests.shared.vectors.vector import BODY, HEADER, NOW, SECRET, T, header

from hookproof import (
    HookproofError,
    Secret,
    Signer,
    StaleDelivery,
    Tolerance,
    VerificationError,
    Verifier,
)
from hookproof.headers import every, listed, one
from hookproof.keys import as_secrets
from hookproof.schemes import read_seconds, read_time, write_time
from hookproof.testing import FixedClock

FORM_OF = {form.name: form for form in FORMS}
HEX = "0" * 64
THREE: Any = [("a", "b", "c")]
TEXT: Any = b"a: b"
BASE64 = "A" * 43 + "="
S = str(NOW // 1000)
TIME = "the time is a whole number of ASCII digits, at most 15, without a leading zero"
STRIPE = "Stripe-Signature cannot be read: "
SW = "webhook-signature cannot be read: "


def refusal(scheme: str, headers: Any, body: bytes = BODY, secrets: Any = None) -> VerificationError:
    secrets = secrets or FORM_OF[scheme].secret
    with pytest.raises(VerificationError) as refused:
        Verifier(scheme, secrets=secrets, clock=FixedClock(NOW / 1000)).verify(body, headers)
    return refused.value


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        pytest.param(
            f"t={S} ,v1={HEX}",
            "element 1 is not name=value (blanks may follow a comma and nothing else)",
            id="a blank before a comma",
        ),
        pytest.param(
            f"t={S},v1={HEX},XX=1,XXv1",
            "element 4 is not name=value (blanks may follow a comma and nothing else)",
            id="no =",
        ),
        pytest.param(
            f"t={S}, v1={HEX[1:]}", "element 2: v1 is 64 lower-case hexadecimal digits", id="63 digits"
        ),
        pytest.param(f"v1={HEX}", "there is no t element", id="no time"),
        pytest.param(f"t={S}", "there is no v1 element", id="no signature"),
        pytest.param("x" * 4097, "the value has 4097 characters; at most 4096 are read", id="too long"),
    ],
)
def test_a_header_of_elements_that_cannot_be_read(value: str, sentence: str) -> None:
    assert str(refusal("stripe", {"Stripe-Signature": value})) == STRIPE + sentence


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param(
            {"webhook-signature": f"v1,{BASE64}  v1,x"},
            SW + "element 2 is not version,signature after one space",
            id="two spaces",
        ),
        pytest.param(
            {"webhook-signature": f"v1,{BASE64} v1,x"},
            SW + "element 2: v1 is the base64 of 32 bytes in its one form",
            id="no base64",
        ),
        pytest.param(
            {"webhook-signature": "v1a,x"}, SW + "there is no v1 element", id="another version"
        ),
        pytest.param(
            {"webhook-signature": " ".join(["v1," + BASE64] * 6)}, "6 v1 elements; at most 5", id="six"
        ),
        pytest.param(
            {"webhook-signature": "x" * 4097},
            SW + "the value has 4097 characters; at most 4096 are read",
            id="too long",
        ),
        pytest.param(
            {"webhook-id": "a.b"},
            "webhook-id cannot be read: an id is 1 to 255 visible ASCII characters without a dot",
            id="a dot in the id",
        ),
        pytest.param({"webhook-timestamp": "1e9"}, TIME, id="a time that is none"),
    ],
)
def test_a_header_of_standard_webhooks_that_cannot_be_read(
    change: dict[str, str], sentence: str
) -> None:
    good = {"webhook-id": "msg_1", "webhook-timestamp": S, "webhook-signature": f"v1,{BASE64}"}

    assert str(refusal("standard-webhooks", good | change)) == sentence


@pytest.mark.parametrize(
    ("scheme", "headers", "sentence"),
    [
        pytest.param(
            "github",
            {"X-Hub-Signature-256": "x"},
            "X-Hub-Signature-256 cannot be read: it is sha256= and 64 lower-case hexadecimal digits",
            id="github",
        ),
        pytest.param(
            "github-sha1",
            {"X-Hub-Signature": "x"},
            "X-Hub-Signature cannot be read: it is sha1= and 40 lower-case hexadecimal digits",
            id="github-sha1",
        ),
        pytest.param(
            "slack",
            {"X-Slack-Request-Timestamp": S, "X-Slack-Signature": "v0="},
            "X-Slack-Signature cannot be read: it is v0= and 64 lower-case hexadecimal digits",
            id="slack",
        ),
        pytest.param(
            "stripe",
            {"Stripe-Signature": f"t={S},t={S},v1={HEX}"},
            "t stands more than once",
            id="two times",
        ),
        pytest.param(
            "stripe",
            {"Stripe-Signature": f"t={S}" + f",v1={HEX}" * 6},
            "6 v1 elements; at most 5",
            id="too many signatures",
        ),
        pytest.param(
            "http-task",
            [(HEADER, header()), (HEADER, header())],
            "the header X-Webhook-Signature came 2 times",
            id="twice",
        ),
        pytest.param("http-task", {}, "there is no header X-Webhook-Signature", id="no header"),
    ],
)
def test_a_header_that_cannot_be_read(scheme: str, headers: Any, sentence: str) -> None:
    assert str(refusal(scheme, headers)) == sentence


@pytest.mark.parametrize(
    ("secrets", "body", "sentence"),
    [
        pytest.param(SECRET, b"x", "the secret over these 1 bytes of body", id="one secret"),
        pytest.param(SECRET, b"", "the secret over the empty body", id="an empty body"),
        pytest.param([SECRET, "b"], b"xy", "any of the 2 secrets over these 2 bytes of body", id="two"),
    ],
)
def test_a_signature_that_nobody_made(secrets: Any, body: bytes, sentence: str) -> None:
    headers = {HEADER: f"t={T},sha256={HEX}"}

    assert f"the signature was not made with {sentence}" == str(
        refusal("http-task", headers, body, secrets)
    )


@pytest.mark.parametrize(
    ("signed", "tolerance", "code", "sentence"),
    [
        pytest.param(NOW - 1500, 1, "too_old", "signed 1.500 s ago; the tolerance is 1 s", id="old"),
        pytest.param(
            NOW - 500, 0.25, "too_old", "signed 0.500 s ago; the tolerance is 0.25 s", id="half"
        ),
        pytest.param(
            NOW + 1500, 1, "too_new", "signed 1.500 s from now; the tolerance is 1 s", id="new"
        ),
    ],
)
def test_a_time_outside_the_tolerance(signed: int, tolerance: float, code: str, sentence: str) -> None:
    verifier = Verifier(secrets=SECRET, tolerance=tolerance, clock=FixedClock(NOW / 1000))
    with pytest.raises(StaleDelivery) as refused:
        verifier.verify(BODY, {HEADER: header(str(signed))})

    assert code == refused.value.code
    assert f"{sentence}, and the clock here shows 2026-01-01T00:00:00.000Z" == str(refused.value)
    assert (code, str(refused.value), refused.value.delivery) == refused.value.args


@pytest.mark.parametrize(
    ("act", "kind", "sentence"),
    [
        pytest.param(
            lambda: read_seconds("253402300800"),
            HookproofError,
            "the time lies beyond the year 9999 (in milliseconds?)",
            id="milliseconds for seconds",
        ),
        pytest.param(
            lambda: read_time("253402300800000"),
            HookproofError,
            "the time lies beyond the year 9999 (in microseconds?)",
            id="microseconds for milliseconds",
        ),
        pytest.param(lambda: read_time("x"), HookproofError, TIME, id="no time"),
        pytest.param(
            lambda: write_time(0, "ms"),
            HookproofError,
            "the clock is wrong: it shows a time before March 1973, "
            "or later than a receiver would read",
            id="a clock without a battery",
        ),
        pytest.param(
            lambda: every(THREE, "a"),
            TypeError,
            "headers must be pairs of names and values: one is not two things",
            id="three things",
        ),
        pytest.param(
            lambda: listed(THREE),
            TypeError,
            "headers must be pairs of names and values: one is not two things",
            id="three things, listed",
        ),
        pytest.param(
            lambda: every(iter([("a", "b")]), "a"),
            TypeError,
            "headers are read more than once: give a mapping or a list, not an iterator",
            id="an iterator",
        ),
        pytest.param(
            lambda: every(TEXT, "a"),
            TypeError,
            "headers must be a mapping or pairs of names and values, as the framework has them; "
            "this is bytes (the order is verify(body, headers))",
            id="headers as bytes",
        ),
        pytest.param(
            lambda: one([("a", 5)], "a"),
            TypeError,
            "a header's name and value are str or bytes, not int",
            id="a number in a header",
        ),
        pytest.param(
            lambda: Secret(5),  # type: ignore[arg-type]  # what is tested
            TypeError,
            "a secret is str or bytes, not int",
            id="a number for a secret",
        ),
        pytest.param(
            lambda: Secret("a\ud800b"),
            HookproofError,
            "the secret holds half a surrogate pair, which has no UTF-8 form",
            id="half a character",
        ),
        pytest.param(
            lambda: Secret("a").__reduce__(),
            TypeError,
            "a Secret is not pickled: hand on where it is kept, not what it is",
            id="a secret pickled",
        ),
        pytest.param(
            lambda: as_secrets(None),  # type: ignore[arg-type]  # what is tested
            TypeError,
            "secrets is None: the variable or setting that should hold it is not set",
            id="a variable that is not set",
        ),
        pytest.param(
            lambda: as_secrets([]),
            HookproofError,
            "there is no secret: give one, or several with the newest first",
            id="no secret",
        ),
        pytest.param(
            lambda: as_secrets([Secret("a", "x"), Secret("b", "x")]),
            HookproofError,
            "two secrets have the same label: a delivery names the one it matched",
            id="one label for two",
        ),
        pytest.param(
            lambda: Verifier("slac", secrets="x"),
            HookproofError,
            "there is no scheme 'slac'; did you mean 'slack'?",
            id="a scheme misspelt",
        ),
        pytest.param(
            lambda: Verifier("x", secrets="x"),
            HookproofError,
            "there is no scheme 'x'; there are: "
            "http-task, standard-webhooks, stripe, github, github-sha1, slack",
            id="a scheme of no name near",
        ),
        pytest.param(
            lambda: Verifier("standard-webhooks", secrets="QUJD"),
            HookproofError,
            "the secret stands for 3 bytes: the key of Standard Webhooks has 24 to 64; "
            "copy the whole secret, or make one: hookproof secret new --scheme standard-webhooks",
            id="half a secret",
        ),
        pytest.param(
            lambda: Signer("standard-webhooks", secrets=FORM_OF["standard-webhooks"].secret).sign(
                b"", message_id="." * 301
            ),
            HookproofError,
            "a message's id is 1 to 255 visible ASCII characters without a dot, "
            f"as in msg_2KWPBgLlAfxdpx2AI54pPJ85f4W; this is {'.' * 300!r}",
            id="an id with a dot",
        ),
        pytest.param(
            lambda: Signer(secrets="x").sign("body"),  # type: ignore[arg-type]  # what is tested
            TypeError,
            "sign the bytes that are sent, not str",
            id="text signed",
        ),
        pytest.param(
            lambda: Tolerance(0),
            HookproofError,
            "a tolerance is a number of seconds above 0, not 0; "
            "to judge an old message, ask for it by name: Tolerance.unlimited()",
            id="no tolerance",
        ),
        pytest.param(
            lambda: Verifier(secrets="x").verify({HEADER: "x"}, b""),  # type: ignore[arg-type]  # what is tested
            TypeError,
            "the arguments stand the wrong way round: verify(body, headers)",
            id="the wrong way round",
        ),
        pytest.param(
            lambda: _proved(b"[" * 100_000).json(),
            ValueError,
            "the body is nested too deeply to be read",
            id="JSON nested too deeply",
        ),
        pytest.param(
            lambda: _proved(b"[NaN]").json(), ValueError, "NaN is not JSON", id="not a number"
        ),
    ],
)
def test_a_mistake(act: Callable[[], object], kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind) as raised:
        act()

    assert sentence == str(raised.value)


def _proved(body: bytes) -> Any:
    return Verifier(secrets=SECRET).verify(body, Signer(secrets=SECRET).sign(body))


def test_no_bound_is_shown_by_the_name_one_asks_for_it_by() -> None:
    assert repr(Tolerance.unlimited()) == "Tolerance.unlimited()"
