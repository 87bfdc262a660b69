"""One thing that is worth mending in a plan, and the closed list of what there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from ..tasks.lint import LEVELS as OF_TASKS
from ..tasks.lint import Code as TaskCode
from ..tasks.lint import Level

PlanCode = Literal["no_platform", "no_such_node", "not_upstream", "not_said"]
"""What a finding about the plan itself is, from the closed list of PROTOCOL.md."""

PLAN_CODES: tuple[PlanCode, ...] = get_args(PlanCode)
"""All of them."""

Code: TypeAlias = PlanCode | TaskCode
"""What a finding is: about the plan, or, as `task lint` has it, about one of its tasks."""


_OF_PLANS: dict[Code, Level] = {
    code: "error" if code == "no_platform" else "warning" for code in PLAN_CODES
}

LEVELS: dict[Code, Level] = _OF_PLANS | {code: level for code, level in OF_TASKS.items()}
"""The level of each. `error`: such a plan is not run at all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is worth mending. It repeats no value that could be secret."""

    code: Code
    """From the closed lists."""
    key: str
    """Where: `zj.headers.X-Run`, by the node's handle; `nodes[1].handle` where the plan could not be
    read; empty for the file as a whole."""
    sentence: str
    """What is wrong."""
    cure: str = ""
    """What to write instead; empty where the sentence says it."""

    @property
    def level(self) -> Level:
        """Whether such a plan is run."""
        return LEVELS[self.code]
