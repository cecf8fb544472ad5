"""Domains of e-mail addresses: whose accounts are welcome, whose wait for approval, and whose are refused."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as BaseResponse

from muniment.errors import Conflict, InvalidRequest, MunimentError, RevisionMismatch, ValidationFailed
from muniment.users.domain_fields import STATUSES, Domain
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.kept_forms import keeps_form
from muniment.web.ui.search_view import Address, pagination
from muniment.web.ui.views.control.frame import SIZE, Confirmation, argument, ask, page_number, show, text

blueprint = Blueprint("control_domains", __name__, url_prefix="/control/domains")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)

STATUS_TITLES: Final = {
    "new": lazy_gettext("As any other"),
    "verified": lazy_gettext("Vouched for"),
    "moderated": lazy_gettext("Waits for approval"),
    "blocked": lazy_gettext("Refused"),
}
#: What the site's setting says about the domains that are not listed.
UNLISTED_TITLES: Final = {
    "open": lazy_gettext("Whoever signs up with an address of another domain is let in."),
    "moderated": lazy_gettext("Whoever signs up with an address of another domain waits for approval."),
    "blocked": lazy_gettext("Whoever wants to sign up with an address of another domain is refused."),
}


@blueprint.get("")
@access("moderation")
@session("required")
def domains() -> Response:
    return _list()


def _list(error: MunimentError | None = None) -> Response:
    asked = {"q": argument("q"), "status": argument("status"), "sort": argument("sort")}
    page = page_number()
    found = None
    try:
        found = the_repository().users.domains.search(
            the_actor(),
            asked["q"],
            status=asked["status"] if asked["status"] in STATUSES else "",
            sort=asked["sort"],
            page=page,
            size=SIZE,
        )
    except InvalidRequest as refused:
        error = error or refused
    address = Address("/control/domains", [(name, value) for name, value in asked.items() if value])
    return show(
        "control/domains.html",
        error,
        found=found,
        asked=asked,
        titles=STATUS_TITLES,
        statuses=[(name, str(title)) for name, title in STATUS_TITLES.items()],
        unlisted=UNLISTED_TITLES[the_repository().config.site.unlisted_domains],
        pages=pagination(found.total, page, SIZE, address) if found else None,
    )


@blueprint.post("")
@access("moderation")
@session("required")
@keeps_form
def create() -> BaseResponse:
    try:
        made = the_repository().users.domains.create(the_actor(), {"domain": text("domain"), **_sent()})
    except ValidationFailed as error:
        return _list(error)
    return redirect(url_for("control_domains.domain", name=made.name, done="saved"), 303)


@blueprint.get("/<name>")
@access("moderation")
@session("required")
def domain(name: str) -> Response:
    return _page(the_repository().users.domains.get(the_actor(), name))


@blueprint.post("/<name>")
@access("moderation")
@session("required")
@keeps_form
def save(name: str) -> BaseResponse:
    service, revision = the_repository().users.domains, text("revision")
    try:
        kept = {"org": [dict(item) for item in service.get(the_actor(), name).org]}
        service.update(
            the_actor(), name, {**kept, **_sent()}, int(revision) if revision.isdigit() and len(revision) < 19 else None
        )
    except ValidationFailed as error:
        return _page(service.get(the_actor(), name), error)
    except RevisionMismatch:
        changed = Conflict("Somebody else changed this domain meanwhile. Save it again to keep what you entered.")
        return _page(service.get(the_actor(), name), changed)
    return redirect(url_for("control_domains.domain", name=name, done="saved"), 303)


@blueprint.get("/<name>/delete")
@access("moderation")
@session("required")
def confirm_delete(name: str) -> Response:
    found = the_repository().users.domains.get(the_actor(), name)
    return ask(
        Confirmation(
            title=_("Take %(name)s off the list?", name=found.name),
            text=_(
                "Whoever signs up with such an address is then treated like anybody else. Accounts stay as they are."
            ),
            button=_("Take it off the list"),
            action=url_for("control_domains.delete", name=found.name),
            back=url_for("control_domains.domain", name=found.name),
        )
    )


@blueprint.post("/<name>/delete")
@access("moderation")
@session("required")
def delete(name: str) -> BaseResponse:
    the_repository().users.domains.delete(the_actor(), name)
    return redirect(url_for("control_domains.domains", done="deleted"), 303)


def _sent() -> dict[str, Any]:
    return {
        "status_name": text("says"),
        "category": text("category"),
        "flagged": request.form.get("flagged") == "1",
        "flagged_source": text("flagged_source"),
    }


def _page(found: Domain, error: MunimentError | None = None) -> Response:
    stored = {"says": found.status, "category": found.category, "flagged_source": found.flagged_source}
    return show(
        "control/domain.html",
        error,
        domain=found,
        flagged=request.form.get("flagged") == "1" if error else found.flagged,
        given=lambda name: request.form.get(name, "") if error else stored[name],
        statuses=[(name, str(title)) for name, title in STATUS_TITLES.items()],
    )
