"""The plugins that are installed: what each is, how it stands, switching and upgrading it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from werkzeug.wrappers import Response as BaseResponse

from muniment.errors import Busy, Conflict, MunimentError
from muniment.plugins.reports import STATES, PluginReport
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.ui.views.control.frame import Confirmation, ask, show
from muniment.web.ui.views.control.manifest_texts import manifest_text

blueprint = Blueprint("control_plugins", __name__, url_prefix="/control/plugins")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)
#: What reports say of people's data, listed so that translators find it.
MESSAGES: Final = (lazy_gettext("It keeps personal data."), lazy_gettext("It keeps none."))


@blueprint.get("")
@access("administration")
@session("required")
def plugins() -> Response:
    service = the_repository().plugins
    reports = sorted(service.reports(), key=lambda report: STATES.index(report.state))
    enabled = service.enabled()
    running = enabled | {report.name for report in reports if report.state == "built in"}
    return show(
        "control/plugins.html",
        groups=_groups(reports),
        enabled=enabled,
        asks={report.name for report in reports if not running.issuperset(report.requires)},
        safe_mode=service.safe_mode,
        said=manifest_text,
    )


def _groups(reports: Sequence[PluginReport]) -> list[tuple[str, list[PluginReport]]]:
    """The plugins as a list shows them: what needs attention first, what is always there last."""
    found: dict[str, list[PluginReport]] = {name: [] for name in ("attention", "enabled", "disabled", "built in")}
    for report in reports:
        found[report.state if report.state in found and report.trouble is None else "attention"].append(report)
    return [(name, members) for name, members in found.items() if members]


@blueprint.get("/<name>")
@access("administration")
@session("required")
def plugin(name: str) -> Response:
    return _page(name)


def _page(name: str, error: MunimentError | None = None) -> Response:
    repository = the_repository()
    report = repository.plugins.report(name)
    enabled = name in repository.plugins.enabled()
    usable = report.state not in ("gone", "broken")
    return show(
        "control/plugin.html",
        error,
        plugin=report,
        said=manifest_text,
        enabled=enabled,
        plan=repository.plugins.plan_enable(name) if _can_be_enabled(report) and not enabled else None,
        has_settings=usable and (report.adds is None or bool(report.adds.settings)),
        can_be_purged=usable and report.state != "built in" and report.has_data and not enabled,
    )


def _can_be_enabled(report: PluginReport) -> bool:
    """Whether there is something to switch on: what is built in is on, and without its package nothing can be."""
    return report.state in ("disabled", "failed")


@blueprint.post("/<name>/enable")
@access("administration")
@session("required")
def enable(name: str) -> BaseResponse:
    """Switch a plugin on, with what the page named that it requires; what it did not name is asked for."""
    plugins = the_repository().plugins
    return _done(
        name,
        "enabled",
        lambda: plugins.enable(
            name, the_actor(), with_required=_named("with_required", plugins.plan_enable(name).requires)
        ),
    )


def _named(control: str, names: Sequence[str]) -> bool:
    """Whether the form that was sent had told its reader all of `names`."""
    return bool(names) and {*request.form.get(control, "").split()} >= {*names}


@blueprint.get("/<name>/disable")
@access("administration")
@session("required")
def confirm_disable(name: str) -> Response:
    try:
        return _ask_to_disable(name)
    except Conflict as error:
        return _page(name, error)


def _ask_to_disable(name: str, error: MunimentError | None = None) -> Response:
    service = the_repository().plugins
    report = service.report(name)
    plan = service.plan_disable(name)
    dependents = plan.dependents
    sentences = [_("What it adds disappears everywhere within seconds. Its data and settings stay.")]
    if dependents:
        sentences.append(
            ngettext(
                "%(names)s depends on it and is switched off with it.",
                "%(names)s depend on it and are switched off with it.",
                len(dependents),
                names=", ".join(dependents),
            )
        )
    return ask(
        Confirmation(
            title=_("Switch “%(title)s” off?", title=report.title or name),
            text=" ".join(sentences),
            notices=plan.notices,
            button=_("Switch off"),
            action=url_for("control_plugins.disable", name=name),
            back=url_for("control_plugins.plugin", name=name),
            hidden={"with_dependents": " ".join(dependents)},
        ),
        error,
    )


@blueprint.post("/<name>/disable")
@access("administration")
@session("required")
def disable(name: str) -> BaseResponse:
    """Switch a plugin off, with the dependents that the question named; when there are others by now it is asked
    again."""
    plugins = the_repository().plugins
    try:
        dependents = plugins.plan_disable(name).dependents
        plugins.disable(name, the_actor(), with_dependents=_named("with_dependents", dependents))
    except (Conflict, Busy) as error:
        return _ask_to_disable(name, error) if name in plugins.enabled() else _page(name, error)
    return redirect(url_for("control_plugins.plugins", done="disabled"), 303)


@blueprint.get("/<name>/upgrade")
@access("administration")
@session("required")
def confirm_upgrade(name: str) -> Response:
    report = the_repository().plugins.report(name)
    return ask(
        Confirmation(
            title=_("Upgrade the tables of “%(title)s”?", title=report.title or name),
            text=_(
                "They go from revision %(before)s to %(after)s, which version %(version)s needs. Make a backup first: "
                "muniment backup.",
                before=report.revision or "–",
                after=report.head or "–",
                version=report.version,
            ),
            button=_("Upgrade"),
            action=url_for("control_plugins.upgrade", name=name),
            back=url_for("control_plugins.plugin", name=name),
            danger=False,
        )
    )


@blueprint.post("/<name>/upgrade")
@access("administration")
@session("required")
def upgrade(name: str) -> BaseResponse:
    return _done(name, "upgraded", lambda: the_repository().plugins.upgrade(name, the_actor()), stay=True)


def _done(name: str, told: str, act: Callable[[], Any], *, stay: bool = False) -> BaseResponse:
    """Do it and show what became of it; what is refused is said on the plugin's page."""
    try:
        act()
    except (Conflict, Busy) as error:
        return _page(name, error)
    if stay:
        return redirect(url_for("control_plugins.plugin", name=name, done=told), 303)
    return redirect(url_for("control_plugins.plugins", done=told), 303)
