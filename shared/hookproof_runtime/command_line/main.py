"""Where `hookproof` starts, and the one place where an error becomes a sentence and an exit code."""

from __future__ import annotations

import errno
import os
import resource
import sys
from collections.abc import Sequence
from typing import NoReturn

import click
from click.core import ParameterSource

from hookproof.errors import BadConfiguration, HookproofError, VerificationError

from .exit_codes import Exit
from .printing import note
from .root import root

_CANNOT_BE_WRITTEN = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and leave with its exit code. Nothing a user can do ends in a traceback.

    Args:
        arguments: the words after `hookproof`; None takes the process's own.
    """
    # No core dump: the memory holds secrets. The hard limit stays: whoever needs one can allow it.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    _open_what_is_closed()
    try:
        code = root.main(args=arguments, prog_name="hookproof", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else Exit.DONE)
    except click.Abort:
        note("interrupted")
        sys.exit(Exit.INTERRUPTED)
    except click.ClickException as wrong:
        _explain_usage(wrong)
        sys.exit(Exit.WRONG)
    except HookproofError as failure:
        note(f"hookproof: {failure}")
        sys.exit(_exit_code(failure))
    except BrokenPipeError:
        # Whoever read us has gone (`| head`): no more output, not even at exit.
        _write_no_more()
        sys.exit(Exit.NO)
    except OSError as failure:
        if failure.errno not in _CANNOT_BE_WRITTEN:
            raise
        _write_no_more()
        note(f"hookproof: the output cannot be written: {failure.strerror}")
        sys.exit(Exit.CANNOT)


def _open_what_is_closed() -> None:
    """What we were started without (`>&-`) leads nowhere, and no file of ours gets its number."""
    for name, mode in ("stdin", "r"), ("stdout", "w"), ("stderr", "w"):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(nowhere, mode, encoding="utf-8", closefd=False))


def _write_no_more() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _exit_code(failure: HookproofError) -> Exit:
    if isinstance(failure, BadConfiguration):
        return Exit.WRONG
    if isinstance(failure, VerificationError):
        return Exit.NO
    return Exit.CANNOT


def _explain_usage(wrong: click.ClickException) -> None:
    text, context = wrong.format_message() + _from_where(wrong), getattr(wrong, "ctx", None)
    # A group without a command shows its help, and that is no error's text.
    note(text if text.startswith("Usage: ") else f"hookproof: {text}")
    if context is None:
        return
    example = _example_of(context.command)
    if example:
        note(f"for example: {example}")
    note(f"more: {context.command_path} --help")


def _from_where(wrong: click.ClickException) -> str:
    """The variable that a refused value stands in: whoever did not type its flag looks for that."""
    context, param = getattr(wrong, "ctx", None), getattr(wrong, "param", None)
    if context is None or param is None or not param.name:
        return ""
    if context.get_parameter_source(param.name) is not ParameterSource.ENVIRONMENT:
        return ""
    own = f"{context.auto_envvar_prefix}_{param.name}".upper()
    names = [param.envvar] if isinstance(param.envvar, str) else [*(param.envvar or ()), own]
    return f" (it stands in {next(filter(os.environ.get, names), own)})"


def _example_of(command: click.Command) -> str | None:
    """One line that works; of a group, its first command's."""
    example: str | None = getattr(command, "example", None)
    if example is None and isinstance(command, click.Group):
        return next((_example_of(one) for one in command.commands.values()), None)
    return example
