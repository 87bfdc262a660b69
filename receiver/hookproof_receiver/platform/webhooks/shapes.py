"""What is sent and answered about webhooks; the names are the platform's, unless it is said otherwise.

What a URL, a header or a body may hold beyond this is the task runner's to say: it sends them.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from ..operation import LARGEST_ID, Shape, Wanted

Method = Literal["post", "get", "put", "patch", "delete"]
"""In lower case, as the platform has them."""
TriggerEvent = Literal["onJobFailure", "onJobSuccess", "onJobDone"]
"""Which end calls it."""
TriggerObject = Literal["any", "some"]
"""Whether every recipe's does, or those that are named."""

MOST = 50
"""Webhooks of one flow, and of one job, at the most."""

Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Text = Annotated[str, Field(max_length=65_536)]
Url = Annotated[str, Field(min_length=1, max_length=8192)]
Headers = Annotated[dict[str, str], Field(max_length=64)]


class TestBody(Wanted):
    """A request that is to be made once."""

    url: Url
    method: Method
    body: Text = ""
    headers: Headers = Field(default_factory=dict)
    secretKey: Text = ""
    sslVerification: bool = True


class Outcome(Shape):
    """How it went."""

    statusCode: int | None
    """None where no answer came."""
    error: str | None
    """None where it succeeded."""


class JobWebhook(Wanted):
    """A webhook for one job: `overrides.webhooks[]` of the request to run it."""

    name: Annotated[str, Field(min_length=1, max_length=256)]
    url: Url
    method: Method
    triggerEvent: TriggerEvent
    triggerObject: TriggerObject = "any"
    flowNodeIds: Annotated[list[Id], Field(max_length=1000)] = Field(default_factory=list)
    body: Text = ""
    headers: Headers = Field(default_factory=dict)
    secretKey: Text = ""
    sslVerification: bool = True
    retryOnFailure: bool = True

    def task(self) -> dict[str, Any]:
        """The HTTP task that it sends: a record with the platform's own keys."""
        return self.model_dump(include=_OF_THE_TASK)


_OF_THE_TASK = {
    "name", "url", "method", "body", "headers", "secretKey", "sslVerification", "retryOnFailure",
}  # fmt: skip


class FlowWebhook(JobWebhook):
    """A webhook that every job of a flow may call."""

    flowId: Id
    triggerObject: TriggerObject


class JobOverrides(Wanted):
    """`overrides` of a request to run a job; the platform looks into nothing of it (documented)."""

    webhooks: Annotated[list[JobWebhook], Field(max_length=MOST)] | None = None
    """Called instead of the flow's own (assumed); an empty list calls none."""


NO_OVERRIDES: Final = JobOverrides()
"""Of a request that has none."""


class FlowOfWebhook(Shape):
    """Which flow."""

    id: int


class WebhookRecord(Shape):
    """A webhook on record; its secret, and what may be a token, are masked."""

    id: int
    name: str
    flow: FlowOfWebhook
    url: str
    method: Method
    triggerEvent: TriggerEvent
    triggerObject: TriggerObject
    flowNodeIds: list[int]
    body: str
    headers: dict[str, str]
    secretKey: str
    sslVerification: bool
    retryOnFailure: bool
    createdAt: str
    updatedAt: str
