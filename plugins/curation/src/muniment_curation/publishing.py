"""What the button for publishing says and does for drafts that are for a community."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask_babel import gettext as _

from muniment.api import Actor, Publication
from muniment_curation.reviews import mark

if TYPE_CHECKING:
    from muniment_curation.reviews import ReviewService

REFUSED: Final = "This draft is for a community: submit it for review there, or choose none."


def publication(service: ReviewService, number: str, actor: Actor) -> Publication | None:
    """What happens in place of publishing; None for drafts that are for no community, and for who accepts this one."""
    if actor.is_system:
        return None
    review = service.of_draft(number)
    if review is None or mark(review.parent_id) in actor.labels:
        return None
    community = service.communities.named([review.community]).get(review.community)
    if community is None:
        return None
    title = community.title
    if review.is_open:
        return Publication(
            button=_("Show the review"),
            question=_("%(community)s is reviewing this draft", community=title),
            text=_(
                "It is published when a curator accepts it. The conversation with them is on the page of the request."
            ),
            confirm=_("Go to the request"),
            refusal=REFUSED,
            carry_out=lambda _actor, _number, _revision: f"/me/requests/{review.request}",
        )

    def submit(actor: Actor, number: str, revision: int) -> str:
        request = service.submit(actor, number, revision)
        return f"/me/requests/{request.id}" if request.is_open else f"/records/{number}?published=1"

    if service.goes_directly(actor, review):
        return Publication(
            button=_("Publish to %(community)s", community=title),
            question=_("Publish this in %(community)s?", community=title),
            text=_("You may publish there without a review."),
            confirm=_("Publish now"),
            refusal=REFUSED,
            carry_out=submit,
            publishes=True,
        )
    return Publication(
        button=_("Submit for review to %(community)s", community=title),
        question=_("Submit this for review?"),
        text=_(
            "The curators of %(community)s look at it and can change it. It is published when they accept it; until "
            "then you can go on with it, and withdraw it at any time.",
            community=title,
        ),
        confirm=_("Submit for review"),
        refusal=REFUSED,
        carry_out=submit,
    )
