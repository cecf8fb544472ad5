"""The types of requests, and what their pages show besides the conversation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from flask import render_template
from flask_babel import lazy_gettext as _
from markupsafe import Markup

from muniment.api import SYSTEM, Actor, MunimentError
from muniment_curation import deciding, inclusion
from muniment_curation.looking import submission_view
from muniment_curation.reviews import SUBMISSION
from muniment_curation.showing import shown
from muniment_requests.api import Request, RequestType, Terms

if TYPE_CHECKING:
    from muniment_curation.checking import CheckService
    from muniment_curation.reviews import ReviewService

#: Curators who have not decided by then have declined by silence; the depositor can submit again.
OPEN_FOR: Final = timedelta(days=365)


def request_types(service: Callable[[], ReviewService], checks: Callable[[], CheckService]) -> list[RequestType]:
    def details(actor: Actor, request: Request) -> Markup:
        view = submission_view(service(), actor, request)
        if view is None:
            return Markup()
        outcomes = shown(checks().of_draft(SYSTEM, view.number)[2], f"/uploads/{view.number}")
        return Markup(render_template("curation/submission.html", view=view, outcomes=outcomes))

    def record_details(actor: Actor, request: Request) -> Markup:
        """What the checks of the community say about a record that it is to take."""
        records = service().repository.records
        try:
            record = records.read(actor, request.topic.id) if request.topic is not None and request.is_open else None
        except MunimentError:
            record = None
        outcomes = checks().of_item(request.receiver.id, record) if record is not None else []
        if not outcomes:
            return Markup()
        return Markup(render_template("curation/inclusion.html", outcomes=shown(outcomes, "")))

    def controls(request: Request, _sent: Mapping[str, Any], _problems: Sequence[tuple[str, str]]) -> Markup:
        """The revision that the page shows goes with the decision: nobody publishes what they have not seen."""
        review = service().of_request(request.id)
        try:
            draft = service().repository.records.read_draft(SYSTEM, review.number) if review is not None else None
        except MunimentError:
            draft = None
        if draft is None:
            return Markup()
        return Markup('<input type="hidden" name="revision" value="{}">').format(draft.revision)

    submission = RequestType(
        SUBMISSION,
        _("Submission to a community"),
        OPEN_FOR,
        {
            "submit": deciding.submit,
            "accept": deciding.accept,
            "decline": deciding.decline,
            "cancel": deciding.close,
            "expire": deciding.close,
        },
        details=details,
        explained=frozenset({"decline"}),
        terms=Terms(controls, _read_terms),
    )
    taking = RequestType(
        inclusion.INCLUSION,
        _("Inclusion in a community"),
        OPEN_FOR,
        {
            "accept": inclusion.accept,
            "decline": inclusion.decline,
            "cancel": inclusion.close,
            "expire": inclusion.close,
        },
        details=record_details,
        explained=frozenset({"decline"}),
    )
    return [submission, taking]


def _read_terms(_request: Request, sent: Mapping[str, Any]) -> Mapping[str, Any]:
    text = str(sent.get("revision", ""))
    return {"revision": int(text)} if text.isascii() and text.isdigit() and len(text) < 12 else {}
