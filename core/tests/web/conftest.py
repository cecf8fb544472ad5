"""An application with routes made for tests beside its own, so that plumbing is tested without any feature."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, request

from muniment.errors import Busy, Conflict, Gone, MunimentError, Problem, ValidationFailed
from muniment.web import app as web_app
from muniment.web.access import access, session
from muniment.web.blueprints import CORE_OWNER, BlueprintSpec, Owned, core_blueprints
from muniment.web.current import the_actor
from muniment.web.rest.answers import answer_json
from muniment.web.rest.bodies import read_object
from muniment.web.transfers import carries_bytes

ERRORS: dict[str, Callable[[], Exception]] = {
    "validation": lambda: ValidationFailed(errors=[Problem("metadata.title", "Missing data for required field.")]),
    "conflict": Conflict,
    "busy": lambda: Busy(retry_after=7),
    "gone": lambda: Gone({"note": "Withdrawn"}),
    "own": lambda: MunimentError("The engine stopped."),
    "full": lambda: OSError(28, "No space left on device"),
    "bug": lambda: ZeroDivisionError("postgresql://user:secret@db/muniment"),
}


def _probe(name: str) -> Blueprint:
    blueprint = Blueprint(name, __name__, url_prefix="/probe")

    @blueprint.get("/raise/<kind>")
    @access("public")
    @session("none")
    def fail(kind: str) -> Response:
        raise ERRORS[kind]()

    @blueprint.post("/echo")
    @access("public")
    @session("none")
    def echo() -> Response:
        return answer_json(read_object())

    @blueprint.post("/form")
    @access("public")
    @session("none")
    def form() -> Response:
        return answer_json({"fields": len(request.form)})

    @blueprint.get("/stream")
    @access("public")
    @session("none")
    @carries_bytes
    def stream() -> Response:
        return Response(iter([b"first", b"second"]), direct_passthrough="direct" in request.args)

    @blueprint.get("/broken-stream")
    @access("public")
    @session("none")
    @carries_bytes
    def broken_stream() -> Response:
        raise Conflict()

    @blueprint.post("/upload")
    @access("public")
    @session("none")
    @carries_bytes
    def upload() -> Response:
        return answer_json({"bytes": len(request.stream.read())})

    for use in ("none", "optional", "required"):
        _who(blueprint, use)
    for who in ("public", "authenticated", "administration"):
        _guarded(blueprint, who)
    return blueprint


def _who(blueprint: Blueprint, use: Any) -> None:
    @blueprint.get(f"/who-{use}", endpoint=f"who_{use}")
    @access("public")
    @session(use)
    def who() -> Response:
        response = answer_json({"subject": the_actor().subject})
        if "set" in request.args:
            response.set_cookie("tracker", "1")
        return response


def _guarded(blueprint: Blueprint, who: str) -> None:
    @blueprint.get(f"/for-{who}", endpoint=f"for_{who}")
    @access(who)
    @session("optional")
    def guarded() -> Response:
        return answer_json({"subject": the_actor().subject})

    @blueprint.post(f"/for-{who}", endpoint=f"change_{who}")
    @access(who)
    @session("optional")
    def change() -> Response:
        return answer_json({"subject": the_actor().subject})


@pytest.fixture
def probe_app(repository: Any, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with probe routes at /probe and /api/probe."""

    def with_probes() -> Iterator[Owned]:
        yield from core_blueprints()
        yield Owned(CORE_OWNER, BlueprintSpec(_probe("api_probe"), mount="api"))
        yield Owned(CORE_OWNER, BlueprintSpec(_probe("ui_probe"), mount="ui"))

    monkeypatch.setattr(web_app, "core_blueprints", with_probes)
    return web_app.create_app(repository)


@pytest.fixture
def probe(probe_app: Flask) -> Any:
    """A client without cookies for the application with probes."""
    return probe_app.test_client(use_cookies=False)


@pytest.fixture
def sign_in() -> Callable[[Any, Any], None]:
    """`sign_in(client, person)` through the page, as people do."""

    def through_the_page(client: Any, person: Any) -> None:
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").get_data(as_text=True))
        assert token is not None
        answer = client.post(
            "/login",
            data={"email": person.email, "password": person.password, "csrf_token": token[1]},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        assert answer.status_code == 303, answer.get_data(as_text=True)

    return through_the_page
