"""The page with the form."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import (
    BlueprintSpec,
    MunimentError,
    access,
    account_page,
    keeps_form,
    network_address,
    session,
    the_actor,
)
from muniment_support.service import NAME, TEXT, TITLE, Support, page_of_this_site

FIELDS = ("category", "name", "email", "title", "text", "page")


def pages(support: Support) -> BlueprintSpec:
    pages = Blueprint("support", __name__, url_prefix="/support", template_folder="templates")

    @pages.get("")
    @access("public")
    @session("required")
    def form() -> Response:
        return _form(support)

    @pages.post("")
    @access("public")
    @session("required")
    @keeps_form
    def send() -> BaseResponse:
        written = {name: request.form.get(name, "").replace("\0", "") for name in FIELDS}
        try:
            support.send(the_actor(), written, network_address())
        except MunimentError as error:
            return _form(support, error)
        return redirect(url_for("support.sent"), 303)

    @pages.get("/sent")
    @access("public")
    @session("required")
    def sent() -> Response:
        return account_page("support/sent.html")

    return BlueprintSpec(pages, "ui")


def _form(support: Support, error: MunimentError | None = None) -> Response:
    actor = the_actor()
    return account_page(
        "support/form.html",
        error,
        recipient=support.recipient,
        categories=[(name, _(name)) for name in support.categories],
        user=support.repository.users.get(actor.subject) if actor.subject is not None else None,
        page=page_of_this_site(request.values.get("page")),
        limits={"name": NAME, "title": TITLE, "text": TEXT},
    )
