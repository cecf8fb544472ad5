"""The pages on which people choose the community of a draft, and ask one to take a published record."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import (
    BlueprintSpec,
    MunimentError,
    NotFound,
    PermissionDenied,
    access,
    keeps_form,
    session,
    the_actor,
)
from muniment_communities.api import Community
from muniment_curation.check_pages import add_checks
from muniment_curation.choosing import Choice, choices
from muniment_curation.messages import worded

if TYPE_CHECKING:
    from muniment_curation.plugin import Plugin


def pages(plugin: Plugin) -> BlueprintSpec:
    pages = Blueprint("curation", __name__, url_prefix="/curation", template_folder="templates")

    def rule(method: Callable[..., Any], path: str) -> Callable[[Any], Any]:
        """A page for those who are signed in."""

        def decorate(view: Any) -> Any:
            return method(path)(access("authenticated")(session("required")(view)))

        return decorate

    @rule(pages.get, "/<number>")
    def choose(number: str) -> BaseResponse:
        return _page(plugin, number)

    @rule(pages.post, "/<number>")
    @keeps_form
    def chosen(number: str) -> BaseResponse:
        """A draft gets its community, or none; a record is offered to one."""
        actor, community = the_actor(), request.form.get("community", "")
        try:
            if not _is_draft(plugin, number):
                made = plugin.inclusion.ask(actor, number, community, request.form.get("comment", ""))
                return redirect(f"/me/requests/{made.id}" if made.is_open else f"/records/{number}", 303)
            if request.form.get("do") == "drop":
                plugin.reviews.drop(actor, number)
            else:
                plugin.reviews.choose(actor, number, community)
        except MunimentError as error:
            if isinstance(error, NotFound) or (error.status == 403 and not isinstance(error, PermissionDenied)):
                raise
            return _page(plugin, number, error)
        return redirect(url_for("deposit.edit", number=number), 303)

    add_checks(plugin, pages, rule)
    return BlueprintSpec(pages, "ui")


def _is_draft(plugin: Plugin, number: str) -> bool:
    """Whether there is a draft that was never published; raises `NotFound` and `PermissionDenied` for what the actor
    does not manage."""
    actor, records = the_actor(), plugin.reviews.repository.records
    try:
        draft = records.read_draft(actor, number)
    except NotFound:
        records.parent_for(actor, number, "manage")
        return False
    if not records.may(actor, number, "manage"):
        raise PermissionDenied()
    return not draft.data.get("is_published")


def _page(plugin: Plugin, number: str, error: MunimentError | None = None) -> Response:
    actor, is_draft = the_actor(), _is_draft(plugin, number)
    records = plugin.reviews.repository.records
    record = records.read_draft(actor, number) if is_draft else records.read(actor, number)
    review = plugin.reviews.of_draft(number) if is_draft else None
    communities: dict[str, Community] = plugin.reviews.communities.named([review.community] if review else [])
    words = request.args.get("q", "").replace("\x00", "")[:200]
    its_own = () if is_draft else record.data["parent"].get("communities", {}).get("ids", ())
    found: list[Choice] = choices(plugin.reviews, actor, words, its_own)
    values = {
        "record": record,
        "is_draft": is_draft,
        "review": review,
        "present": next(iter(communities.values()), None),
        "choices": found,
        "q": words,
        "problems": [("community", worded(error.message))] if error is not None else [],
    }
    status = 200 if error is None else 409 if error.status == 409 else 422
    return make_response(render_template("curation/choose.html", **values), status)
