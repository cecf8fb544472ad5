"""The plugins that are installed: what each is, whether it is on, and switching it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from muniment.errors import Conflict, MunimentError
from muniment.plugins.installed import InstalledPlugin
from muniment.plugins.shown_settings import shown_settings
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.ui.views.control.frame import Confirmation, ask, show

blueprint = Blueprint("control_plugins", __name__, url_prefix="/control/plugins")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)


@dataclass(frozen=True)
class PluginView:
    """A plugin as the list shows it. `state` is builtin, enabled, disabled, or failed with the last line of `error`."""

    name: str
    title: str
    description: str
    version: str
    category: str
    state: str
    error: str


@blueprint.get("")
@access("administration")
@session("required")
def plugins() -> Response:
    repository = the_repository()
    enabled = repository.plugins.enabled()
    found = [_view(plugin, enabled) for _name, plugin in sorted(repository.plugins.installed.items())]
    order = ("failed", "enabled", "disabled", "builtin")
    return show(
        "control/plugins.html",
        plugins=sorted(found, key=lambda plugin: order.index(plugin.state)),
        broken=sorted(repository.plugins.discovery.broken.items()),
        gone=sorted(enabled - repository.plugins.installed.keys()),
    )


def _view(plugin: InstalledPlugin, enabled: frozenset[str]) -> PluginView:
    manifest = plugin.manifest
    error = the_repository().generation.failures.get(plugin.name, "")
    on = "builtin" if manifest.builtin else "enabled" if plugin.name in enabled else "disabled"
    return PluginView(
        name=plugin.name,
        title=manifest.title,
        description=manifest.description,
        version=plugin.version,
        category=manifest.category,
        state="failed" if error and on != "disabled" else on,
        error=error.strip().splitlines()[-1] if error.strip() else "",
    )


@blueprint.get("/<name>")
@access("administration")
@session("required")
def plugin(name: str) -> Response:
    return _page(name)


def _page(name: str, error: MunimentError | None = None) -> Response:
    repository = the_repository()
    described = repository.plugins.describe(name, repository.generation)
    installed = repository.plugins.installed
    enabled = repository.plugins.enabled()
    on = {*enabled, *(other for other, found in installed.items() if found.manifest.builtin)}
    return show(
        "control/plugin.html",
        error,
        plugin=_view(installed[name], enabled),
        described=described,
        missing=[other for other in described["requires"] if other not in on],
        dependents=described["required by"],
        settings=shown_settings(repository).get(name, []),
        trace=described["error"] or "",
    )


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
    repository = the_repository()
    described = repository.plugins.describe(name, repository.generation)
    needing = ", ".join(described["required by"])
    also = _("%(names)s depend on it and are switched off with it.", names=needing) if needing else ""
    return ask(
        Confirmation(
            title=_("Switch “%(title)s” off?", title=described["title"]),
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
