"""From a task to the request that every attempt sends."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from hookproof.errors import BadConfiguration
from hookproof.keys import Secret, Secrets, as_secrets
from hookproof.schemes import Scheme
from hookproof_runtime.secret_places import read_secret_file, read_secret_variable

from ..wire import Outgoing
from ..wire.outgoing import Method
from .record import HttpTask


def prepare(task: HttpTask, secrets: Secrets | None = None) -> Outgoing:
    """Fetch the secret and put together what is sent.

    Args:
        task: what to send.
        secrets: sign instead of the task's own; None leaves that.

    Raises:
        BadConfiguration: the secret is not where the task says.
    """
    try:
        ring = _secrets_of(task) if secrets is None else as_secrets(secrets)
    except BadConfiguration as error:
        raise BadConfiguration(f"the task {task.name!r}: {error}") from error
    return Outgoing(
        name=task.name,
        method=cast(Method, task.method.upper()),
        url=task.url,
        headers=tuple(task.headers.items()),
        body=task.bytes_to_send,
        verify_tls=task.sslVerification,
        max_retries=task.retries,
        secrets=ring,
    )


def refuse_headers_of(scheme: Scheme, task: HttpTask) -> None:
    """Refuse a task that writes a header of the scheme that signs it.

    Raises:
        BadConfiguration: it does.
    """
    written = {header.lower() for header in scheme.headers}
    for name in task.headers:
        if name.lower() in written:
            raise BadConfiguration(
                f"the task {task.name!r}: leave the header {name} out, {scheme.name} writes it"
            )


def _secrets_of(task: HttpTask) -> tuple[Secret, ...]:
    if task.secretKeyEnv:
        return (Secret(read_secret_variable(task.secretKeyEnv), label=task.secretKeyEnv),)
    if task.secretKeyFile:
        return (Secret(read_secret_file(Path(task.secretKeyFile)), label=task.secretKeyFile),)
    return (Secret(task.secretKey, label="secretKey"),) if task.secretKey else ()
