"""`muniment theme`: whether the look of the instance can be read."""

from __future__ import annotations

import click

from muniment.cli.session import Session, pass_session


@click.group()
def theme() -> None:
    """The look of the instance."""


@theme.command()
@pass_session
def check(session: Session) -> None:
    """Check [theme] of instance.toml: names, values, the logo, and the contrast of changed colours.

    Text needs 4.5:1 with what it stands on, edges of controls 3:1 (WCAG 2.2). Exits with 1 and the key and measured
    contrast of each colour that cannot be read.
    """
    from muniment.web.ui.branding import check_theme, lowest_contrast

    config = session.instance.config
    check_theme(config, session.instance.static)
    changed = len(config.theme.colours) + len(config.theme.dark_colours)
    front, back, ratio = lowest_contrast(config.theme)
    click.echo(f"{changed} colours are changed. The lowest contrast is {ratio:.1f}:1, {front} on {back}.")
