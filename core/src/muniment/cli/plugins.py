"""`muniment plugins`: what is installed, how each plugin stands, and switching, upgrading and purging it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from muniment.cli.output import as_json, show_json, show_table
from muniment.cli.plugins_check import check
from muniment.cli.session import Session, pass_session
from muniment.errors import MunimentError
from muniment.plugins.plans import that_or_those

if TYPE_CHECKING:
    from muniment.plugins.reports import PluginReport


@click.group()
def plugins() -> None:
    """What is installed, how each plugin stands, and switching it."""


plugins.add_command(check)


@plugins.command("list")
@as_json
@pass_session
def list_command(session: Session, json_: bool) -> None:
    """List the plugins with their state; what is wrong with one stands below, with what to do about it."""
    reports = session.repository.plugins.reports()
    if json_:
        show_json([_as_dict(report) for report in reports])
        return
    show_table(
        ["name", "state", "version", "category", "title"],
        [
            [report.name, ", ".join(_states(report)), report.version, report.category, report.title]
            for report in reports
        ],
    )
    if session.repository.plugins.safe_mode:
        click.echo(
            "\nSafe mode: only what is built in is loaded. Start without MUNIMENT_SAFE_MODE to have the rest back."
        )
    for report in reports:
        if report.trouble is not None:
            click.echo(f"\n{report.trouble.sentence}")


@plugins.command()
@click.argument("name")
@as_json
@pass_session
def info(session: Session, name: str, json_: bool) -> None:
    """Tell what a plugin is, what it adds, how it stands, and why it failed if it did."""
    report = session.repository.plugins.report(name)
    if json_:
        show_json(_as_dict(report))
        return
    for key, value in _lines(report):
        click.echo(f"{key + ':':18}{value}".rstrip())
    if report.processes:
        click.echo()
        show_table(
            ["process", "", "state", "version", "last error"],
            [[one.process, one.where, one.state, one.version, one.error] for one in report.processes],
        )
    for where, trace in _traces(report).items():
        click.echo(f"\n{where}\n{trace}")


@plugins.command()
@click.argument("name")
@click.option("--with-required", is_flag=True, help="Enable what it requires too.")
@pass_session
def enable(session: Session, name: str, with_required: bool) -> None:
    """Switch a plugin on, in every running process within two seconds.

    At a terminal it asks before it enables others that the plugin requires.
    """
    service = session.repository.plugins
    plan = service.plan_enable(name)
    if plan.requires and not plan.problem and not with_required and _at_terminal():
        asked = f"'{name}' requires {', '.join(plan.requires)}. Enable {that_or_those(plan.requires)} too?"
        with_required = click.confirm(asked, abort=True)
    switched = service.enable(name, session.actor, with_required=with_required)
    click.echo(f"Enabled {', '.join(switched)}." if switched else f"{name} was enabled already.")


@plugins.command()
@click.argument("name")
@click.option("--with-dependents", is_flag=True, help="Disable what depends on it too.")
@pass_session
def disable(session: Session, name: str, with_dependents: bool) -> None:
    """Switch a plugin off; its data stays.

    At a terminal it asks before it disables others that depend on the plugin, and when the plugin has something to say
    about it; elsewhere it prints that first.
    """
    service = session.repository.plugins
    plan = service.plan_disable(name)
    for notice in plan.notices:
        click.echo(notice, err=True)
    if plan.notices and _at_terminal():
        click.confirm(f"Disable '{name}'?", abort=True)
    if plan.dependents and not with_dependents and _at_terminal():
        asked = f"'{name}' is required by {', '.join(plan.dependents)}. Disable {that_or_those(plan.dependents)} too?"
        with_dependents = click.confirm(asked, abort=True)
    switched = service.disable(name, session.actor, with_dependents=with_dependents)
    click.echo(f"Disabled {', '.join(switched)}." if switched else f"{name} was disabled already.")


@plugins.command()
@click.argument("names", nargs=-1)
@click.option("--all", "all_", is_flag=True, help="Every plugin whose tables are older than its code.")
@pass_session
def upgrade(session: Session, names: tuple[str, ...], all_: bool) -> None:
    """Bring the tables of plugins to the version that is installed, without a restart. Make a backup first."""
    service = session.repository.plugins
    chosen = list(names) or [report.name for report in service.reports() if report.needs_upgrade and all_]
    if not names and not all_:
        raise click.UsageError("Name a plugin, or all with --all.")
    for name in chosen:
        result = service.upgrade(name, session.actor)
        if result.changed:
            click.echo(f"{name}: tables upgraded from {result.before or 'nothing'} to {result.after}.")
        else:
            click.echo(f"{name}: the tables are up to date.")
        if result.restart:
            click.echo(f"{name}: restart the site; an older version runs in {', '.join(result.restart)}.")
    if not chosen:
        click.echo("The tables of all plugins are up to date.")


@plugins.command()
@click.argument("name")
@click.option(
    "--export", type=click.Path(path_type=Path, dir_okay=False), help="First write all of it to this archive."
)
@click.option("--no-export", is_flag=True, help="Write no archive, and do not ask.")
@click.option("--confirm", "confirmation", metavar="NAME", help="The plugin's name again, instead of typing it.")
@as_json
@pass_session
def purge(
    session: Session, name: str, export: Path | None, no_export: bool, confirmation: str | None, json_: bool
) -> None:
    """Remove everything that a plugin which is off has stored: tables, settings, its parts of records.

    Unless told otherwise it first writes what it removes into var/exports.
    """
    service = session.repository.plugins
    if export is None and not no_export:
        stamp = session.repository.now().strftime("%Y%m%dT%H%M%S")
        export = session.instance.var / "exports" / f"{name}-{stamp}.zip"
    if confirmation is None:
        if name in service.enabled():
            raise MunimentError(f"'{name}' is on. Only a plugin that is off can be purged: disable it first.")
        confirmation = click.prompt(f"This removes all data of '{name}'. Type its name to go on", err=True)
    result = service.purge(name, session.actor, confirmation=confirmation, export=export)
    if json_:
        show_json(asdict(result))
        return
    click.echo(
        f"Removed: tables {len(result.tables)} (rows {result.rows}), settings {len(result.settings)}, "
        f"parts of records {sum(result.parts.values())}."
    )
    if result.export:
        click.echo(f"Before that, everything was written to {result.export}.")
    click.echo(f"Its package can be uninstalled now: pip uninstall {service.installed[name].distribution}")


def _at_terminal() -> bool:
    return sys.stdin.isatty()


def _traces(report: PluginReport) -> dict[str, str]:
    """Each trace once, with the processes that told it."""
    found: dict[str, list[str]] = {}
    if report.trouble is not None and report.trouble.traceback:
        found[report.trouble.traceback] = []
    for one in report.processes:
        if one.traceback:
            found.setdefault(one.traceback, []).append(one.process)
    return {f"In {', '.join(names)}:" if names else "Here:": trace for trace, names in found.items()}


def _states(report: PluginReport) -> Iterator[str]:
    yield f"failed in {', '.join(report.failed_in)}" if report.failed_in else report.state
    if report.needs_upgrade:
        yield "needs upgrade"
    if report.restart_needed:
        yield "restart needed"
    if report.state == "disabled" and report.has_data:
        yield "has data"


def _lines(report: PluginReport) -> Iterator[tuple[str, str]]:
    yield "name", report.name
    yield "title", report.title
    yield "description", report.description
    yield "category", report.category
    yield "version", report.version
    if report.tier:
        claim = f"claims {report.tier}, not checked"
        yield "tier", report.checked.beside(report.tier, report.version) if report.checked else claim
    yield "state", ", ".join(_states(report))
    yield "data here", "yes" if report.has_data else "none"
    yield "requires", ", ".join(report.requires) or "-"
    yield "uses", ", ".join(report.uses) or "-"
    yield "required by", ", ".join(report.required_by) or "-"
    yield "personal data", report.personal_data
    guards = "yes: the site is read-only while it fails" if report.guards else "no: it is left out when it fails"
    yield "guards", guards
    if report.adds is None:
        yield "adds", "unknown while it is off" if report.state == "disabled" else "unknown"
    else:
        if not report.is_on:
            yield "adds", f"as of version {report.adds.version}, when it was last on"
        for kind, names in report.adds.kinds().items():
            yield kind.replace("_", " "), ", ".join(names)
    if report.restart_needed:
        yield "restart needed", ", ".join(report.restart_needed)
    if report.trouble is not None:
        yield "trouble", report.trouble.sentence


def _as_dict(report: PluginReport) -> dict[str, Any]:
    found = asdict(report)
    if report.checked is not None:
        found["checked"] = report.checked.to_dict()
    found["adds"] = report.adds.kinds() if report.adds is not None else None
    return found
