"""One thing that is worth mending, and the closed list of what there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Code = Literal[
    "unreadable",
    "refused",
    "body_not_sent",
    "empty_body",
    "body_not_json",
    "unknown_reference",
    "no_run_key",
    "slack_without_text",
    "forbidden_target",
    "tls_impossible",
    "plain_http",
    "verification_off",
    "secret_in_file",
    "token_in_file",
    "older_retries",
    "no_name",
]
"""What a finding is, from the closed list of PROTOCOL.md."""

CODES: tuple[Code, ...] = get_args(Code)
"""All of them."""

Level = Literal["error", "warning"]
"""`error`: such a task is not sent at all. `warning`: it is, and may not do what was meant."""

LEVELS: dict[Code, Level] = {
    code: "error" if code in ("unreadable", "refused", "body_not_sent") else "warning" for code in CODES
}
"""The level of each."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is worth mending. It repeats no value that could be secret."""

    code: Code
    """From the closed list."""
    key: str
    """Where: `headers.Host`, `httpTask.body`; empty for the file as a whole."""
    sentence: str
    """What is wrong."""
    cure: str = ""
    """What to write instead; empty where the sentence says it."""

    @property
    def level(self) -> Level:
        """Whether such a task is sent."""
        return LEVELS[self.code]
