"""The guidelines in the control panel: how many records keep them, what is missing, and in which records."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from muniment.api import access, control_page, session, the_repository
from muniment_openaire.checking import PAGE, Checker
from muniment_openaire.guidelines import RULES, Level

pages = Blueprint("control_openaire", __name__, url_prefix="/control/openaire", template_folder="templates")

ADMINISTRATION: Final = "administration"


@pages.get("")
@access(ADMINISTRATION)
@session("required")
def overview() -> Response:
    summaries = Checker(the_repository()).summaries()
    return control_page("openaire/guidelines.html", summaries=summaries, titles=_titles(), levels=_levels())


@pages.get("/<guideline>/<field>")
@access(ADMINISTRATION)
@session("required")
def records(guideline: str, field: str) -> Response:
    page = _page_number()
    rows, total = Checker(the_repository()).lacking(guideline, field, page)
    found = next(known for known in RULES[guideline] if known.name == field)
    further = url_for("control_openaire.records", guideline=guideline, field=field, page=page + 1)
    return control_page(
        "openaire/lacking.html",
        guideline=guideline,
        rule=found,
        titles=_titles(),
        levels=_levels(),
        rows=rows,
        total=total,
        further=further if page * PAGE < total else "",
    )


def _page_number() -> int:
    given = request.args.get("page", "1")
    return int(given) if given.isascii() and given.isdigit() and int(given[:7]) else 1


def _levels() -> dict[Level, str]:
    return {
        Level.MANDATORY: _("mandatory"),
        Level.APPLICABLE: _("mandatory if applicable"),
        Level.RECOMMENDED: _("recommended"),
    }


def _titles() -> dict[str, Any]:
    """Guidelines and rules in the reader's language, by their names."""
    return {
        "literature": _("Literature"),
        "data": _("Data, software and others"),
        "title": _("Title"),
        "creator": _("Creator"),
        "date": _("Publication date"),
        "type": _("Resource type"),
        "identifier": _("Identifier"),
        "access": _("Access right"),
        "description": _("Description"),
        "language": _("Language"),
        "publisher": _("Publisher"),
        "subject": _("Subject"),
        "file": _("File"),
        "embargo": _("End of the embargo"),
        "funder": _("Identifier of each funder"),
        "award": _("Number of each grant"),
        "licence": _("Licence with its address"),
        "orcid": _("Identifier of a creator"),
        "related": _("Related work"),
    }
