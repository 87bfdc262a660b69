"""The process that a job runs in: `python -P -m hookproof_receiver.platform.worker FOLDER FUNCTION…`.

It calls each `module:function` with the folder, one after the other, and says on standard output, in
JSON lines, `{"done": true}` after each; or `{"error": "…"}`, and ends with 1. Its standard input is a
pipe that its parent holds open: when that ends, the parent is gone, and so is the worker.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import traceback
from importlib import import_module
from pathlib import Path

_LONGEST_ERROR = 500  # characters


def main(arguments: list[str]) -> int:
    """Run the steps; the exit code."""
    report = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="ascii", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a step that prints does not report
    threading.Thread(target=_end_with_parent, daemon=True).start()
    folder, functions = Path(arguments[0]), arguments[1:]
    for name in functions:
        try:
            module, _, function = name.partition(":")
            getattr(import_module(module), function)(folder)
        except Exception as error:
            traceback.print_exc()
            report.write(json.dumps({"error": _sentence(error)}) + "\n")
            return 1
        report.write(json.dumps({"done": True}) + "\n")
    return 0


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(1)


def _sentence(error: Exception) -> str:
    text = f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]
    return text.encode("utf-8", "replace").decode("utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
