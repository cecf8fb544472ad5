"""`muniment assets`: style sheets and scripts."""

from __future__ import annotations

import click

from muniment.cli.session import Session, pass_session


@click.group()
def assets() -> None:
    """Style sheets and scripts."""


@assets.command()
@pass_session
def build(session: Session) -> None:
    """Bundle the style sheets and scripts of the core, the plugins and the instance."""
    from muniment.web.ui.assets import build_assets

    built = build_assets(session.repository)
    click.echo(f"Built {len(built)} files in {session.instance.var / 'assets'}.")
