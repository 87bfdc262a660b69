"""`hookproof plan schema`."""

from __future__ import annotations

import json

from hookproof_runtime.command_line import answer, command

from ...plans.schema import plan_schema


@command("schema", example="hookproof plan schema > plan.schema.json")
def schema() -> None:
    """Print the JSON Schema of plan files, for an editor.

    In TOML an editor finds it by a first line such as `#:schema ./plan.schema.json`.
    """
    answer(json.dumps(plan_schema(), indent=2, ensure_ascii=False))
