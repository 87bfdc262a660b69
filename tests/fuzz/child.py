"""One target under the fuzzer, in a process of its own: libFuzzer ends the process it runs in.

`python -m tests.fuzz.child TARGET [libFuzzer's arguments, or a file to try again]`
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["hookproof"]):
    import hookproof.delivery
    import hookproof.schemes.elements
    import hookproof.schemes.github
    import hookproof.schemes.slack
    import hookproof.schemes.standard_webhooks
    import hookproof.schemes.stripe
    import hookproof.verifier  # noqa: F401  (imported here to be instrumented)

from tests.fuzz.targets import TARGETS, planted


def main() -> None:
    """Run until libFuzzer says so; its exit code is ours."""
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, planted if name == "planted" else TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
