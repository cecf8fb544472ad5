"""The plugins that are installed: what each is, how it stands, and switching it."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from muniment.errors import Conflict, MunimentError
from muniment.plugins.reports import STATES, PluginReport
from muniment.plugins.shown_settings import shown_settings
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.ui.views.control.frame import Confirmation, ask, show

blueprint = Blueprint("control_plugins", __name__, url_prefix="/control/plugins")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)


@blueprint.get("")
@access("administration")
@session("required")
def plugins() -> Response:
    service = the_repository().plugins
    return show(
        "control/plugins.html",
        plugins=sorted(service.reports(), key=lambda report: STATES.index(report.state)),
        enabled=service.enabled(),
    )


@blueprint.get("/<name>")
@access("administration")
@session("required")
def plugin(name: str) -> Response:
    return _page(name)


def _page(name: str, error: MunimentError | None = None) -> Response:
    repository = the_repository()
    report = repository.plugins.report(name)
    enabled = name in repository.plugins.enabled()
    return show(
        "control/plugin.html",
        error,
        plugin=report,
        enabled=enabled,
        plan=repository.plugins.plan_enable(name) if _can_be_enabled(report) and not enabled else None,
        settings=shown_settings(repository).get(name, []),
    )


def _can_be_enabled(report: PluginReport) -> bool:
    """Whether there is something to switch on: what is built in is on, and without its package nothing can be."""
    return report.state in ("disabled", "failed")


@blueprint.post("/<name>/enable")
@access("administration")
@session("required")
def enable(name: str) -> BaseResponse:
    """Switch a plugin on, with what it requires; the page says beforehand what that is."""
    return _switched(name, "enabled", lambda plugins: plugins.enable(name, the_actor(), with_required=True))


@blueprint.get("/<name>/disable")
@access("administration")
@session("required")
def confirm_disable(name: str) -> Response:
    service = the_repository().plugins
    report = service.report(name)
    try:
        needing = ", ".join(service.plan_disable(name).dependents)
    except Conflict as error:
        return _page(name, error)
    also = _("%(names)s depend on it and are switched off with it.", names=needing) if needing else ""
    return ask(
        Confirmation(
            title=_("Switch “%(title)s” off?", title=report.title or name),
            text=" ".join(
                filter(
                    None, (_("What it adds disappears everywhere within seconds. Its data and settings stay."), also)
                )
            ),
            button=_("Switch off"),
            action=url_for("control_plugins.disable", name=name),
            back=url_for("control_plugins.plugin", name=name),
        )
    )


@blueprint.post("/<name>/disable")
@access("administration")
@session("required")
def disable(name: str) -> BaseResponse:
    return _switched(name, "disabled", lambda plugins: plugins.disable(name, the_actor(), with_dependents=True))


def _switched(name: str, told: str, switch: Any) -> BaseResponse:
    plugins = the_repository().plugins
    try:
        switch(plugins)
    except Conflict as error:
        return _page(name, error)
    return redirect(url_for("control_plugins.plugins", done=told), 303)
