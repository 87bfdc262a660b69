"""Time references beside Jinja2, and hostile texts alone: `make bench-render`.

Only ratios within one run count. Both get the same body of 1 MiB with 10,000 different references in
JSON strings, hookproof as `{{$plan.k7}}`, Jinja2 as plain names, `{{ k7 }}`. A message is read and
rendered once, so that is what is compared; writing alone is shown beside it. hookproof escapes each
value and keeps every place, Jinja2 does neither here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from statistics import median
from time import process_time

from jinja2 import Environment

from hookproof_sender.references import BadReference, parse

REFERENCES = 10_000
SIZE = 1024 * 1024
ROUNDS = 5
GOAL = 3.0
"""How many times Jinja2's time reading and rendering may take, at the most."""
HOSTILE_GOAL = 0.1
"""Seconds in which a hostile text is answered."""

NAMES = [f"k{number}" for number in range(REFERENCES)]
VALUES = {name: f'value "{name}"' for name in NAMES}
HOSTILE = {
    "a path of 100,000 names": "{{$plan" + ".a" * 10**5 + "}}",
    "a path of 100,000 quoted names": "{{$plan" + "['a']" * 10**5 + "}}",
    "a million opening braces": "{" * 10**6,
    "a million closing braces": "}" * 10**6,
    "a million braces, one by one": "{ " * 10**6,
    "a quote of a million escapes": "{{$plan['" + "\\'" * 10**6,
    "a million blanks": "{{$plan" + " " * 10**6,
}


def body(form: str) -> str:
    """1 MiB of JSON in which each reference is written in a form."""
    written = [form % name for name in NAMES]
    filler = (SIZE - sum(map(len, written))) // REFERENCES - len('{"a":""},')
    return "[" + ",".join(f'{{"a":"{"x" * filler}{one}"}}' for one in written) + "]"


def main() -> int:
    """Run and print; takes about ten seconds. 1 where a goal is missed."""
    ours, theirs = body("{{$plan.%s}}"), body("{{ %s }}")
    metadata = {"plan": VALUES}
    template, compiled = parse(ours), Environment().from_string(theirs)  # autoescape off, as there
    assert len(json.loads(template.render(metadata).text)) == REFERENCES
    taken = _rounds(
        {
            "read and render": lambda: parse(ours).render(metadata),
            "read and render, escape none": lambda: parse(ours).render(metadata, escape="none"),
            "Jinja2, read and render": lambda: Environment().from_string(theirs).render(VALUES),
            "read": lambda: parse(ours),
            "render": lambda: template.render(metadata),
            "Jinja2, render": lambda: compiled.render(VALUES),
        }
    )
    _write(f"{REFERENCES:,} references in {len(ours):,} characters, {ROUNDS} rounds, processor time")
    for name, times in taken.items():
        _write(f"  {name:<32}{median(times) * 1000:>9.1f} ms")
    whole = _ratio(taken["read and render"], taken["Jinja2, read and render"])
    alone = _ratio(taken["render"], taken["Jinja2, render"])
    _write(f"  render takes {alone:.1f} times as long as Jinja2's compiled template takes")
    slowest = max(_hostile())
    goals = [
        (f"read and render: {whole:.2f} times Jinja2's time, at most {GOAL}", whole <= GOAL),
        (
            f"hostile texts: {slowest * 1000:.1f} ms, at most {HOSTILE_GOAL:.1f} s",
            slowest <= HOSTILE_GOAL,
        ),
    ]
    _write("\ngoals")
    for sentence, holds in goals:
        _write(f"  {'holds ' if holds else 'MISSED'}  {sentence}")
    return 0 if all(holds for _, holds in goals) else 1


def _rounds(candidates: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(ROUNDS):
        for name, run in candidates.items():
            began = process_time()
            run()
            taken[name].append(process_time() - began)
    return taken


def _hostile() -> list[float]:
    _write("\nhostile texts, each read and, where it can be, rendered")
    times = []
    for name, text in HOSTILE.items():
        began, how = process_time(), "text"
        try:
            parse(text).render({})
        except BadReference:
            how = "refused"
        times.append(process_time() - began)
        _write(f"  {name:<32}{times[-1] * 1000:>9.1f} ms  {how}")
    return times


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return median(one / other for one, other in zip(ours, theirs, strict=True))


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
