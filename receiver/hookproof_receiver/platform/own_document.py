"""The document of the API, as one of its operations.

It needs no token: a generator of clients reads it as it is, and it says nothing that this program's
source does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import JsonValue

from .document import document
from .operation import Answer, Asked, Operation


def document_operation(others: Sequence[Operation]) -> Operation:
    """`GET /open-api-spec`, which describes the others and itself."""

    @cache
    def described() -> dict[str, Any]:
        return document([*others, operation])

    def handle(_asked: Asked) -> Answer:
        return Answer(200, described())

    operation = Operation(
        "GET",
        "/open-api-spec",
        "getOpenApiSpec",
        "This document.",
        handle,
        {200: dict[str, JsonValue]},
        scope=None,
    )
    return operation
