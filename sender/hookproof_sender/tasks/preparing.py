"""From a task to the request that every attempt sends."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from hookproof.errors import BadConfiguration
from hookproof.keys import Secret
from hookproof_runtime.secret_places import read_secret_file, read_secret_variable

from ..wire import Outgoing
from ..wire.outgoing import Method
from .record import HttpTask


def prepare(task: HttpTask, secret: Secret | None = None) -> Outgoing:
    """Fetch the secret and put together what is sent.

    Args:
        task: what to send.
        secret: signs instead of the task's own; None leaves that.

    Raises:
        BadConfiguration: the secret is not where the task says.
    """
    return Outgoing(
        name=task.name,
        method=cast(Method, task.method.upper()),
        url=task.url,
        headers=tuple(task.headers.items()),
        body=task.bytes_to_send,
        verify_tls=task.sslVerification,
        max_retries=task.retries,
        secret=secret or _secret_of(task),
    )


def _secret_of(task: HttpTask) -> Secret | None:
    try:
        if task.secretKeyEnv:
            return Secret(read_secret_variable(task.secretKeyEnv), label=task.secretKeyEnv)
        if task.secretKeyFile:
            return Secret(read_secret_file(Path(task.secretKeyFile)), label=task.secretKeyFile)
    except BadConfiguration as error:
        raise BadConfiguration(f"the task {task.name!r}: {error}") from error
    return Secret(task.secretKey, label="secretKey") if task.secretKey else None
