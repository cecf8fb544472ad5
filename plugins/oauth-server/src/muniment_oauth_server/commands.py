"""`muniment oauth-server …`."""

from __future__ import annotations

import click

from muniment.api import (
    SYSTEM,
    CommandSession,
    MunimentError,
    PluginContext,
    as_json,
    pass_session,
    show_json,
    show_table,
)
from muniment_oauth_server.service import OAuthServer


def commands(context: PluginContext) -> list[click.Command]:
    """The commands, over the plugin's services."""

    @click.command("applications")
    @as_json
    def applications(json_: bool) -> None:
        """List the applications that people have registered."""
        found = OAuthServer(context).applications.all()
        rows = [
            {
                "client_id": one.client_id,
                "name": one.name,
                "owner": str(one.owner_id),
                "kind": "public" if one.public else "confidential",
                "people": people,
            }
            for one, people in found
        ]
        if json_:
            show_json(rows)
        elif rows:
            show_table(list(rows[0]), [tuple(map(str, row.values())) for row in rows])
        else:
            click.echo("Nobody has registered an application.")

    @click.command("remove")
    @click.argument("client_id")
    @pass_session
    def remove(_session: CommandSession, client_id: str) -> None:
        """Remove the application CLIENT_ID with all that people have allowed it."""
        try:
            OAuthServer(context).applications.remove_by_operator(SYSTEM, client_id)
        except MunimentError as error:
            raise click.ClickException(error.message) from error
        click.echo("Removed; its tokens are worth nothing any more.")

    @click.command("rotate-keys")
    @click.option("--at-once", is_flag=True, help="Withdraw the older keys too: for a key that somebody has seen.")
    def rotate_keys(at_once: bool) -> None:
        """Sign ID tokens with a new key from now on."""
        OAuthServer(context).keys.rotate(SYSTEM, at_once=at_once)
        click.echo("A new key signs; clients fetch it by themselves.")

    return [applications, remove, rotate_keys]
