"""The pages as everybody reads them, and as operators write them in the control panel."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from muniment.builtin.pages.checking import Content, PageInput
from muniment.builtin.pages.service import Page, PageService
from muniment.errors import Conflict, MunimentError, RevisionMismatch, ValidationFailed
from muniment.users.roles import ADMINISTRATION
from muniment.web.access import access, session
from muniment.web.current import the_actor, the_repository
from muniment.web.kept_forms import keeps_form
from muniment.web.ui.language import own_name, request_language, text_direction
from muniment.web.ui.markdown import block_markdown
from muniment.web.ui.views.control.frame import Confirmation, ask, show, text

public = Blueprint("pages", __name__, template_folder="templates")
control = Blueprint("control_pages", __name__, url_prefix="/control/pages", template_folder="templates")

#: Pages that sites usually need, offered while there is none of that address.
USUAL: Final = ("about", "terms", "contact")


def the_pages() -> PageService:
    """The service of the generation that answers."""
    service: PageService = next(
        loaded.plugin.pages for loaded in the_repository().generation.plugins if loaded.name == "pages"
    )
    return service


@public.get("/pages/<slug>")
@access("public")
@session("optional")
def page(slug: str) -> str:
    """A page in the language of the reader where there is one; drafts for those who write them."""
    found = the_pages().published.get(slug)
    if found is None and the_actor().can(ADMINISTRATION):
        found = next((draft for draft in the_pages().all() if draft.slug == slug), None)
    if found is None:
        abort(404)
    language = found.language_for(request_language())
    return render_template(
        "pages/page.html",
        page=found,
        title=found.contents[language].title,
        html=block_markdown(found.contents[language].body),
        language=language.replace("_", "-"),
        direction=text_direction(language),
        may_edit=the_actor().can(ADMINISTRATION),
    )


@control.get("")
@access("administration")
@session("required")
def pages() -> Response:
    found = the_pages().all()
    known = {page.slug for page in found}
    return show(
        "pages/list.html",
        pages=found,
        language=request_language(),
        usual=[slug for slug in USUAL if slug not in known],
    )


@control.get("/new")
@access("administration")
@session("required")
def new() -> Response:
    return _form(None)


@control.post("/new")
@access("administration")
@session("required")
@keeps_form
def create() -> BaseResponse:
    try:
        made = the_pages().create(the_actor(), _sent())
    except ValidationFailed as error:
        return _form(None, error)
    return redirect(url_for("control_pages.edit", slug=made.slug, done="saved"), 303)


@control.get("/<slug>")
@access("administration")
@session("required")
def edit(slug: str) -> Response:
    return _form(the_pages().get(slug))


@control.post("/<slug>")
@access("administration")
@session("required")
@keeps_form
def save(slug: str) -> BaseResponse:
    """Save a page, unless somebody else changed it meanwhile; what was typed stays in the form."""
    revision = text("revision")
    try:
        saved = the_pages().update(the_actor(), slug, _sent(), int(revision) if revision.isdigit() else None)
    except ValidationFailed as error:
        return _form(the_pages().get(slug), error)
    except RevisionMismatch:
        changed = Conflict(
            "Somebody else changed this page meanwhile. Below is what you entered; save it again to keep it."
        )
        return _form(the_pages().get(slug), changed)
    return redirect(url_for("control_pages.edit", slug=saved.slug, done="saved"), 303)


@control.get("/<slug>/delete")
@access("administration")
@session("required")
def confirm_delete(slug: str) -> Response:
    found = the_pages().get(slug)
    return ask(
        Confirmation(
            title=_("Delete the page “%(title)s”?", title=found.title_for(request_language())),
            text=_("Links to it lead to nothing from then on, and what it says is gone in every language."),
            button=_("Delete the page"),
            action=url_for("control_pages.delete", slug=slug),
            back=url_for("control_pages.edit", slug=slug),
        )
    )


@control.post("/<slug>/delete")
@access("administration")
@session("required")
def delete(slug: str) -> BaseResponse:
    the_pages().delete(the_actor(), slug)
    return redirect(url_for("control_pages.pages", done="deleted"), 303)


def _sent() -> PageInput:
    position = text("position")
    contents = {code: Content(text(f"title.{code}"), text(f"body.{code}").replace("\r\n", "\n")) for code in _codes()}
    return PageInput(
        slug=text("slug").lower(),
        place=text("place"),
        position=int(position) if position.isascii() and position.isdigit() and len(position) < 6 else -1,
        published="published" in request.form,
        contents={code: content for code, content in contents.items() if content.title or content.body},
    )


def _codes(page: Page | None = None) -> list[str]:
    """The languages of the site, and others that the page or the form has."""
    sent = [name.partition(".")[2] for name in request.form if name.startswith("title.")]
    return list(dict.fromkeys([*the_repository().config.site.languages, *(page.contents if page else ()), *sent]))


def _form(page: Page | None, error: MunimentError | None = None) -> Response:
    contents = page.contents if page else {}
    stored = {
        "slug": page.slug if page else request.args.get("slug", ""),
        "place": page.place if page else "footer",
        "position": str(page.position) if page else "10",
        **{f"title.{code}": content.title for code, content in contents.items()},
        **{f"body.{code}": content.body for code, content in contents.items()},
    }
    return show(
        "pages/edit.html",
        error,
        page=page,
        title=page.title_for(request_language()) if page else "",
        tongues=[(code, own_name(code)) for code in _codes(page)],
        given=lambda name: request.form.get(name, "") if error else stored.get(name, ""),
        published=("published" in request.form) if error else bool(page and page.published),
    )
