"""The record of an HTTP task, as the platform keeps it, and some keys of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    ValidationInfo,
    field_validator,
)

from hookproof.errors import BadConfiguration
from hookproof.keys import Secret
from hookproof.schemes import by_name
from hookproof_runtime.logs import get_logger
from hookproof_runtime.secret_places import SecretPlace

from ..references import Escape, alone, holds_references
from ..wire import Outgoing
from ..wire.outgoing import Method
from .body import body_to_send, check_body, note_on
from .headers import check_headers, check_name, check_value
from .null_keys import Record
from .plain import refuse_references
from .rendering import render_task
from .target import check_url

DEFAULT_NAME = "Send HTTP request"
"""What the platform calls a task that has no name."""

DEFAULT_RETRIES = 3
"""How often the platform retries: seen wherever a record holds a number."""

_log = get_logger(__name__)


def _check_name(name: str) -> str:
    refuse_references(name, "a task's name")
    try:
        name.encode()
    except UnicodeEncodeError:
        raise ValueError("a name holds half a surrogate pair, which has no UTF-8 form") from None
    return name


TaskName = Annotated[str, AfterValidator(_check_name)]
"""What a task is called: text that can be kept, without references."""

_HeaderName = Annotated[str, AfterValidator(check_name)]
_HeaderValue = Annotated[str, AfterValidator(check_value)]
_Headers = Annotated[dict[_HeaderName, _HeaderValue], AfterValidator(check_headers)]


class HttpTask(Record):
    """An HTTP task. Its keys are the platform's own; one that holds null is as good as absent.

    Its `repr` shows neither secret, body nor headers.
    """

    name: TaskName = DEFAULT_NAME
    """What a person calls it."""
    type: Literal["basic", "slack"] = "basic"
    """Which form of the platform made it; both are sent alike."""
    method: Literal["post", "get", "put", "patch", "delete"]
    """In lower case, as the platform stores it."""
    url: Annotated[str, AfterValidator(check_url)] = Field(repr=False)
    """Where the message goes."""
    headers: _Headers = Field(default={}, repr=False)
    """Sent with every attempt; a value may hold references."""
    body: str = Field(default="", repr=False)
    """Sent as its UTF-8 bytes, changed in nothing but its references; GET and DELETE send none."""
    escape: Escape = "json"
    """How values get into a body that is JSON: `json` keeps it JSON, `none` does as the platform."""
    secretKey: str = Field(default="", repr=False)
    """Signs the message; empty for one that is not signed."""
    secretKeyEnv: str = ""
    """Instead of `secretKey`: the environment variable that holds it."""
    secretKeyFile: str = ""
    """Instead of `secretKey`: the file that holds it, from the task's own folder."""
    scheme: str = ""
    """How the message is signed; empty for the sender's own scheme."""
    sslVerification: bool = True
    """Whether the server's certificate must be valid."""
    retryOnFailure: bool | None = None
    """Older records: true is 3 retries. Counts only where `maxRetries` is absent."""
    maxRetries: Annotated[int, Field(ge=0, le=100)] | None = None
    """How often a failed attempt is made again; more than 100 times would be a slip."""
    sampleResponseBody: str = Field(default="", repr=False)
    """The platform's own; not used."""
    sampleResponseHeaders: dict[str, Any] = Field(default={}, repr=False)
    """The platform's own; not used."""
    shouldUpdateSampleResponse: bool = True
    """The platform's own; not used."""

    _is_rendered: bool = PrivateAttr(default=False)

    @property
    def is_rendered(self) -> bool:
        """Whether its references have their values: what these hold stays as it is."""
        return self._is_rendered

    @property
    def has_references(self) -> bool:
        """Whether it has to be rendered before it is sent."""
        return not self._is_rendered and any(map(holds_references, (self.body, *self.headers.values())))

    @property
    def retries(self) -> int:
        """How often a failed attempt is made again, by whichever key says so; 3 where none does."""
        if self.maxRetries is not None:
            return self.maxRetries
        return 0 if self.retryOnFailure is False else DEFAULT_RETRIES

    @property
    def bytes_to_send(self) -> bytes:
        """The body as it is signed and sent."""
        return body_to_send(self.body, self.method)

    @property
    def note(self) -> str | None:
        """What is worth saying before it is sent; None where nothing is."""
        return note_on(self.body, self.method)

    def header(self, name: str) -> str:
        """The value of one header, its name in any case; empty where there is none."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")

    def rendered_as(self, headers: dict[str, str], body: str) -> Self:
        """The same task with these in the places of its own; nothing in them is a reference."""
        task = self.model_copy(update={"headers": headers, "body": body})
        task._is_rendered = True
        return task

    def alone(self, now_ns: int) -> HttpTask:
        """The task as it is sent where no plan runs it: rendered in a plan of its own, once.

        What it names and such a plan does not have is logged as a warning.

        Args:
            now_ns: Unix time in nanoseconds, when that plan begins.

        Raises:
            BadConfiguration: with its values it cannot be sent.
        """
        if not self.has_references:
            return self
        rendered = render_task(self, alone(self.name, now_ns))
        for warning in rendered.warnings:
            _log.warning("a reference in a task sent alone", task=self.name, warning=warning)
        return rendered.task

    def outgoing(self) -> Outgoing:
        """The request that every attempt sends.

        Raises:
            BadConfiguration: its references were not rendered.
        """
        if self.has_references:
            raise BadConfiguration(f"the task {self.name!r} has references that were not rendered")
        return Outgoing(
            name=self.name,
            method=cast(Method, self.method.upper()),
            url=self.url,
            headers=tuple(self.headers.items()),
            body=self.bytes_to_send,
            verify_tls=self.sslVerification,
            max_retries=self.retries,
        )

    def secret_places(self) -> tuple[SecretPlace, ...]:
        """Where the secret is that signs it: one place, or none for a task that is not signed."""
        if self.secretKeyEnv:
            return (SecretPlace(env=self.secretKeyEnv),)
        if self.secretKeyFile:
            return (SecretPlace(file=str(Path(self.secretKeyFile).absolute())),)
        return (SecretPlace(held=Secret(self.secretKey, label="secretKey")),) if self.secretKey else ()

    @field_validator("body")
    @classmethod
    def _fits_the_method(cls, body: str, info: ValidationInfo) -> str:
        return check_body(body, info.data.get("method"))

    @field_validator("scheme")
    @classmethod
    def _is_one(cls, name: str) -> str:
        if name:
            by_name(name)
        return name

    @field_validator("secretKey")
    @classmethod
    def _can_be_a_secret(cls, value: str) -> str:
        if value:
            Secret(value)
        return value

    @field_validator("secretKeyEnv", "secretKeyFile")
    @classmethod
    def _in_one_place(cls, value: str, info: ValidationInfo) -> str:
        others = [key for key in ("secretKey", "secretKeyEnv") if info.data.get(key)]
        if value and others:
            raise ValueError(f"the secret stands in {others[0]} too: keep one of them")
        return value

    @field_validator("secretKeyFile")
    @classmethod
    def _from_the_tasks_folder(cls, value: str, info: ValidationInfo) -> str:
        folder: Path | None = (info.context or {}).get("folder")
        return str(folder / value) if value and folder else value
