"""Vocabularies: browsing and searching their terms, changing titles and descriptions, adding terms, hiding some."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from muniment.errors import Conflict, InvalidRequest, MunimentError, Problem, RevisionMismatch, ValidationFailed
from muniment.vocabularies.term import DEPRECATED, Term
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.kept_forms import keeps_form
from muniment.web.ui.language import own_name, request_language
from muniment.web.ui.search_view import Address, pagination
from muniment.web.ui.views.control.frame import Confirmation, argument, ask, page_number, show, text
from muniment.web.ui.wording import localized

blueprint = Blueprint("control_vocabularies", __name__, url_prefix="/control/vocabularies")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)

SIZE: Final = 50


@blueprint.get("")
@access("administration")
@session("required")
def vocabularies() -> Response:
    found = [
        (info.vocabulary.name, localized(info.vocabulary.title, request_language()), info.count)
        for info in the_repository().vocabularies.types()
    ]
    return show("control/vocabularies.html", vocabularies=sorted(found, key=lambda row: row[1].lower()))


@blueprint.get("/<name>")
@access("administration")
@session("required")
def terms(name: str) -> Response:
    """The terms in the order of forms, or those that match."""
    service, page = the_repository().vocabularies, page_number()
    vocabulary = service.registered.get(name)
    q, tag = argument("q"), argument("tag")
    error: MunimentError | None = None
    found = None
    try:
        found = service.search(
            name, suggest=q, tags=[tag] if tag else [], sort="bestmatch", page=page, size=SIZE, deprecated=True
        )
    except InvalidRequest as refused:
        error = refused
    asked = {"q": q, "tag": tag}
    address = Address(
        url_for("control_vocabularies.terms", name=name), [(key, value) for key, value in asked.items() if value]
    )
    return show(
        "control/terms.html",
        error,
        name=name,
        title=localized(vocabulary.title, request_language()),
        is_editable=vocabulary.source is not None,
        found=found,
        rows=[_row(term) for term in found.terms] if found else [],
        asked=asked,
        pages=pagination(found.total, page, SIZE, address) if found else None,
    )


def _row(term: Term) -> dict[str, Any]:
    return {
        "id": term.id,
        "title": term.title_for(request_language()),
        "languages": len(term.title),
        "tags": [tag for tag in term.tags if tag != DEPRECATED],
        "deprecated": DEPRECATED in term.tags,
    }


@blueprint.get("/<name>/new")
@access("administration")
@session("required")
def new_term(name: str) -> Response:
    return _form(name, None)


@blueprint.post("/<name>/new")
@access("administration")
@session("required")
@keeps_form
def create(name: str) -> BaseResponse:
    try:
        term = the_repository().vocabularies.create(the_actor(), name, {**_sent(), "id": text("id")})
    except ValidationFailed as error:
        return _form(name, None, _at_controls(error))
    return redirect(url_for("control_vocabularies.term", name=name, id=term.id, done="created"), 303)


@blueprint.get("/<name>/terms/<id>")
@access("administration")
@session("required")
def term(name: str, id: str) -> Response:
    return _form(name, the_repository().vocabularies.get(name, id))


@blueprint.post("/<name>/terms/<id>")
@access("administration")
@session("required")
@keeps_form
def change(name: str, id: str) -> BaseResponse:
    """Save what the form says, unless somebody else changed the term meanwhile."""
    service = the_repository().vocabularies
    revision = text("revision")
    try:
        service.update(the_actor(), name, id, _sent(), int(revision) if revision.isdigit() else None)
    except ValidationFailed as error:
        return _form(name, service.get(name, id), _at_controls(error))
    except RevisionMismatch:
        changed = Conflict(
            "Somebody else changed this term meanwhile. Below is what you entered; save it again to keep it."
        )
        return _form(name, service.get(name, id), changed)
    return redirect(url_for("control_vocabularies.term", name=name, id=id, done="saved"), 303)


@blueprint.get("/<name>/terms/<id>/delete")
@access("administration")
@session("required")
def confirm_delete(name: str, id: str) -> Response:
    return _question(name, id)


@blueprint.post("/<name>/terms/<id>/delete")
@access("administration")
@session("required")
def delete(name: str, id: str) -> BaseResponse:
    try:
        the_repository().vocabularies.delete(the_actor(), name, id)
    except Conflict as error:
        return _question(name, id, error)
    return redirect(url_for("control_vocabularies.terms", name=name, done="deleted"), 303)


def _question(name: str, id: str, error: MunimentError | None = None) -> Response:
    found = the_repository().vocabularies.get(name, id)
    return ask(
        Confirmation(
            title=_("Delete “%(title)s”?", title=found.title_for(request_language())),
            text=_("Records that name it keep its id and lose its title. To keep it for them and only take it out of "
                   "forms, mark it as not offered any more instead."),
            button=_("Delete the term"),
            action=url_for("control_vocabularies.delete", name=name, id=id),
            back=url_for("control_vocabularies.term", name=name, id=id),
        ),
        error,
    )  # fmt: skip


def _form(name: str, present: Term | None, error: MunimentError | None = None) -> Response:
    vocabulary = the_repository().vocabularies.registered.get(name)
    given = _given(present)
    return show(
        "control/term.html",
        error,
        name=name,
        vocabulary=localized(vocabulary.title, request_language()),
        term=present,
        title=present.title_for(request_language()) if present else "",
        tongues=_languages(present),
        given=lambda field: request.form.get(field, "") if error else given.get(field, ""),
        deprecated=("deprecated" in request.form) if error else bool(present and DEPRECATED in present.tags),
    )


def _given(present: Term | None) -> dict[str, str]:
    """The values of the form's controls for a term as it is."""
    if present is None:
        return {}
    return {
        **{f"title.{code}": value for code, value in present.title.items()},
        **{f"description.{code}": value for code, value in present.description.items()},
        "icon": present.icon,
        "props": "\n".join(f"{key} = {value}" for key, value in present.props.items()),
        "tags": ", ".join(tag for tag in present.tags if tag != DEPRECATED),
    }


def _languages(present: Term | None) -> list[tuple[str, str]]:
    """The languages of the site, then others that the term has texts in."""
    site = [code.replace("_", "-") for code in the_repository().config.site.languages]
    texts: Iterable[str] = [*present.title, *present.description] if present else []
    codes = dict.fromkeys(["en", *site, *sorted(texts)])
    return [(code, _language_name(code)) for code in codes]


def _language_name(code: str) -> str:
    try:
        return own_name(code)
    except ValueError:
        return code


def _sent() -> dict[str, Any]:
    """The term that the form spells, as the REST API would send it."""
    tags = [tag.strip() for tag in re.split(r"[,\n]", text("tags")) if tag.strip()]
    return {
        "title": _texts("title"),
        "description": _texts("description"),
        "icon": text("icon"),
        "props": dict(_pairs(text("props"))),
        "tags": [*tags, *([DEPRECATED] if "deprecated" in request.form else [])],
    }


def _texts(field: str) -> dict[str, str]:
    prefix = f"{field}."
    names = [name for name in request.form if name.startswith(prefix) and text(name)]
    return {name.removeprefix(prefix): text(name) for name in names}


def _pairs(lines: str) -> Iterable[tuple[str, str]]:
    for line in lines.splitlines():
        key, _equals, value = line.partition("=")
        if key.strip():
            yield key.strip(), value.strip()


def _at_controls(error: ValidationFailed) -> ValidationFailed:
    """The same problems, each at the control in which its value was typed."""
    return ValidationFailed(errors=[Problem(_control(problem.field), problem.message) for problem in error.errors])


_CONTROLS: Final[Mapping[str, str]] = {"title": "title.en", "description": "description.en"}


def _control(field: str) -> str:
    first, _dot, rest = field.partition(".")
    if first in ("props", "tags"):
        return first
    return field if rest else _CONTROLS.get(first, first)
