"""`muniment mfa …`."""

from __future__ import annotations

import click

from muniment.api import SYSTEM, CommandSession, MunimentError, PluginContext, as_json, pass_session, show_json
from muniment_mfa.factors import Factors


def commands(context: PluginContext) -> list[click.Command]:
    """The commands, over the plugin's services."""

    @click.command("status")
    @as_json
    @pass_session
    def status(_session: CommandSession, json_: bool) -> None:
        """Tell how many people have a second step, and which roles need one."""
        told = {"people": len(Factors(context).everybody()), "required_roles": context.settings.required_roles}
        if json_:
            show_json(told)
        else:
            click.echo(f"{told['people']} people have a second step.")
            click.echo(f"Roles that need one: {', '.join(context.settings.required_roles) or 'none'}.")

    @click.command("reset")
    @click.argument("person")
    @pass_session
    def reset(session: CommandSession, person: str) -> None:
        """Take the second step from PERSON (address or user name), who lost it, and sign them out everywhere."""
        user = session.repository.users.find(person)
        if user is None:
            raise click.ClickException(f"There is no account '{person}'.")
        try:
            Factors(context).reset(SYSTEM, user.subject_id)
        except MunimentError as error:
            raise click.ClickException(error.message) from error
        click.echo("Reset; a message tells the person.")

    return [status, reset]
