"""What reviewers may do with a draft while its request is open: read and edit it, as curators of its community."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from muniment.api import Actor, labels_given

if TYPE_CHECKING:
    from flask import Request

    from muniment_curation.reviews import ReviewService

#: Pages and addresses that are about one record: only there reviewers need more than their own labels, so that those of
#: hundreds of open drafts are not gathered for each request.
_ABOUT_A_RECORD: Final = ("/records/", "/uploads/", "/api/records/")


def labels(service: ReviewService, actor: Actor, request: Request) -> list[str]:
    """At most two statements, on pages about a record."""
    if actor.subject is None or not request.path.startswith(_ABOUT_A_RECORD):
        return []
    arguments = request.view_args or {}
    number = arguments.get("number") or arguments.get("id")
    if not isinstance(number, str) or len(number) > 40:
        return []
    review = service.of_draft(number)
    if review is None or not review.is_open:
        return []
    community = service.communities.named([review.community]).get(review.community)
    if community is None or not service.communities.can(actor, community, "curate"):
        return []
    return sorted(labels_given(review.parent_id, "edit", listed=False))
