"""The audit trail: filtered, paged by number, saved as a file."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from flask import Blueprint, Response, abort

from muniment.audit.formats import FORMATS
from muniment.audit.service import AuditQuery
from muniment.errors import Problem, ValidationFailed
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.ui.views.control.frame import LARGEST, argument, link, show, zone

blueprint = Blueprint("control_audit", __name__, url_prefix="/control/audit")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)

FIELDS: Final = ("actor", "action", "object", "since", "until")


@blueprint.get("")
@access("administration")
@session("required")
def audit() -> Response:
    asked = {name: value for name in FIELDS if (value := argument(name))}
    try:
        query = _query()
    except ValidationFailed as error:
        return show("control/audit.html", error, asked=asked, page=None, names={}, older_href="", formats=())
    page = the_repository().audit.search(the_actor(), query)
    return show(
        "control/audit.html",
        asked=asked,
        page=page,
        names=the_repository().users.names(entry.subject_id for entry in page.entries),
        older_href=link("/control/audit", {**asked, "before": page.before}) if page.before else "",
        newest_href=link("/control/audit", asked) if query.before else "",
        formats=[(ending, link(f"/control/audit/audit.{ending}", asked)) for ending in FORMATS],
    )


@blueprint.get("/audit.<ending>")
@access("administration")
@session("required")
def download(ending: str) -> Response:
    """What the page shows and all that is older, as a file; written while it is sent."""
    if ending not in FORMATS:
        abort(404)
    content_type, write = FORMATS[ending]
    entries = the_repository().audit.export(the_actor(), _query())
    response = Response(write(entries), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="audit.{ending}"'
    return response


def _query() -> AuditQuery:
    """What the address asks for; raises `ValidationFailed` that names the field."""
    problems: list[Problem] = []
    since, until = _day("since", problems), _day("until", problems)
    query = AuditQuery(
        subject=_subject(problems),
        action=argument("action"),
        resource=argument("object"),
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
        before=_number(argument("before")),
    )
    if problems:
        raise ValidationFailed(errors=problems)
    return query


def _subject(problems: list[Problem]) -> int | None:
    name = argument("actor")
    if not name:
        return None
    number = _number(name.removeprefix("#"))
    if number is not None:
        return number
    user = the_repository().users.find(name)
    if user is None:
        problems.append(Problem("actor", "There is no account with this address or user name."))
        return None
    return user.subject_id


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and int(text[:20]) <= LARGEST else None


def _day(name: str, problems: list[Problem]) -> date | None:
    value = argument(name)
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        problems.append(Problem(name, "Enter a day like 2026-12-31."))
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), zone())
