"""`muniment banners`: announcements from the command line, for when the control panel is not at hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import click

from muniment.builtin.banners.banner import AUDIENCES, KINDS, BannerInput
from muniment.builtin.banners.service import BannerService
from muniment.cli.output import as_json, show_json, show_table
from muniment.cli.session import Session, pass_session


@click.command("list")
@as_json
@pass_session
def list_command(session: Session, json_: bool) -> None:
    """List all banners."""
    now = session.repository.now()
    rows: list[dict[str, Any]] = [
        {
            "id": banner.id,
            "state": banner.state_at(now),
            "kind": banner.kind,
            "audience": banner.audience,
            "ends": banner.ends,
            "texts": dict(banner.texts),
        }
        for banner in BannerService(session.repository).all()
    ]
    if json_:
        show_json(rows)
        return
    show_table(
        ["id", "state", "kind", "for", "ends", "text"],
        [
            [row["id"], row["state"], row["kind"], row["audience"], row["ends"], next(iter(row["texts"].values()))]
            for row in rows
        ],
    )


@click.command()
@click.argument("text")
@click.option("--kind", type=click.Choice(KINDS), default="info", show_default=True, help="How important.")
@click.option(
    "--for", "audience", type=click.Choice(AUDIENCES), default="everybody", show_default=True, help="Who sees it."
)
@click.option("--hours", type=click.FloatRange(min=0, min_open=True), help="How long; without it until it is removed.")
@click.option("--language", help="The language of the text; the site's first one if not given.")
@pass_session
def show(session: Session, text: str, kind: str, audience: str, hours: float | None, language: str | None) -> None:
    """Show TEXT (a line of Markdown) on every page from now on."""
    repository = session.repository
    ends = repository.now() + timedelta(hours=hours) if hours else None
    code = language or repository.config.site.languages[0]
    wanted = BannerInput(kind, audience, {code: text}, ends=ends)
    made = BannerService(repository).create(session.actor, wanted)
    click.echo(f"Banner {made.id} is shown.")


@click.command()
@click.argument("number", type=int)
@pass_session
def remove(session: Session, number: int) -> None:
    """Remove a banner."""
    BannerService(session.repository).delete(session.actor, number)
    click.echo(f"Banner {number} is removed.")


COMMANDS: Final = (list_command, show, remove)
