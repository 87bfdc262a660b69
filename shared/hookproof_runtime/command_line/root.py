"""The root command, and the table of what it knows by name."""

from __future__ import annotations

from typing import NamedTuple

import click

from hookproof import __version__

from ..extras import load


class Entry(NamedTuple):
    """One name in the table."""

    module: str
    """Where the command is: imported when it is called, not before."""
    help: str
    """One line for `--help`, here so that showing it imports nothing."""
    extra: str | None = None
    """What must be installed for it; None where nothing more is needed."""


TABLE: dict[str, Entry] = {
    "demo": Entry(
        "hookproof_runtime.commands.demo", "Run the main job end to end and tell what happens.", "all"
    ),
    "sign": Entry("hookproof_runtime.commands.sign", "Sign a body: print the headers to send."),
    "verify": Entry(
        "hookproof_runtime.commands.verify", "Judge one request: valid, or refused and why."
    ),
    "explain": Entry(
        "hookproof_runtime.commands.explain", "Say why a request is refused: its cause, and the fix."
    ),
    "schemes": Entry(
        "hookproof_runtime.commands.schemes", "List the schemes: headers, unit, identity, secret."
    ),
    "secret": Entry("hookproof_runtime.commands.secret", "Make a strong secret (secret new)."),
    "snippet": Entry(
        "hookproof_runtime.commands.snippet", "Print a receiver's check in your own language."
    ),
    "send": Entry(
        "hookproof_sender.cli.send", "Execute an HTTP task: sign, send, retry what fails.", "sender"
    ),
    "test": Entry("hookproof_sender.cli.test", "Send a task once and say how it went.", "sender"),
    "task": Entry(
        "hookproof_sender.cli.task",
        "Task files: say what is worth mending in one, show its request, print their JSON Schema.",
        "sender",
    ),
    "plan": Entry(
        "hookproof_sender.cli.plan",
        "Plans: run one and go on with it, check and draw it, show its runs.",
        "sender",
    ),
    "work": Entry(
        "hookproof_sender.cli.work", "Send what is on record, until it is stopped.", "sender"
    ),
    "policy": Entry(
        "hookproof_sender.cli.policy", "Say where a request may go, and why (policy check).", "sender"
    ),
    "outbox": Entry(
        "hookproof_sender.cli.outbox",
        "Messages on record: list, show, retry, cancel, prune, watch.",
        "sender",
    ),
    "receive": Entry("hookproof_receiver.cli.receive", "Receive, verify, keep and handle.", "receiver"),
    "listen": Entry(
        "hookproof_receiver.cli.listen",
        "Receive in front of your own application, and forward to it.",
        "receiver",
    ),
    "inbox": Entry(
        "hookproof_receiver.cli.inbox",
        "What the receiver kept: list, show, replay, work, prune, export, watch, refusals, bundle.",
        "receiver",
    ),
    "faults": Entry(
        "hookproof_receiver.cli.faults",
        "Test a sender: a server that does wrong what the path says.",
    ),
    "token": Entry(
        "hookproof_receiver.cli.token",
        "Bearer tokens of the API and the pages: new, list, revoke.",
        "receiver",
    ),
    "slack": Entry(
        "hookproof_receiver.cli.slack", "Slack channels of the local Slack end.", "receiver"
    ),
    "config": Entry(
        "hookproof_runtime.commands.config",
        "Show each setting and where it came from (config show).",
        "receiver",
    ),
    "doctor": Entry(
        "hookproof_runtime.commands.doctor",
        "Say what is wrong with an inbox or an outbox, and what mends it.",
        "receiver",
    ),
    "wait": Entry("hookproof_runtime.commands.wait", "Wait until a URL answers."),
}
"""Every command: the module's last name is the attribute that holds it."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    example = "hookproof demo"

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The table's names, in the table's order."""
        return list(TABLE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command.

        Raises:
            MissingExtra: what it needs is not installed.
        """
        entry = TABLE.get(cmd_name)
        if entry is None:
            return None
        module = load(entry.module, entry.extra or "all")
        command: click.Command = getattr(module, entry.module.rpartition(".")[2])
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command where there is none of that name."""
        if args and not args[0].startswith("-") and args[0] not in TABLE:
            from difflib import get_close_matches

            near = get_close_matches(args[0], TABLE, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "`hookproof --help` lists them"
            raise click.UsageError(f"there is no command {args[0]!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands out of the table, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in TABLE.items()])


@click.group(
    cls=LazyGroup,
    context_settings={
        "auto_envvar_prefix": "HOOKPROOF",
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
    },
)
@click.version_option(__version__, prog_name="hookproof")
def root() -> None:
    """Sign, send, receive and prove webhooks.

    A flag comes before its environment variable (HOOKPROOF_<COMMAND>_<FLAG>), that before
    hookproof.toml, that before the default.

    Exit code: 0 yes, or done; 1 the answer is no; 2 the command or a file is wrong; 3 hookproof could
    not run; 4 undecided; 130 interrupted.
    """
