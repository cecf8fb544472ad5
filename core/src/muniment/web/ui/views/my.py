"""What is one's own: drafts and records."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request

from muniment.errors import InvalidRequest
from muniment.records.requests import SearchRequest
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import state, the_actor
from muniment.web.ui.language import display_locale
from muniment.web.ui.search_page import SIZE
from muniment.web.ui.search_view import Address, pagination, result_view

blueprint = Blueprint("my", __name__)


@blueprint.get("/me")
@access("authenticated")
@session("optional")
def home() -> Response:
    return redirect("/me/uploads", 302)  # type: ignore[return-value]


@blueprint.get("/me/uploads")
@access("authenticated")
@session("optional")
def uploads() -> Response:
    """One's drafts and records, the last changed first."""
    query, number = request.args.get("q", "").replace("\x00", ""), request.args.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and 0 < int(number[:6]) <= 600 else 1
    asked = SearchRequest(q=query, sort=None if query else "updated-desc", page=page, size=SIZE, with_facets=False)
    error, hits, total = "", [], 0
    try:
        found = state().repository.records.search_user(the_actor(), asked)
        hits, total = list(found.hits), found.total
    except InvalidRequest as problem:
        error = " ".join(detail.message for detail in problem.errors) or problem.message
    locale, address = display_locale(), Address("/me/uploads", [("q", query)] if query else [])
    answer = render_template(
        "my/uploads.html",
        query=query,
        error=error,
        total=total,
        results=[result_view(item.data, locale, summary_length=160) for item in hits],
        pages=pagination(total, page, SIZE, address),
    )
    return make_response(answer, 400 if error else 200)


BLUEPRINTS = [BlueprintSpec(blueprint, "ui")]
