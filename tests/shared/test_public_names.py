"""What `import hookproof` offers."""

from __future__ import annotations

import hookproof


def test_the_public_names_are_these() -> None:
    written = {
        "BadConfiguration",
        "CannotRun",
        "Clock",
        "Delivery",
        "GUID_HEADER",
        "HookproofError",
        "HttpTask",
        "MalformedSignature",
        "Scheme",
        "Secret",
        "SignatureMismatch",
        "Signer",
        "StaleDelivery",
        "Tolerance",
        "VerificationError",
        "Verifier",
        "__version__",
    }
    modules = {name for name, value in vars(hookproof).items() if type(value) is type(hookproof)}
    public = {name for name in vars(hookproof) if not name.startswith("_")} | {"__version__"}

    assert written == public - modules
