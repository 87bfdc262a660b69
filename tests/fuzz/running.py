"""Running a target for a while, and what came of it."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# What the grammars are made of, for the fuzzer to put together.
TOKENS = (
    "t=",
    "v1=",
    "sha256=",
    "sha1=",
    "v0=",
    "v1,",
    "v1a,",
    "\1",
    "17672256",
    "1767225599000",
    "msg_",
)
LONGEST = 4400  # bytes: a header of more than 4,096 characters is among them


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run said."""

    inputs: int
    """How many were tried."""
    a_second: int
    covered: int
    """Edges of hookproof's code that were taken, as libFuzzer counts them."""
    crash: Path | None
    """The input that broke a rule; None where none did."""
    said: str
    """The last lines: the exception, where there is one."""


def fuzz(target: str, seeds: Iterable[bytes], seconds: int, crashes: Path) -> Outcome:
    """Fuzz one target in a process of its own; its corpus is thrown away.

    Args:
        target: a name of `TARGETS`.
        seeds: inputs to start from.
        seconds: how long, once it has started.
        crashes: the folder where an input that broke a rule is kept.
    """
    crashes.mkdir(exist_ok=True)
    before = set(crashes.iterdir())
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(seeds):
            (corpus / f"seed-{number}").write_bytes(seed)
        words = Path(folder) / "words"
        words.write_text("".join(f'"{_escaped(token)}"\n' for token in TOKENS))
        done = subprocess.run(
            [
                *(sys.executable, "-m", "tests.fuzz.child", target, str(corpus)),
                *(f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-print_final_stats=1"),
                *(f"-dict={words}", f"-artifact_prefix={crashes}/", "-timeout=10"),
            ],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds + 120,
        )
    crash = next(iter(set(crashes.iterdir()) - before), None)
    said = done.stderr + done.stdout
    if done.returncode != 0 and crash is None:
        raise RuntimeError(f"the fuzzer could not run:\n{said[-3000:]}")
    return Outcome(
        inputs=_number(r"stat::number_of_executed_units: +(\d+)", said),
        a_second=_number(r"stat::average_exec_per_sec: +(\d+)", said),
        covered=_number(r"cov: (\d+)", said),
        crash=crash,
        said=_exception(said),
    )


def as_test_case(target: str, data: bytes) -> str:
    """A line for the table of tests/fuzz/test_targets.py."""
    return f"pytest.param({target!r}, {data!r}, id=...),"


def _escaped(token: str) -> str:
    return "".join(char if char.isalnum() else f"\\x{ord(char):02x}" for char in token)


def _number(pattern: str, said: str) -> int:
    found = re.findall(pattern, said)
    return int(found[-1]) if found else 0


def _exception(said: str) -> str:
    start = said.find("=== Uncaught Python exception")
    return said[start : said.find("==ERROR", start)].strip() if start >= 0 else ""
