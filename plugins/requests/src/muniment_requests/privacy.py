"""What the plugin keeps about people, why and until when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from muniment.api import Category, Retention, Table, UnitOfWork
from muniment_requests.attachments import forget_unnamed
from muniment_requests.models import AttachmentRow, Entry, PartLabel, RequestRow, Seen

if TYPE_CHECKING:
    from muniment_requests.service import RequestService

KEPT_AFTER_CLOSING = timedelta(days=365)


def _(text: str) -> str:
    """Marks a text for translators; the privacy notice looks it up when it is shown."""
    return text


def categories(requests: RequestService) -> list[Category]:
    def sweep(unit: UnitOfWork) -> int:
        forget_unnamed(unit)
        return requests.forget_closed(unit, unit.now - KEPT_AFTER_CLOSING)

    return [
        Category(
            id="requests.conversations",
            label=_("Requests and conversations"),
            fields=(
                _("what was asked"),
                _("comments"),
                _("files beside them"),
                _("decisions"),
                _("reviewers"),
                _("times"),
            ),
            purposes=("make_and_act_on_requests", "communicate", "history_for_participants"),
            basis="legitimate_interest",
            source=("user_input",),
            owner="requests",
            stores=(
                Table(RequestRow, subject="subject"),
                Table(Entry, subject="subject"),
                Table(PartLabel),
                Table(AttachmentRow, subject="subject"),
            ),
            retention=Retention(until=("request.closed + P1Y",), sweep=sweep),
            access=("service_operators", "request_counterparties"),
            transfers=(_("people who take part in the request"),),
            erase="pseudonymise",
        ),
        Category(
            id="requests.reading",
            label=_("Which requests were read"),
            fields=(_("the last line that was read"),),
            purposes=("adapt_ui",),
            basis="legitimate_interest",
            source=("service",),
            owner="requests",
            stores=(Table(Seen, subject="subject"),),
            retention=Retention(until=("account.deleted", "request.closed + P1Y")),
        ),
    ]
