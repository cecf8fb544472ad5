"""What the plugin holds about people, why and until when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete

from muniment.api import Category, Retention, Table, UnitOfWork
from muniment_communities import log
from muniment_communities.leaving import hand_over
from muniment_communities.models import CommunityRow, InvitationRow, LogRow, MemberRow

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService

#: From the day an invitation was made.
INVITATIONS_KEPT: Final = timedelta(days=365)


def _(text: str) -> str:
    """Marks a text for translators; the privacy notice looks it up when it is shown."""
    return text


def categories(service: CommunityService) -> list[Category]:
    return [
        Category(
            id="communities.made",
            label=_("Communities"),
            fields=(_("which communities somebody has made"), _("who deleted one")),
            purposes=("provide_service", "abuse_prevention"),
            basis="legitimate_interest",
            source=("user_input",),
            owner="communities",
            stores=(Table(CommunityRow, subject="created_by"),),
            erase="pseudonymise",
        ),
        Category(
            id="communities.memberships",
            label=_("Memberships of communities"),
            fields=(_("communities that somebody is a member of"), _("role"), _("whether others see the membership")),
            purposes=("provide_service", "abuse_prevention"),
            basis="legitimate_interest",
            source=("user_input",),
            owner="communities",
            stores=(Table(MemberRow, subject="subject"),),
            retention=Retention(until=("account.deleted", "membership.left")),
            transfers=(_("members of the community"), _("everybody, when the membership is public")),
            leave=hand_over(service),
        ),
        Category(
            id="communities.invitations",
            label=_("Invitations to communities"),
            fields=(_("e-mail addresses of people who were invited"), _("who invited them"), _("the answer")),
            purposes=("provide_service", "communicate"),
            basis="legitimate_interest",
            source=("user_input",),
            owner="communities",
            stores=(Table(InvitationRow, subject="subject"),),
            retention=Retention(until=("account.deleted", "invitation.created + P1Y"), sweep=_sweep_invitations),
            transfers=(_("managers of the community"),),
        ),
        Category(
            id="communities.log",
            label=_("Logs of communities"),
            fields=(_("what somebody did in a community and to its records"), _("times")),
            purposes=("provide_service", "history_for_participants"),
            basis="legitimate_interest",
            source=("service",),
            owner="communities",
            stores=(Table(LogRow, subject="subject"),),
            retention=Retention(until=("account.deleted", "action + P5M"), sweep=log.sweep),
            transfers=(_("managers of the community"),),
            erase="pseudonymise",
        ),
    ]


def _sweep_invitations(unit: UnitOfWork) -> int:
    gone = delete(InvitationRow).where(InvitationRow.created < unit.now - INVITATIONS_KEPT)
    return int(getattr(unit.session.execute(gone), "rowcount", 0))
