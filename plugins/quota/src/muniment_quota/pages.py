"""Pages: what one keeps, asking for more, and the page of the control panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import (
    Fragment,
    MunimentError,
    NotFound,
    PermissionDenied,
    Problem,
    ValidationFailed,
    access,
    control_page,
    session,
    session_owner,
    settings_page,
    the_actor,
    the_repository,
)
from muniment_quota.asking import Asking
from muniment_quota.messages import worded
from muniment_quota.quotas import PERMISSION, Quotas
from muniment_quota.sizes import shown_size

NO_ACCOUNT: Final = "There is no such account."
NO_RECORD: Final = "There is no such record or draft."


def own_pages(quotas: Quotas, asking: Asking) -> Blueprint:
    pages = Blueprint("quota", __name__, template_folder="templates")

    @pages.get("/account/settings/quota")
    @access("authenticated")
    @session("required")
    def own() -> Response:
        return _own(quotas, asking)

    @pages.post("/account/settings/quota")
    @access("authenticated")
    @session("required")
    def ask() -> BaseResponse:
        session_owner()
        try:
            made = asking.ask_for_oneself(the_actor(), request.form)
        except MunimentError as error:
            if error.status == 403:
                raise
            return _own(quotas, asking, error)
        return redirect(f"/me/requests/{made.id}", 303)

    @pages.get("/uploads/<number>/quota")
    @access("authenticated")
    @session("required")
    def form(number: str) -> Response:
        if not asking.is_possible:
            raise NotFound()
        return _form(number)

    @pages.post("/uploads/<number>/quota")
    @access("authenticated")
    @session("required")
    def ask_for_record(number: str) -> BaseResponse:
        try:
            made = asking.ask_for_record(the_actor(), number, request.form)
        except MunimentError as error:
            if error.status in (403, 404):
                raise
            return _form(number, error)
        return redirect(f"/me/requests/{made.id}", 303)

    return pages


def _own(quotas: Quotas, asking: Asking, error: MunimentError | None = None) -> Response:
    user = session_owner()
    person = quotas.of_person(int(user.subject_id))
    return settings_page("quota/own.html", error, person=person, may_ask=asking.is_possible)


def _form(number: str, error: MunimentError | None = None) -> Response:
    parent = the_repository().records.parent_for(the_actor(), number)
    problems = [(problem.field, worded(problem.message)) for problem in error.errors] if error else []
    if error is not None and not problems:
        problems = [("comment", worded(error.message))]
    page = render_template(
        "quota/ask.html",
        number=number,
        parent=parent,
        problems=problems,
        errors=lambda name: [message for field, message in problems if field == name],
        form=request.form if error else {},
    )
    return make_response(page, 422 if error else 200)


def control_pages(quotas: Quotas, asking: Asking) -> Blueprint:
    pages = Blueprint("control_quota", __name__, url_prefix="/control/quota", template_folder="templates")

    @pages.get("")
    @access(PERMISSION)
    @session("required")
    def overview() -> Response:
        return _overview(quotas, asking)

    def act(path: str, endpoint: str, deed: Callable[[], None]) -> None:
        @pages.post(path, endpoint=endpoint)
        @access(PERMISSION)
        @session("required")
        def send() -> BaseResponse:
            try:
                deed()
            except MunimentError as error:
                return _overview(quotas, asking, error)
            return redirect(url_for("control_quota.overview", done="set"), 303)

    def set_person() -> None:
        try:
            subject = quotas.person(request.form.get("person", ""))
        except NotFound as error:
            raise ValidationFailed(errors=[Problem("person", NO_ACCOUNT)]) from error
        quotas.set_person(the_actor(), subject, _sent())

    def set_record() -> None:
        try:
            quotas.set_record(the_actor(), request.form.get("record", "").strip(), _sent())
        except (NotFound, PermissionDenied) as error:
            raise ValidationFailed(errors=[Problem("record", NO_RECORD)]) from error

    act("/people", "set_person", set_person)
    act("/records", "set_record", set_record)
    return pages


def _sent() -> dict[str, Any]:
    return {name: request.form.get(name, "") for name in ("quota_size", "max_file_size", "notes")}


def _overview(quotas: Quotas, asking: Asking, error: MunimentError | None = None) -> Response:
    people, people_total = quotas.people()
    records, records_total = quotas.records()
    repository = the_repository()
    names = repository.users.names([row.subject for row in people])
    parents = repository.records.parents([row.parent_id for row in records])
    return control_page(
        "quota/control.html",
        error,
        people=[
            (row, names.get(row.subject, str(row.subject)), repository.files.used_by(row.subject)) for row in people
        ],
        records=[(row, parents.get(row.parent_id)) for row in records],
        people_total=people_total,
        records_total=records_total,
        limits=repository.files.limits,
        default=quotas.context.settings.person_megabytes * 10**6,
        may_ask=asking.is_possible,
        typed=shown_size,
    )


def beside_form(quotas: Quotas, asking: Asking, form: Any) -> list[Fragment]:
    """Beside the deposit form: how much its owner keeps, where that is limited."""
    actor = the_actor()
    if actor.subject is None:
        return []
    number = str(form.saved.get("id") or "")
    owner: int | None = actor.subject
    if number:
        try:
            owner = the_repository().records.parent_for(actor, number).owner
        except MunimentError:
            return []  # who may edit and not manage learns nothing about the owner's storage
    if owner is None:
        return []
    page = render_template(
        "quota/box.html",
        person=quotas.of_person(owner),
        number=number,
        own=owner == actor.subject,
        may_ask=asking.is_possible,
    )
    return [Fragment(Markup(page), 150)]
