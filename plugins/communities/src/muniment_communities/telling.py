"""Who is told of what happens in communities; what is asked and decided, `requests` tells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from flask_babel import lazy_gettext
from sqlalchemy import select

from muniment.api import LogEntry, Notification, NotificationType, Repository
from muniment_communities.events import CommunityDeleted, InvitationEnded, MemberChanged, RecordsLinked
from muniment_communities.models import InvitationRow, MemberRow
from muniment_communities.party import curators
from muniment_communities.roles import CURATOR, MANAGER, OWNER, READER, at_least
from muniment_requests.api import names_of

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService


def _(text: str) -> str:
    """Marks a text for translators; it is looked up when it is read."""
    return text


#: In the words of `wording.role_label`, for sentences that are looked up later.
_ROLES: Final = {READER: _("Reader"), CURATOR: _("Curator"), MANAGER: _("Manager"), OWNER: _("Owner")}
_ANSWERED: Final = {
    "accepted": _("%(person)s accepted your invitation to “%(community)s”"),
    "declined": _("Your invitation of somebody to “%(community)s” was declined"),
    "expired": _("Your invitation of somebody to “%(community)s” ran out"),
}


def notification_types(service: CommunityService) -> list[NotificationType]:
    telling = Telling(service)
    group = lazy_gettext("Communities")
    declared: tuple[tuple[str, Any, str, Any], ...] = (
        ("member", lazy_gettext("Your membership of a community is changed"), MemberChanged.name, telling.of_member),
        (
            "invitation",
            lazy_gettext("Somebody whom you invited by e-mail answers, or does not"),
            InvitationEnded.name,
            telling.of_invitation,
        ),
        (
            "records",
            lazy_gettext("A record of yours, or of a community that you curate, is put in or taken out by others"),
            RecordsLinked.name,
            telling.of_records,
        ),
        ("deleted", lazy_gettext("A community that you belong to is deleted"), CommunityDeleted.name, telling.of_end),
    )
    return [
        NotificationType(f"communities.{id}", title, group, (event,), tell, order=20)
        for id, title, event, tell in declared
    ]


class Telling:
    """Finds whom it concerns, and says it in words that last when the community is gone."""

    def __init__(self, service: CommunityService) -> None:
        self.service = service

    def of_member(self, repository: Repository, entry: LogEntry) -> Iterable[Notification]:
        member, change, role = int(entry.payload["member"]), entry.payload["change"], entry.payload["role"]
        with repository.database.read() as session:
            there = session.execute(
                select(MemberRow.role).where(
                    MemberRow.community == entry.payload["community"], MemberRow.subject == member
                )
            ).scalar()
        if (there is None) != (change == "removed") or (there or role) != role:
            return  # it is otherwise by now, and another event tells of that
        text = {
            "role": _("Your role in “%(community)s” is now: %(role)s"),
            "removed": _("You are no longer a member of “%(community)s”"),
            "owner": _("You own “%(community)s” now, since its last owner has left"),
        }[change]
        words = {"role": _ROLES[role]} if change == "role" else {}
        yield from self._about(entry, {member}, text, words=words, members=change != "removed")

    def of_invitation(self, repository: Repository, entry: LogEntry) -> Iterable[Notification]:
        with repository.database.read() as session:
            row = session.get(InvitationRow, entry.payload["invitation"])
            if row is None or row.invited_by is None or row.state not in _ANSWERED:
                return
            role = session.execute(
                select(MemberRow.role).where(MemberRow.community == row.community, MemberRow.subject == row.invited_by)
            ).scalar()
        if not at_least(role or "", MANAGER):
            return  # who invited does not look after members any more
        cause = entry.payload["subject_id"]
        person = names_of(repository, [cause]).get(cause, "")
        yield from self._about(entry, {row.invited_by}, _ANSWERED[row.state], {"person": person}, page="members")

    def of_records(self, repository: Repository, entry: LogEntry) -> Iterable[Notification]:
        """Owners of what curators take out, and curators of what others put in or take out."""
        community, cause = entry.payload["community"], entry.payload["subject_id"]
        record = repository.records.parents([int(entry.payload["parent_id"])]).get(int(entry.payload["parent_id"]))
        theirs = curators(repository, community)
        if record is None or not record.published:
            return
        values, path = {"title": record.title}, f"/records/{record.number}"
        if entry.payload["added"]:
            text = _("“%(title)s” was put into “%(community)s”")
            if cause not in theirs:
                yield from self._about(entry, theirs, text, values, path=path)
            return
        text = _("“%(title)s” was taken out of “%(community)s”")
        owner = {record.owner} if record.owner is not None else set()
        yield from self._about(entry, owner if cause in theirs else owner | theirs, text, values, path=path)

    def of_end(self, repository: Repository, entry: LogEntry) -> Iterable[Notification]:
        members = select(MemberRow.subject).where(
            MemberRow.community == entry.payload["community"], MemberRow.subject.is_not(None)
        )
        with repository.database.read() as session:
            people = {one for one in session.execute(members).scalars() if one is not None}
        yield from self._about(entry, people, _("The community “%(community)s” was deleted"), members=False)

    def _about(
        self,
        entry: LogEntry,
        to: Iterable[int],
        text: str,
        values: dict[str, str] | None = None,
        *,
        words: dict[str, str] | None = None,
        members: bool = True,
        page: str = "",
        path: str = "",
    ) -> Iterable[Notification]:
        """`members` tells whether `to` may see the community when it is restricted, and that it is there."""
        community = self.service.found(entry.payload["community"])
        if community is None:
            return
        own = f"{community.href}/{page}" if page else community.href
        yield Notification(
            to=frozenset(to),
            text=text,
            path=path or (own if members else "/communities"),
            values={"community": community.title, **(values or {})},
            words=words or {},
            cause=entry.payload["subject_id"],
        )
