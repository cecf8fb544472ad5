"""`/healthz` (the process answers) and `/readyz` (it can do its work), for load balancers and supervisors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import structlog
from flask import Blueprint, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from muniment.db.revisions import CORE, status
from muniment.errors import MunimentError
from muniment.version import __version__
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_repository
from muniment.web.rest.answers import answer_json

log = structlog.get_logger(__name__)

blueprint = Blueprint("health", __name__)
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="root"),)


@blueprint.get("/healthz")
@access("public")
@session("none")
def healthz() -> Response:
    """Whether this process answers at all; looks at nothing else, so that a slow disk does not get it killed."""
    return _uncached(answer_json({"status": "ok", "version": __version__}))


@blueprint.get("/readyz")
@access("public")
@session("none")
def readyz() -> Response:
    """Whether database, tables and storage are usable; 503 with the names of those that are not."""
    checks = {name: _passes(name, check) for name, check in _CHECKS.items()}
    ready = all(checks.values())
    body = {
        "status": "ok" if ready else "unavailable",
        "checks": {name: "ok" if passed else "failed" for name, passed in checks.items()},
        "read_only": the_repository().read_only,
        "generation": the_repository().generation.number,
    }
    return _uncached(answer_json(body, 200 if ready else 503, headers=None if ready else {"Retry-After": "5"}))


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _database() -> None:
    with the_repository().database.read() as reader:
        reader.execute(text("SELECT 1"))


def _tables() -> None:
    branch = status(the_repository().database, CORE)
    if not branch.is_current:
        raise MunimentError(f"the database is at revision {branch.current}, not at {branch.head}")


def _folder() -> None:
    var = the_repository().instance.var
    if not var.is_dir():
        raise MunimentError(f"{var} does not exist")


_CHECKS: Final[dict[str, Callable[[], Any]]] = {"database": _database, "tables": _tables, "folder": _folder}


def _passes(name: str, check: Callable[[], Any]) -> bool:
    try:
        check()
    except (SQLAlchemyError, OSError, MunimentError) as error:
        log.error("not_ready", check=name, error=str(error))
        return False
    return True
