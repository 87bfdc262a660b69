"""The endpoints of `hookproof listen`: as the command declares them, or the settings."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from hookproof import Secret
from hookproof_runtime.command_line import needed_secret, one_secret, secrets_at
from hookproof_runtime.command_line.secrets import DEFAULT_VARIABLE
from hookproof_runtime.secret_places import read_secret_file
from hookproof_runtime.settings import ReceiverSettings

from ..app import Receiver
from ..ingest.route import METHODS
from .declared import SECRET_FILE, make_first_secret


class Signing(NamedTuple):
    """How messages are signed, as the command's options of these names say."""

    secret_env: tuple[str, ...]
    secret_file: tuple[Path, ...]
    scheme: str
    tolerance: float


def declared_by_hand(settings: ReceiverSettings, paths: Iterable[str], signing: Signing) -> Receiver:
    """A receiver with these endpoints, whatever endpoints the settings have.

    Raises:
        BadConfiguration: a secret is not where it was said, or something else cannot be right.
    """
    receiver = Receiver()
    receiver.include(settings.model_copy(update={"endpoint": ()}))
    ring = _ring(signing)
    for path in dict.fromkeys(paths):
        receiver.on(
            path,
            secrets=ring,
            scheme=signing.scheme,
            tolerance=signing.tolerance,
            methods=METHODS,
        )
    return receiver


def without_handlers(settings: ReceiverSettings) -> ReceiverSettings:
    """The same endpoints; their handlers are neither used nor imported."""
    endpoints = tuple(one.model_copy(update={"handler": None}) for one in settings.endpoint)
    return settings.model_copy(update={"endpoint": endpoints})


def send_words(signing: Signing) -> list[str]:
    """What `hookproof send` needs to be told to sign with the newest of the secrets."""
    words = [] if signing.scheme == "http-task" else ["--scheme", signing.scheme]
    if signing.secret_env:
        words += ["--secret-env", signing.secret_env[0]]
    elif signing.secret_file or DEFAULT_VARIABLE not in os.environ:
        words += ["--secret-file", shlex.quote(str((*signing.secret_file, SECRET_FILE)[0]))]
    return [*words, "--allow-loopback"]


def _ring(signing: Signing) -> list[Secret]:
    """The secrets that are named, else HOOKPROOF_SECRET, else the one of the first try."""
    named = secrets_at(signing.secret_env, signing.secret_file)
    if not named and (default := one_secret(None, None)):
        named = [default]
    if not named and signing.scheme == "http-task":
        make_first_secret()
        named = [Secret(read_secret_file(SECRET_FILE), label=str(SECRET_FILE))]
    return named or [needed_secret(None, None)]
