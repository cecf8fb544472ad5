"""Banners as markup, through the component of the same name."""

from __future__ import annotations

from flask import current_app
from flask_babel import gettext
from markupsafe import Markup

from muniment.builtin.banners.banner import Banner
from muniment.web.ui.language import request_language, text_direction
from muniment.web.ui.markdown import inline_markdown


def banner_markup(banner: Banner) -> Markup:
    """A banner in the language of the page at hand, or in the one that it has."""
    text, language = banner.text_for(request_language())
    line = Markup('<p lang="{}" dir="{}">{}</p>').format(
        language.replace("_", "-"), text_direction(language), inline_markdown(text)
    )
    component = current_app.jinja_env.get_template("components/banner.html").make_module()
    markup: Markup = component.banner(banner.kind, str(gettext("Announcement")), caller=lambda: line)  # type: ignore[attr-defined]
    return markup


def plain_text(banner: Banner) -> str:
    """Its words without marks, in the language of the page at hand, for lists."""
    return inline_markdown(banner.text_for(request_language())[0]).striptags()
