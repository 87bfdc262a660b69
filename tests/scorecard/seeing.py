"""What stands behind each server: an application that writes down what it is given, and answers 200."""

from __future__ import annotations

import json
import os
from pathlib import Path

from flask import Flask, request

PATH = "/hooks/test"
VARIABLE = "HOOKPROOF_SEEN"
"""The environment's variable that names the file it writes."""

app = Flask("seeing")


@app.before_request
def see() -> str:
    """Write down one request, a line each."""
    seen = {"body": request.get_data().hex(), "signature": request.headers.get("X-Webhook-Signature")}
    with Path(os.environ[VARIABLE]).open("a") as file:
        file.write(json.dumps(seen) + "\n")
    return "ok"
