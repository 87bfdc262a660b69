"""The process that a job runs in: `python -P -m hookproof_receiver.platform.worker`.

On its standard input comes a line of JSON: the order, with the folders, the steps as `module:function`,
the parameters, and where modules may lie. It calls each function with a `Run`, one after the other, and
says on standard output, in JSON lines, how far it is: `{"rows": 4, "of": 10}`, `{"wrote": "orders.csv",
"rows": 4}`, `{"done": true}` after each step; or `{"error": "…"}`, and ends with 1. Its standard input
stays open for as long as its parent lives: when that ends, so does the worker, and whatever its steps
started with it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

from .run import Run

_LONGEST_ERROR = 500  # characters


def main() -> int:
    """Run the steps; the exit code."""
    # Never closed: its end is the end of the process, and its threads'.
    report = os.fdopen(os.dup(1), "w", encoding="ascii", buffering=1, closefd=False)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a step that prints does not report
    line = sys.stdin.buffer.readline()
    if not line.endswith(b"\n"):
        return 1  # the parent is gone before it said what to do
    order = json.loads(line)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # At the end: a file of the working directory must not stand in for a module.
    sys.path += [place for place in order["path"] if place not in sys.path]

    def tell(what: dict[str, Any]) -> None:
        report.write(json.dumps(what) + "\n")

    for name in order["steps"]:
        try:
            module, _, function = name.partition(":")
            run = Run(Path(order["folder"]), Path(order["data"]), order["parameters"], tell)
            getattr(import_module(module), function)(run)
            for written in os.listdir(order["folder"]):
                written.encode()  # a name that is no text could be shown nowhere
        except Exception as error:
            traceback.print_exc()
            tell({"error": _sentence(error)})
            return 1
        tell({"done": True})
    return 0


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    if os.getpgrp() == os.getpid():  # as its parent started it
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _sentence(error: Exception) -> str:
    text = f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]
    return text.encode("utf-8", "replace").decode("utf-8")


if __name__ == "__main__":
    sys.exit(main())
