"""What the plugin keeps about people, why and until when."""

from __future__ import annotations

from muniment.api import Category, Retention, Table
from muniment_curation.models import ReviewRow


def _(text: str) -> str:
    """Marks a text for translators; the privacy notice looks it up when it is shown."""
    return text


def categories() -> list[Category]:
    return [
        Category(
            id="curation.reviews",
            label=_("Drafts that were submitted to communities"),
            fields=(_("who chose the community"), _("the description as it was reviewed last")),
            purposes=("make_and_act_on_requests",),
            basis="legitimate_interest",
            source=("user_input",),
            owner="curation",
            stores=(Table(ReviewRow, subject="subject"),),
            retention=Retention(until=("draft.published", "draft.deleted")),
            access=("service_operators", "request_counterparties"),
        )
    ]
