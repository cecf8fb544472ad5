"""The pages: asking for access, what a guest has asked, and who may ask."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import (
    ANONYMOUS,
    SYSTEM,
    MunimentError,
    access,
    keeps_form,
    network_address,
    session,
    stored_html,
    the_actor,
    the_repository,
)
from muniment_access_requests.asking import AccessRequests
from muniment_access_requests.fragments import section
from muniment_access_requests.guests import Asked, Guests
from muniment_access_requests.messages import worded
from muniment_access_requests.options import Options


def blueprint(asking: AccessRequests, guests: Guests) -> Blueprint:
    pages = Blueprint("access_requests", __name__, template_folder="templates")
    _asking(pages, asking, guests)
    _guests(pages, guests)
    _options(pages, asking)
    return pages


def _asking(pages: Blueprint, asking: AccessRequests, guests: Guests) -> None:
    @pages.get("/records/<number>/access-request")
    @access("public")
    @session("required")
    def form(number: str) -> BaseResponse:
        present = asking.asked(the_actor(), number)
        if present is not None:
            return redirect(f"/me/requests/{present.id}", 302)
        return _form(asking, number)

    @pages.post("/records/<number>/access-request")
    @access("public")
    @session("required")
    @keeps_form
    def ask(number: str) -> BaseResponse:
        try:
            if not the_actor().is_authenticated:
                guests.ask(number, request.form, network_address(), str(get_locale() or ""))
                return redirect(url_for("access_requests.form", number=number, sent=1), 303)
            made = asking.ask(the_actor(), number, request.form)
        except MunimentError as error:
            if error.status in (403, 404, 410, 429):
                raise
            return _form(asking, number, error)
        return redirect(f"/me/requests/{made.id}", 303)


def _form(asking: AccessRequests, number: str, error: MunimentError | None = None) -> Response:
    actor = the_actor()
    target = asking.target(actor, number)
    if error is None:
        asking.refuse_needless(actor, target)
    problems = _problems(error, "message")
    page = render_template(
        "access-requests/ask.html",
        target=target,
        signed_in=actor.is_authenticated,
        may=target.options.users if actor.is_authenticated else target.options.guests,
        sent="sent" in request.args and not actor.is_authenticated,
        problems=problems,
        errors=lambda name: [message for control, message in problems if control == name],
        form=request.form if error else {},
    )
    return make_response(page, 422 if error else 200)


def _guests(pages: Blueprint, guests: Guests) -> None:
    @pages.get("/access-requests/guests/<token>")
    @access("public")
    @session("required")
    def guest(token: str) -> Response:
        return _guest(guests, guests.read(token), token)

    @pages.post("/access-requests/guests/<token>/confirm")
    @access("public")
    @session("required")
    def confirm(token: str) -> BaseResponse:
        try:
            guests.confirm(token)
        except MunimentError as error:
            if error.status == 404:
                raise
            return _guest(guests, guests.read(token), token, error)
        return redirect(url_for("access_requests.guest", token=token), 303)

    @pages.post("/access-requests/guests/<token>/withdraw")
    @access("public")
    @session("required")
    def withdraw(token: str) -> BaseResponse:
        """What was not confirmed is gone then, and so is its page."""
        asked = guests.read(token)
        try:
            guests.withdraw(token)
        except MunimentError as error:
            if error.status == 404:
                raise
            return _guest(guests, guests.read(token), token, error)
        target = url_for("access_requests.guest", token=token) if asked.request else "/"
        return redirect(target, 303)


def _guest(guests: Guests, asked: Asked, token: str, error: MunimentError | None = None) -> Response:
    lines: list[Markup] = []
    if asked.request is not None:
        found, _total = guests.asking.requests.conversation.lines(SYSTEM, asked.request.id)
        lines = [Markup(stored_html(line.content)) for line in found if line.kind == "C" and not line.removed]
    status, kind = _state(asked)
    page = render_template(
        "access-requests/guest.html",
        asked=asked,
        token=token,
        title=_title(asked.number),
        status=status,
        kind=kind,
        text=Markup(stored_html(asked.request.description)) if asked.request else "",
        lines=lines,
        problem=worded(error.message) if error else "",
    )
    response = make_response(page, 409 if error else 200)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _state(asked: Asked) -> tuple[str, str]:
    states = {
        "submitted": (_("Open"), "warn"),
        "accepted": (_("Accepted"), "ok"),
        "declined": (_("Declined"), "bad"),
        "cancelled": (_("Withdrawn"), ""),
        "expired": (_("Expired"), ""),
    }
    return states.get(asked.request.status if asked.request else "", ("", ""))


def _title(number: str) -> str:
    """The title of a record that everybody may see."""
    try:
        return str(the_repository().records.read(ANONYMOUS, number).data["metadata"].get("title", ""))
    except MunimentError:
        return ""


def _options(pages: Blueprint, asking: AccessRequests) -> None:
    @pages.post("/records/<number>/share/requests")
    @access("authenticated")
    @session("required")
    def change(number: str) -> BaseResponse:
        sent: dict[str, Any] = {
            name: request.form.get(name, "")
            for name in ("allow_user_requests", "allow_guest_requests", "accept_conditions_text")
        }
        sent["secret_link_expiration"] = request.form.get("secret_link_expiration", "").strip()
        try:
            asking.options.change(the_actor(), number, sent)
        except MunimentError as error:
            if error.status in (403, 404):
                raise
            problems = _problems(error, "secret_link_expiration")
            shown = Options(
                bool(sent["allow_user_requests"]),
                bool(sent["allow_guest_requests"]),
                sent["accept_conditions_text"],
                sent["secret_link_expiration"],
            )
            page = render_template(
                "access-requests/refused.html",
                number=number,
                section=section(asking, number, shown, problems),
                problems=problems,
            )
            return make_response(page, 422)
        return redirect(url_for("sharing.share", number=number, done="asking", _anchor="requests"), 303)


def _problems(error: MunimentError | None, otherwise: str) -> list[tuple[str, str]]:
    """What is wrong, each with its control."""
    if error is None:
        return []
    found = [(problem.field, worded(problem.message)) for problem in error.errors]
    return found or [(otherwise, worded(error.message))]
