"""The texts of the site in the control panel."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as BaseResponse

from muniment.builtin.pages.views import the_pages
from muniment.errors import MunimentError, ValidationFailed
from muniment.web.access import access, session
from muniment.web.current import the_actor, the_repository
from muniment.web.kept_forms import keeps_form
from muniment.web.ui.branding import TEXTS, branding
from muniment.web.ui.language import own_name
from muniment.web.ui.views.control.frame import show, text

blueprint = Blueprint("control_texts", __name__, url_prefix="/control/texts", template_folder="templates")

#: Each text with its title, where it stands, and whether it is long.
_TITLES: Final = {
    "masthead": (lazy_gettext("Beside the logo"), lazy_gettext("At the top of every page."), False),
    "headline": (lazy_gettext("Headline"), lazy_gettext("The large words of the front page."), False),
    "tagline": (lazy_gettext("Tagline"), lazy_gettext("Below the headline."), False),
    "about": (
        lazy_gettext("About"), lazy_gettext("Who runs the repository and for whom, on the front page."), True
    ),
    "footer": (lazy_gettext("Footer"), lazy_gettext("At the foot of every page."), True),
    "privacy": (
        lazy_gettext("Responsible for personal data"),
        lazy_gettext("Who is responsible and whom to ask, on the privacy notice."),
        True,
    ),
}  # fmt: skip


@blueprint.get("")
@access("administration")
@session("required")
def texts() -> Response:
    return _form()


@blueprint.post("")
@access("administration")
@session("required")
@keeps_form
def save() -> BaseResponse:
    values = {(name, code): text(f"{name}.{code}").replace("\r\n", "\n") for name in TEXTS for code in _languages()}
    try:
        the_pages().save_texts(the_actor(), values)
    except ValidationFailed as error:
        return _form(error)
    return redirect(url_for("control_texts.texts", done="saved"), 303)


def _form(error: MunimentError | None = None) -> Response:
    stored = the_pages().stored_texts()
    repository = the_repository()
    configured = {code: branding(repository.config, repository.instance.static, code) for code in _languages()}
    return show(
        "pages/texts.html",
        error,
        names=[(name, *_TITLES[name]) for name in TEXTS],
        tongues=[(code, own_name(code)) for code in _languages()],
        given=lambda name: request.form.get(name, "") if error else stored.get(name, ""),
        otherwise=lambda name, code: _text_of(configured[code], name),
    )


def _text_of(site: object, name: str) -> str:
    """The text that is shown where no operator has set one."""
    return str(getattr(site, "footer_text" if name == "footer" else name))


def _languages() -> tuple[str, ...]:
    return the_repository().config.site.languages
