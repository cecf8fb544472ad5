"""The search index: how far it has come, what could not be indexed, and switching to another backend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from muniment.errors import MunimentError
from muniment.search.backend_spec import SETTINGS, SWITCH_JOB
from muniment.search.runtime import IndexStatus
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.ui.views.control.frame import show, text

blueprint = Blueprint("control_index", __name__, url_prefix="/control/index")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)


@dataclass(frozen=True)
class BackendView:
    """A backend as the page lists it. `status` is None where it cannot be told."""

    name: str
    title: Any
    serves: bool
    status: IndexStatus | None


@dataclass(frozen=True)
class Switching:
    """A switch that was asked for: to which backend, whether the worker is at it, and why it failed last."""

    wanted: str
    runs: bool
    error: str


@blueprint.get("")
@access("administration")
@session("required")
def index() -> Response:
    return _page()


@blueprint.post("/switch")
@access("administration")
@session("required")
def switch() -> BaseResponse:
    """Have the worker fill a backend and let it take over; without a name, stay with the one that serves."""
    search, name = the_repository().search, text("backend")
    try:
        if name:
            search.request_switch(name, the_actor())
        else:
            search.withdraw_switch(the_actor())
    except MunimentError as error:
        return _page(error)
    return redirect(url_for("control_index.index", done="wanted" if name else "withdrawn"), 303)


def _page(error: MunimentError | None = None) -> Response:
    search, records = the_repository().search, the_repository().records
    entries = [
        (entry, entry.key.partition(":")[0], records.public_id(int(entry.key.partition(":")[2])))
        for entry in search.set_aside()
    ]
    backends = [
        BackendView(name, spec.title, name == search.backends.serving, _status(name))
        for name, spec in sorted(search.backends.offered.items())
    ]
    return show(
        "control/index.html", error, status=search.status(), entries=entries, backends=backends, switching=_switching(),
        missing=search.backends.problem,
    )  # fmt: skip


def _status(name: str) -> IndexStatus | None:
    try:
        return the_repository().search.status_of(name)
    except MunimentError:
        return None


def _switching() -> Switching | None:
    repository = the_repository()
    wanted = repository.settings(SETTINGS).wanted
    if not wanted:
        return None
    row = next((row for row in repository.jobs.rows() if row.name == SWITCH_JOB), None)
    error = (row.last_error or "").strip() if row is not None else ""
    runs = row is not None and row.locked_until is not None and row.locked_until > repository.now()
    return Switching(wanted, runs, error.splitlines()[-1] if error else "")
