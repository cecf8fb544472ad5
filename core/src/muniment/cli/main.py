"""The top of the command line: finds the instance, loads only the command that is asked for, tells errors plainly."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from muniment.cli.session import Session
from muniment.errors import MunimentError
from muniment.version import __version__

#: Where each command lives; modules are imported when their command is used.
COMMANDS = {
    "assets": "muniment.cli.assets:assets",
    "audit": "muniment.cli.audit:audit",
    "backup": "muniment.cli.backup:backup",
    "db": "muniment.cli.db:db",
    "doctor": "muniment.cli.doctor:doctor",
    "domains": "muniment.cli.domains:domains",
    "init": "muniment.cli.init:init",
    "instance": "muniment.cli.instance:instance",
    "jobs": "muniment.cli.jobs:jobs",
    "new-plugin": "muniment.cli.new_plugin:new_plugin",
    "plugins": "muniment.cli.plugins:plugins",
    "records": "muniment.cli.records:records",
    "restore": "muniment.cli.backup:restore",
    "run": "muniment.cli.run:run",
    "sample": "muniment.cli.sample:sample",
    "search": "muniment.cli.search:search",
    "settings": "muniment.cli.settings:settings",
    "start": "muniment.cli.start:start",
    "theme": "muniment.cli.theme:theme",
    "tokens": "muniment.cli.tokens:tokens",
    "upgrade": "muniment.cli.upgrade:upgrade",
    "users": "muniment.cli.users:users",
    "vocabularies": "muniment.cli.vocabularies:vocabularies",
    "worker": "muniment.cli.run:worker",
}


#: Errors of the system that people can do something about: rights, space, places that do not exist.
_OUTSIDE = {
    errno.EACCES,
    errno.EPERM,
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.ENOENT,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.EIO,
}


_DATABASE = {"OperationalError", "DatabaseError", "TimeoutError"}


class Commands(click.Group):
    """The core's commands, and one group for each enabled plugin that has commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*COMMANDS, *self._plugin_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            module, _, attribute = COMMANDS[cmd_name].partition(":")
            found: click.Command = getattr(importlib.import_module(module), attribute)
            return found
        return self._plugin_commands(ctx).get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            close = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            if not close or "Did you mean" in error.message:
                raise
            raise click.UsageError(f"{error.message} Did you mean '{close[0]}'?", ctx) from error

    def _plugin_commands(self, ctx: click.Context) -> dict[str, click.Command]:
        return _session(ctx).plugin_commands()

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            message = explain(error)
            if message is None:
                raise
            raise click.ClickException(message) from error


def explain(error: Exception) -> str | None:
    """What to tell people about an error that they can do something about; None for one that is a mistake of ours."""
    if isinstance(error, MunimentError):
        return str(error)
    if isinstance(error, (BrokenPipeError, click.exceptions.Exit)):
        return None
    if isinstance(error, OSError) and error.errno in _OUTSIDE:
        return f"{error.filename or 'The system'}: {error.strerror}."
    if type(error).__module__.startswith("sqlalchemy.") and type(error).__name__ in (
        "OperationalError",
        "TimeoutError",
    ):
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        return f"The database cannot be used: {reason}"
    return None


def _session(ctx: click.Context) -> Session:
    """The session of this call: made once, whether a plugin's command or the core's is looked for, and closed."""
    if not isinstance(ctx.obj, Session):
        ctx.obj = Session(_instance_path(ctx))
        ctx.call_on_close(ctx.obj.close)
    session: Session = ctx.obj
    return session


def _instance_path(ctx: click.Context) -> Path:
    given = ctx.params.get("instance") or os.environ.get("MUNIMENT_INSTANCE") or "instance"
    return Path(given)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--instance",
    type=click.Path(path_type=Path),
    envvar="MUNIMENT_INSTANCE",
    default=Path("instance"),
    show_default=True,
    help="The instance folder.",
)
@click.version_option(__version__, message="%(version)s")
@click.pass_context
def group(ctx: click.Context, instance: Path) -> None:  # noqa: ARG001 - read by `_instance_path`
    """Muniment: a repository of research records."""
    _session(ctx)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; exits with 0, 1 (it failed, and says why) or 2 (it was called wrongly)."""
    try:
        group.main(args=list(arguments) if arguments is not None else None, prog_name="muniment")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
