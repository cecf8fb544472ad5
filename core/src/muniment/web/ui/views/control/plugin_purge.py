"""Removing everything that a plugin which is off has stored, after a download of it and a typed confirmation."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, redirect, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from muniment.errors import Busy, Conflict, MunimentError, ValidationFailed
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.ui.views.control.frame import show, text

blueprint = Blueprint("control_plugin_purge", __name__, url_prefix="/control/plugins")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)

#: How long (seconds) a page waits for processes that still work with the plugin before it says which they are.
PATIENCE: Final = 10.0


@blueprint.get("/<name>/purge")
@access("administration")
@session("required")
def question(name: str) -> Response:
    return _page(name)


def _page(name: str, error: MunimentError | None = None) -> Response:
    plugins = the_repository().plugins
    report = plugins.report(name)
    try:
        found = plugins.plan_purge(name, the_actor())
    except Conflict as refused:
        return show("control/purge.html", refused, plugin=report, found=None)
    return show("control/purge.html", error, plugin=report, found=found)


@blueprint.get("/<name>/export.zip")
@access("administration")
@session("required")
def export(name: str) -> Response:
    """All that the plugin has stored; only this download has the file."""
    repository = the_repository()
    with tempfile.TemporaryDirectory(prefix="export-", dir=repository.instance.var) as folder:
        target = Path(folder) / "export.zip"
        try:
            repository.plugins.export(name, the_actor(), target)
        except Conflict as error:
            return _page(name, error)
        handle = target.open("rb")  # closed with the answer, and the file is gone then
    stamp = repository.now().strftime("%Y%m%dT%H%M%S")
    return send_file(handle, "application/zip", as_attachment=True, download_name=f"{name}-{stamp}.zip")


@blueprint.post("/<name>/purge")
@access("administration")
@session("required")
def purge(name: str) -> BaseResponse:
    plugins = the_repository().plugins
    try:
        plugins.purge(name, the_actor(), confirmation=text("confirmation"), wait=PATIENCE)
    except (Conflict, Busy, ValidationFailed) as error:
        return _page(name, error)
    return redirect(url_for("control_plugins.plugins", done="purged"), 303)
