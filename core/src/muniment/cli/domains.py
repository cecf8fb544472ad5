"""`muniment domains`: whose e-mail addresses are welcome."""

from __future__ import annotations

import click

from muniment.cli.output import as_json, show_json, show_table
from muniment.cli.session import Session, pass_session
from muniment.errors import NotFound
from muniment.users.domain_fields import STATUSES
from muniment.users.domains import WINDOW


@click.group()
def domains() -> None:
    """Domains of e-mail addresses: let in, vouched for, waiting for approval, refused."""


@domains.command("list")
@click.option("--status", type=click.Choice(list(STATUSES)), help="Only domains of which this was said.")
@as_json
@pass_session
def list_command(session: Session, status: str | None, json_: bool) -> None:
    """List the domains that somebody has said something about, and those that accounts have."""
    page = session.repository.users.domains.search(session.actor, status=status or "", size=WINDOW)
    if page.total > len(page.domains):
        click.echo(f"Only the first {len(page.domains)} of {page.total} domains are listed.", err=True)
    rows = [(domain.name, domain.status, domain.category, domain.accounts["users"]) for domain in page.domains]
    if json_:
        show_json([dict(zip(("domain", "status", "category", "accounts"), row, strict=True)) for row in rows])
        return
    show_table(["domain", "status", "category", "accounts"], rows)


@domains.command("set")
@click.argument("names", nargs=-1, required=True, metavar="DOMAIN...")
@click.argument("status", type=click.Choice(list(STATUSES)))
@click.option("--category", help="A word for your own order.")
@pass_session
def set_command(session: Session, names: tuple[str, ...], status: str, category: str | None) -> None:
    """Say what holds for who signs up with an address of DOMAIN, or of one below it, from now on."""
    service = session.repository.users.domains
    for name in names:
        try:
            found = service.get(session.actor, name)
        except NotFound:
            service.create(session.actor, {"domain": name, "status_name": status, "category": category})
        else:
            kept = {
                "category": found.category if category is None else category,
                "flagged": found.flagged,
                "flagged_source": found.flagged_source,
                "org": [dict(item) for item in found.org],
            }
            service.update(session.actor, found.name, {**kept, "status_name": status})
        click.echo(f"{name}: {status}")


@domains.command()
@click.argument("name", metavar="DOMAIN")
@pass_session
def remove(session: Session, name: str) -> None:
    """Take back what was said about DOMAIN."""
    session.repository.users.domains.delete(session.actor, name)
    click.echo(f"{name} is off the list.")
