"""`muniment embargo`: which records are under embargo, ending one early, letting one end on another day."""

from __future__ import annotations

from datetime import date

import click

from muniment.api import CommandSession, MunimentError, as_json, pass_session, show_json, show_table
from muniment_embargo.service import EmbargoService


def commands(service: EmbargoService) -> list[click.Command]:
    @click.command("list")
    @as_json
    def list_(json_: bool) -> None:
        """List the records under embargo, those that open first before the others."""
        entries = service.entries()
        if json_:
            show_json([vars(entry) for entry in entries])
            return
        show_table(
            ["record", "until", "title", "reason"],
            [
                [entry.number, f"{entry.until} (overdue)" if entry.overdue else entry.until, entry.title, entry.reason]
                for entry in entries
            ],
        )

    @click.command("lift")
    @click.argument("numbers", nargs=-1)
    @click.option("--due", is_flag=True, help="All whose day has come, as the job does.")
    @pass_session
    def lift(session: CommandSession, numbers: tuple[str, ...], due: bool) -> None:
        """Open the files of the records NUMBERS before their day."""
        if due == bool(numbers):
            raise click.UsageError("Name records, or those that are due with --due.")
        if due:
            click.echo(f"{service.lift_due()} lifted.")
        for number in numbers:
            service.lift(session.actor, number)
            click.echo(f"The files of {number} are open.")

    @click.command("move")
    @click.argument("number")
    @click.argument("until")
    @pass_session
    def move(session: CommandSession, number: str, until: str) -> None:
        """Let the embargo of the record NUMBER end on the day UNTIL (2027-03-03), earlier or later than now."""
        try:
            day = date.fromisoformat(until)
        except ValueError as error:
            raise click.UsageError(f"'{until}' is not a date. Write it like 2027-03-03.") from error
        try:
            service.move(session.actor, number, day)
        except MunimentError as error:
            raise click.ClickException(error.errors[0].message if error.errors else error.message) from error
        click.echo(f"The files of {number} open on {day}.")

    return [list_, lift, move]
