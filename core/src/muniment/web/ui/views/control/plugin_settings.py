"""The settings of one plugin as a form: changing them, going back to defaults, trying them out."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from muniment.errors import Conflict, MunimentError, Problem, ValidationFailed
from muniment.plugins.setting_fields import SettingsForm, only_changed, read_form, typed
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.kept_forms import keeps_form
from muniment.web.ui.typed_secrets import opened, sealed
from muniment.web.ui.views.control.frame import show
from muniment.web.ui.views.control.manifest_texts import manifest_text

blueprint = Blueprint("control_plugin_settings", __name__, url_prefix="/control/plugins")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)


@blueprint.get("/<name>/settings")
@access("administration")
@session("required")
def form(name: str) -> BaseResponse:
    """The form, or the plugin's own page where it has one."""
    return _page(name)


@blueprint.post("/<name>/settings")
@access("administration")
@session("required")
@keeps_form
def save(name: str) -> BaseResponse:
    """Store what differs from what is in force; `do=test` tries it out and stores nothing."""
    service = the_repository().plugin_settings
    try:
        shown = service.form(name)
        asked = read_form(shown, _sent(shown))
        if request.form.get("do") == "test":
            return _tried(name, asked)
        removed = {key: None for key in request.form.getlist("leftover") if key in shown.leftover}
        service.change(name, {**only_changed(shown, asked), **removed}, the_actor())
    except (ValidationFailed, Conflict) as error:
        return _page(name, _at_controls(name, error))
    return redirect(url_for("control_plugin_settings.form", name=name, done="saved"), 303)


def _sent(form: SettingsForm) -> dict[str, list[str]]:
    """What was sent; for a secret that was left empty the one that was typed when the form came back."""
    sent = {
        key: [text.replace("\0", "").replace("\r\n", "\n") for text in request.form.getlist(key)]
        for key in request.form
    }
    return {**sent, **{key: [text] for key, text in _typed(form).items()}}


def _typed(form: SettingsForm) -> dict[str, str]:
    """The secrets that were typed now, or before and are carried by the form."""
    found = {}
    for item in form.fields:
        if item.secret and not item.read_only:
            text = request.form.get(item.key, "") or opened(
                form.plugin, item.key, request.form.get(f"{item.key}.typed", "")
            )
            if text:
                found[item.key] = text
    return found


def _tried(name: str, asked: dict[str, Any]) -> BaseResponse:
    problems = the_repository().plugin_settings.check(name, asked)
    if problems:
        return _page(name, _at_controls(name, ValidationFailed(errors=problems)))
    return _page(name, works=True)


def _at_controls(name: str, error: MunimentError) -> MunimentError:
    """The error with the names of controls for those of settings."""
    prefix = f"{name}."
    problems = [
        Problem(
            item.field.removeprefix(prefix) if item.field.startswith(prefix) else "",
            item.message,
            item.code,
        )
        for item in error.errors
    ]
    return ValidationFailed(error.message, errors=problems)


def _page(name: str, error: MunimentError | None = None, *, works: bool = False) -> BaseResponse:
    repository = the_repository()
    report = repository.plugins.report(name)
    try:
        found = repository.plugin_settings.form(name)
    except Conflict as broken:
        error, found = broken, SettingsForm(name, report.title, ())
    if found.page in current_app.view_functions:
        return redirect(url_for(found.page), 303)
    return show(
        "control/plugin_settings.html",
        error,
        plugin=report,
        form_of=found,
        works=works,
        said=manifest_text,
        typed={key: sealed(name, key, text) for key, text in _typed(found).items()} if error or works else {},
        **(_AS_SENT if error is not None or works else _AS_STORED),
    )


#: What stands in the controls: what was sent, or what is in force.
_AS_SENT: Final[dict[str, Any]] = {
    "given": lambda item: "" if item.secret else request.form.get(item.key, ""),
    "ticked": lambda item: item.key in request.form,
    "chosen": lambda item: request.form.getlist(item.key),
}
_AS_STORED: Final[dict[str, Any]] = {
    "given": typed,
    "ticked": lambda item: bool(item.value),
    "chosen": lambda item: [str(value) for value in item.value or ()],
}
