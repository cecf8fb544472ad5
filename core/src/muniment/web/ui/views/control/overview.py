"""The first page of the control panel: what needs attention, then how much there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, current_app, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from muniment.errors import PermissionDenied
from muniment.health.examination import glance
from muniment.health.figures import figures
from muniment.health.finding import Finding, filled_in
from muniment.users.roles import ADMINISTRATION
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.ui.account_messages import translated
from muniment.web.ui.environment import pages
from muniment.web.ui.views.control.frame import show

blueprint = Blueprint("control", __name__, url_prefix="/control")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)

#: What each check looks at, and the page on which one can do something about what it finds.
_CHECKS: Final[dict[str, tuple[Callable[[], str], str]]] = {
    "configuration": (lambda: _("Configuration"), "control_settings.settings"),
    "database": (lambda: _("Database"), "control_system.system"),
    "tables": (lambda: _("Tables"), "control_system.system"),
    "release": (lambda: _("Version"), "control_system.system"),
    "secret key": (lambda: _("Secret key"), ""),
    "site": (lambda: _("Address of the site"), "control_settings.settings"),
    "plugins": (lambda: _("Plugins"), "control_plugins.plugins"),
    "search": (lambda: _("Search index"), "control_index.index"),
    "worker": (lambda: _("Worker"), "control_system.system"),
    "deliveries": (lambda: _("Outbox"), "control_outbox.outbox"),
    "jobs": (lambda: _("Jobs"), "control_jobs.jobs"),
    "mail": (lambda: _("Mail"), "control_settings.settings"),
    "backup": (lambda: _("Backup"), ""),
    "disk": (lambda: _("Disk space"), "control_system.system"),
}


@dataclass(frozen=True)
class FindingView:
    """A finding as the page shows it; `href` leads to what mends it, "" when that is a command or a file."""

    title: str
    state: str
    message: str
    href: str


@blueprint.get("")
@access("authenticated")
@session("required")
def start() -> BaseResponse:
    """The overview for those who administer the site; moderators begin with what is theirs."""
    actor = the_actor()
    if actor.can(ADMINISTRATION):
        return _overview()
    theirs = pages().navigation.links("control", actor)
    if not theirs:
        raise PermissionDenied()
    return redirect(theirs[0].href)


def _overview() -> Response:
    repository = the_repository()
    found = [_view(finding) for finding in glance(repository)]
    latest = repository.audit.entries(limit=6)
    return show(
        "control/overview.html",
        attention=[finding for finding in found if finding.state != "ok"],
        fine=[finding for finding in found if finding.state == "ok"],
        figures=figures(repository),
        latest=latest,
        names=repository.users.names(entry.subject_id for entry in latest),
    )


def _view(finding: Finding) -> FindingView:
    title, endpoint = _CHECKS.get(finding.check, (lambda: finding.check, ""))
    href = url_for(endpoint) if endpoint in current_app.view_functions else ""
    message = filled_in(translated(finding.text), finding.values)
    return FindingView(title(), finding.state, f"{message[:1].upper()}{message[1:]}", href)
