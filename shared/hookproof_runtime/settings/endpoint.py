"""The tables `[[receiver.endpoint]]`."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from .table import AS_TUPLE, Duration, Table


def _path(text: str) -> str:
    if not re.fullmatch(r"/[!-~]*", text):
        raise ValueError("a path begins with a slash and is plain, such as /hooks/orders")
    return text


def _pointer(text: str) -> str:
    if not re.fullmatch(r"json:(/[^/]*)+", text):
        raise ValueError('an identity is json: and a pointer, such as "json:/run"')
    return text


class SecretReference(Table):
    """Where one secret is kept. Exactly one of `env`, `file` and `value`."""

    label: str
    """What deliveries and logs call it."""
    env: str | None = None
    """The environment variable that holds it."""
    file: str | None = None
    """The file that holds it, less one line end."""
    value: str | None = Field(default=None, repr=False)
    """The secret itself; better kept elsewhere."""

    @model_validator(mode="after")
    def _one_place(self) -> SecretReference:
        if sum(place is not None for place in (self.env, self.file, self.value)) != 1:
            raise ValueError("a secret is in one place: give env, file or value")
        return self


class EndpointSettings(Table):
    """One path of the receiver, with its scheme, secrets and handler."""

    path: Annotated[str, AfterValidator(_path)]
    """The path, from the first slash on."""
    methods: Annotated[tuple[Literal["POST", "PUT", "PATCH", "GET", "DELETE"], ...], AS_TUPLE] = (
        "POST",
        "PUT",
        "PATCH",
    )
    """What else is asked with is answered 405."""
    scheme: str = "http-task"
    """How messages are signed; `"none"` for an endpoint that is unsigned on purpose."""
    secrets: Annotated[tuple[SecretReference, ...], AS_TUPLE] = ()
    """Newest first; any of them is good."""
    tolerance: Duration = 300.0
    """How far a signature's time may lie from now."""
    mode: Literal["synchronous", "inbox"] = "synchronous"
    """`synchronous`: the handler's outcome is the answer. `inbox`: 200 once the message is kept; the
    handler runs after that."""
    running: Annotated[int, Field(ge=1, le=1023)] | None = None
    """How many of its handlers, and requests that wait for one, may be at once in each process."""
    retries: Annotated[int, Field(ge=0, le=1000)] = 16
    """How often a message that was acknowledged and failed is run again before it is parked."""
    retry_base: Duration = 1.0
    """The longest that the first of these waits; each further one twice as long."""
    retry_cap: Duration = 600.0
    """The longest that any of them waits."""
    identity: Annotated[str, AfterValidator(_pointer)] | None = None
    """`json:/run`: the (signed) field of the body that tells messages apart; a JSON pointer."""
    identity_required: bool = False
    """Answer 422 where that field is missing or holds nothing usable."""
    on_body_change: Literal["run", "refuse"] = "run"
    """A known message with another body: run the newer one, or answer 422."""
    link: Literal["any", "failed", "off"] = "any"
    """Which message a new GUID may be bound to (rule 3 of the ladder)."""
    link_window: Duration = 600.0
    """How far back that looks."""
    handler: str | None = None
    """`module:function`; without one, messages are kept and shown."""
