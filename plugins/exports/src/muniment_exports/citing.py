"""Citations of records: for the API, kept in the styles that the page offers, and for the picker on the page."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import get_locale
from markupsafe import Markup

from muniment.api import ANONYMOUS, Actor, InvalidRequest, RecordItem, Repository, Representation
from muniment_exports import citations, csl
from muniment_exports.work import Works

MEDIA_TYPE = "text/x-bibliography"


class Citing:
    """Cites records of a repository."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._works = Works(repository)

    def representation(self) -> Representation:
        """`text/x-bibliography`, with `?style=` and `&locale=`; sent as plain text, as Zenodo does."""
        return Representation("bibliography", (MEDIA_TYPE,), self._answer, content_type="text/plain; charset=utf-8")

    def _answer(self, item: Any, reader: Actor) -> bytes:
        style = request.args.get("style") or citations.DEFAULT_STYLE
        locale = request.args.get("locale") or citations.DEFAULT_LOCALE
        return self.text(item, style, locale, keep=reader is ANONYMOUS).encode()

    def text(self, item: RecordItem, style: str, locale: str, *, keep: bool) -> str:
        """A citation; raises `InvalidRequest` for a style or language that there is not. Those that the page offers are
        kept, so that nobody can fill the database with others."""

        def write(record: RecordItem) -> bytes:
            return citations.cite(csl.item(self._works(record.data)), style, locale).encode()

        offered = style in citations.STYLES and locale in citations.LOCALES
        name = f"exports:{style[:40]}:{locale[:10]}"
        revision = citations.REVISION
        kept = self._repository.exports.keep_many([item], name, revision, write, keep=keep and offered)
        return kept[0].decode()

    def picker(self, record: Any) -> Markup:
        """The form on a record page, with the citation when a style was chosen: it needs no scripts."""
        style = request.args.get("style", "")
        locale = request.args.get("locale") or citations.locale_for(str(get_locale() or "en"))
        text, problem = "", ""
        if style:
            try:
                text = citations.cite(csl.item(self._works(record.data)), style, locale)
            except InvalidRequest as error:
                problem = str(error)
        page = render_template(
            "exports/picker.html", record=record, styles=citations.STYLES, locales=citations.LOCALES, style=style,
            locale=locale, text=text, problem=problem,
        )  # fmt: skip
        return Markup(page)
