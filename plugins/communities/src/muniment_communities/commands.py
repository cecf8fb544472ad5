"""`muniment communities`: what operators do with communities."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from muniment.api import SYSTEM, CommandSession, as_json, pass_session, show_json, show_table
from muniment_communities.listing import Asked
from muniment_communities.roles import OWNER

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService

_LISTED = 1000


def commands(service: Callable[[], CommunityService]) -> list[click.Command]:
    return [_list(service), *_marks(service), _own(service), *_ends(service)]


def _list(service: Callable[[], CommunityService]) -> click.Command:
    @click.command("list")
    @click.option("--query", "-q", default="", help="Words of the title, the description or the slug.")
    @as_json
    def list_(query: str, json_: bool) -> None:
        """List communities, the newest first."""
        found = service().list(SYSTEM, Asked(q=query, sort="newest", size=_LISTED)).communities
        counts = service().records.counts([one.id for one in found])
        rows = [
            {
                "slug": one.slug,
                "title": one.title,
                "visibility": one.access["visibility"],
                "records": counts[one.id],
                "verified": one.verified is not None,
                "id": one.id,
            }
            for one in found
        ]
        if json_:
            show_json(rows)
            return
        show_table(
            ["slug", "title", "visibility", "records", "verified"],
            [
                [row["slug"], row["title"], row["visibility"], row["records"], "yes" if row["verified"] else ""]
                for row in rows
            ],
        )

    return list_


def _marks(service: Callable[[], CommunityService]) -> list[click.Command]:
    @click.command("verify")
    @click.argument("slug")
    @click.option("--off", is_flag=True, help="Take it back.")
    @pass_session
    def verify(session: CommandSession, slug: str, off: bool) -> None:
        """Say that the community SLUG is what it says it is."""
        community = service().lifecycle.mark(session.actor, slug, "verified", on=not off)
        click.echo(f"{community.title} is {'not ' if off else ''}verified.")

    @click.command("feature")
    @click.argument("slug")
    @click.option("--off", is_flag=True, help="Take it back.")
    @pass_session
    def feature(session: CommandSession, slug: str, off: bool) -> None:
        """List the community SLUG among the featured ones."""
        community = service().lifecycle.mark(session.actor, slug, "featured", on=not off)
        click.echo(f"{community.title} is {'not ' if off else ''}featured.")

    return [verify, feature]


def _own(service: Callable[[], CommunityService]) -> click.Command:
    @click.command("own")
    @click.argument("slug")
    @click.argument("email")
    @pass_session
    def own(session: CommandSession, slug: str, email: str) -> None:
        """Make the person with the address EMAIL an owner of the community SLUG."""
        community, user = service().get(session.actor, slug), session.user(email)
        with session.repository.database.write() as unit:
            service().members.add(unit, community.id, OWNER, subject=user.subject_id)
            unit.audit("community.owner_added", f"community:{community.id}", session.actor, member=user.subject_id)
        click.echo(f"{email} owns {community.title}.")

    return own


def _ends(service: Callable[[], CommunityService]) -> list[click.Command]:
    @click.command("delete")
    @click.argument("slug")
    @click.option("--note", default="", help="What the tombstone says.")
    @pass_session
    def delete(session: CommandSession, slug: str, note: str) -> None:
        """Delete the community SLUG; its records stay."""
        service().lifecycle.delete(session.actor, slug, {"note": note})
        click.echo(f"{slug} is deleted.")

    @click.command("restore")
    @click.argument("slug")
    @pass_session
    def restore(session: CommandSession, slug: str) -> None:
        """Bring the deleted community SLUG back."""
        click.echo(f"{service().lifecycle.restore(session.actor, slug).title} is back.")

    return [delete, restore]
