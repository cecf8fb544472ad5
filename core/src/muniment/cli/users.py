"""`muniment users`: accounts, roles, blocking."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from muniment.cli.output import as_json, show_json, show_table
from muniment.cli.session import Session, pass_session
from muniment.errors import Conflict

#: The search for accounts gives no more at once.
MOST_LISTED = 10_000


@click.group()
def users() -> None:
    """Accounts, roles, blocking."""


@users.command()
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--confirmed", is_flag=True, help="The address needs no confirmation.")
@click.option("--role", "roles", multiple=True, help="A role to give; can be repeated.")
@click.option("--name", default="", help="The person's full name.")
@pass_session
def create(
    session: Session, email: str, password_stdin: bool, confirmed: bool, roles: tuple[str, ...], name: str
) -> None:
    """Make an account. Without a password, it prints a one-time link that sets one."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    service = session.repository.users
    user = service.create(email, password=password, confirmed=confirmed, roles=roles, full_name=name)
    click.echo(f"Made the account {user.subject_id} for {email}.")
    if password is None:
        click.echo(service.one_time_link(user, "set-password"))


@users.command()
@click.argument("email")
@click.option("--role", "roles", multiple=True, help="A role to give; can be repeated.")
@pass_session
def invite(session: Session, email: str, roles: tuple[str, ...]) -> None:
    """Make an account and send its one-time link by mail."""
    session.repository.users.invite(email, roles=roles)
    session.repository.deliveries.run_until_idle()
    click.echo(f"Invited {email}.")


@users.command("list")
@as_json
@pass_session
def list_command(session: Session, json_: bool) -> None:
    """List all accounts."""
    page = session.repository.users.search(session.actor, everybody=True, size=MOST_LISTED)
    rows = page.hits
    if page.total > len(rows):
        click.echo(f"Only the newest {len(rows)} of {page.total} accounts are listed.", err=True)
    if json_:
        show_json(rows)
        return
    show_table(
        ["id", "email", "name", "state"],
        [[row["id"], row.get("email"), row["profile"].get("full_name"), _state(row)] for row in rows],
    )


def _state(row: dict[str, Any]) -> str:
    if row.get("blocked"):
        return "blocked"
    if not row.get("active", True):
        return "deactivated"
    return "" if row.get("confirmed") else "unconfirmed"


@users.group()
def roles() -> None:
    """Roles, and who has them."""


@roles.command("list")
@as_json
@pass_session
def list_roles(session: Session, json_: bool) -> None:
    """List all roles with their permissions."""
    rows = [(role.name, role.title, list(role.permissions)) for role in session.repository.users.roles()]
    if json_:
        show_json([{"name": name, "title": title, "permissions": permissions} for name, title, permissions in rows])
        return
    show_table(["name", "title", "permissions"], [(name, title, ", ".join(found)) for name, title, found in rows])


@roles.command("create")
@click.argument("name")
@click.option("--title", default="", help="What people read.")
@click.option("--permission", "permissions", multiple=True, help="What it allows; can be repeated.")
@pass_session
def create_role(session: Session, name: str, title: str, permissions: tuple[str, ...]) -> None:
    """Make a role of the site's own."""
    session.repository.users.create_role(name, title, permissions)
    click.echo(f"Made the role {name}.")


@roles.command("grant")
@click.argument("email")
@click.argument("role")
@pass_session
def grant(session: Session, email: str, role: str) -> None:
    """Give ROLE to the account of EMAIL."""
    session.repository.users.grant_role(session.user(email).subject_id, role)
    click.echo(f"{email} has the role {role}.")


@roles.command("revoke")
@click.argument("email")
@click.argument("role")
@pass_session
def revoke(session: Session, email: str, role: str) -> None:
    """Take ROLE from the account of EMAIL."""
    session.repository.users.revoke_role(session.user(email).subject_id, role)
    click.echo(f"{email} no longer has the role {role}.")


@users.command()
@click.argument("email")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@pass_session
def export(session: Session, email: str, file: Path) -> None:
    """Write everything that is stored about the person with the address EMAIL into FILE, a zip of JSON."""
    user = session.user(email)
    if file.exists():
        raise Conflict(f"{file} exists; name another file.")
    with file.open("xb") as target:
        file.chmod(0o600)
        session.repository.data_exports.write(user.subject_id, target)
    click.echo(f"Wrote what is stored about {email} to {file}.")


@users.command()
@click.argument("email")
@click.option("--heir", help="The address of the account that gets the records; nobody gets them without.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def erase(session: Session, email: str, heir: str | None, yes: bool) -> None:
    """Delete the account of EMAIL now, with everything that is stored about the person.

    Published records stay, and so do the names in them; drafts are discarded. This cannot be taken back.
    """
    user = session.user(email)
    successor = session.user(heir).subject_id if heir else None
    erasure = session.repository.erasure
    count = erasure.consequences(user.subject_id)
    click.echo(f"{email}: {count.drafts} drafts go, {count.published} published records stay.")
    if not yes:
        click.confirm("Delete the account for good?", abort=True)
    if not erasure.farewell(user):
        click.echo("The mail server is away, so the person is not told.", err=True)
    erasure.erase(user.subject_id, heir=successor)
    click.echo(f"Deleted the account of {email}.")


@users.command()
@click.argument("email")
@pass_session
def block(session: Session, email: str) -> None:
    """Block an account: its sessions and tokens end, and nobody can sign in with it."""
    session.repository.users.block(session.user(email).subject_id)
    click.echo(f"Blocked {email}.")


@users.command()
@click.argument("email")
@pass_session
def unblock(session: Session, email: str) -> None:
    """Let a blocked account in again."""
    session.repository.users.restore(session.user(email).subject_id)
    click.echo(f"{email} can sign in again.")


@users.command()
@click.argument("email")
@pass_session
def link(session: Session, email: str) -> None:
    """Print a one-time link that sets the password of EMAIL."""
    click.echo(session.repository.users.one_time_link(session.user(email), "set-password"))
