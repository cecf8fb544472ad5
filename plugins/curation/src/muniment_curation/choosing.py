"""The communities that somebody can choose from, their own first, each with what it means to choose it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask_babel import gettext as _

from muniment.api import Actor
from muniment_communities.api import Asked, Community
from muniment_curation.policies import needs_review

if TYPE_CHECKING:
    from muniment_curation.reviews import ReviewService

MOST: Final = 20


@dataclass(frozen=True)
class Choice:
    """A community, and in words whether what is brought there is reviewed."""

    community: Community
    meaning: str


def choices(service: ReviewService, actor: Actor, words: str, without: Collection[str] = ()) -> list[Choice]:
    """`without` are the ids of communities that are out of the question, since the record is in them."""
    own = service.communities.list(actor, Asked(q=words, own=True, size=MOST)).communities
    others = service.communities.list(actor, Asked(q=words, size=MOST)).communities
    mine = {one.id for one in own}
    found = [one for one in (*own, *(one for one in others if one.id not in mine)) if one.id not in without][:MOST]
    return [
        Choice(one, meaning) for one in found if (meaning := _meaning(service, actor, one, is_member=one.id in mine))
    ]


def _meaning(service: ReviewService, actor: Actor, community: Community, *, is_member: bool) -> str:
    """Empty where the actor cannot submit."""
    if community.access["record_submission_policy"] == "closed" and not (is_member or actor.is_administrator):
        return ""
    if needs_review(service.communities, actor, community):
        return str(_("Its curators review what is submitted."))
    return str(_("You may publish there without a review."))
