"""The search for a grant in the deposit form's section on funding."""

from __future__ import annotations

from typing import Any, Final

from flask import render_template, request
from markupsafe import Markup

from muniment.api import Repository, TermSearch
from muniment_openaire.grants import entries_for, suggested

FUNDING: Final = "metadata.funding"
_CONTROL: Final = f"find.{FUNDING}"
_SHOWN: Final = 10


def funding_search(repository: Repository, form: Any) -> Markup:
    """The control, and after an answer that was not certain what there is to choose from."""
    text = _unanswered(repository)
    grants = suggested(repository, TermSearch(suggest=text, size=_SHOWN)) if text else []
    choices = [(grant.id, grant.title, grant.description) for grant in grants]
    return Markup(render_template("openaire/funding.html", form=form, text=text, choices=choices, asked=bool(text)))


def _unanswered(repository: Repository) -> str:
    """What was looked for in this request without adding a grant; empty otherwise."""
    if request.method != "POST" or request.form.get("do") != f"find:{FUNDING}":
        return ""
    text = request.form.get(_CONTROL, "").strip()[:500]
    if any(request.form.getlist(f"{_CONTROL}.id")) or not text:
        return ""
    return "" if entries_for(repository, text) else text
