"""What a user may import is a written list: a name that comes or goes shows here."""

import importlib
from inspect import ismodule

import pytest

NAMES = {
    "hookproof": [
        "BadConfiguration", "CannotRun", "Clock", "Delivery", "GUID_HEADER", "HookproofError",
        "HttpTask",
        "MalformedSignature", "Scheme", "Secret", "SignatureMismatch", "Signer", "StaleDelivery",
        "Tolerance", "VerificationError", "Verifier",
    ],
    "hookproof.testing": [
        "FORGERIES", "FixedClock", "Forged", "SECRET", "forge", "forgeries", "signed_headers",
    ],
    "hookproof.integrations.flask": ["verified"],
    "hookproof.integrations.django": ["verified"],
    "hookproof.integrations.wsgi": ["VerifiedWSGI"],
    "hookproof.integrations.asgi": ["VerifiedASGI"],
}  # fmt: skip
LAZY = {
    "hookproof_sender": ["Sender", "load_task"],
    "hookproof_receiver": [
        "CLAIMS_TABLE",
        "ClaimRefused",
        "Message",
        "NotYet",
        "Receiver",
        "Rejected",
        "Verbatim",
        "claim",
        "create_claims_table",
        "prune_claims",
    ],
    "hookproof_receiver.testing": ["Faulty", "Ran", "Running", "Seen", "faults", "running_receiver"],
}


@pytest.mark.parametrize("module", NAMES)
def test_the_public_names_are_these(module):
    found = importlib.import_module(module)
    public = {
        name for name, value in vars(found).items() if not name.startswith("_") and not ismodule(value)
    }
    if ".integrations." in module:  # one file, which also holds what it imports
        public = {name for name in public if getattr(vars(found)[name], "__module__", "") == module}
    assert set(NAMES[module]) == public


@pytest.mark.parametrize(("module", "name"), [(m, n) for m, names in LAZY.items() for n in names])
def test_the_names_that_need_an_extra_are_there_when_asked_for(module, name):
    assert getattr(importlib.import_module(module), name) is not None


@pytest.mark.parametrize(
    "module", ["hookproof_sender", "hookproof_receiver", "hookproof_receiver.testing"]
)
def test_a_name_that_is_not_there_is_an_attribute_error(module):
    with pytest.raises(AttributeError, match="Nothing"):
        importlib.import_module(module).Nothing  # noqa: B018
