"""Switching plugins under a running application, with real plugins, a real database and the real application."""

from __future__ import annotations

import itertools
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from werkzeug.test import EnvironBuilder, run_wsgi_app

from muniment.access.actor import SYSTEM
from muniment.errors import Conflict
from muniment.hooks.caller import PluginFailure
from muniment.plugins.discovery import discover
from muniment.plugins.installed import InstalledPlugin
from muniment.plugins.manifest import read_manifest
from muniment.plugins.models import PluginState
from muniment.plugins.state import next_generation
from muniment.web.app import create_app
from muniment.web.generations import RepositoryGenerations
from muniment.web.wsgi import Application

_numbers = itertools.count()

MANIFEST = """
name = "{name}"
title = "Probe"
description = "A plugin made for a test."
category = "service"
hook_api = 0
guards = {guards}
personal_data = false
personal_data_reason = "It holds nothing."
"""

PLUGIN = """
from flask import Blueprint
from muniment.api import implements
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.negotiation import Representation
from muniment.web.rest.document import OBJECT, document

blueprint = Blueprint("{package}", __name__)

@blueprint.get("{route}")
@access("public")
{session}
@document("Probe", tag="Probe", answers={{200: OBJECT}})
def probe():
    return {{"probe": True}}

class Plugin:
    def __init__(self, context):
        self.context = context

    @implements
    def register_blueprints(self):
        return [BlueprintSpec(blueprint, mount="api")]

    @implements
    def register_representations(self):
        def title(item, reader):
            return item.data["metadata"]["title"].encode()

        return [Representation("{package}", ("text/x-probe",), render=title)]
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """Installs a plugin with one route, e.g. one that does not declare its session; returns its name."""
    installed: list[str] = []
    monkeypatch.syspath_prepend(str(tmp_path / "site"))

    def make(*, route: str = "/{name}/probe", declared: bool = True, guards: bool = False) -> str:
        number = next(_numbers)
        name, package = f"probe{number}", f"muniment_probe{number}"
        folder = tmp_path / "site" / package
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("")
        (folder / "plugin.toml").write_text(MANIFEST.format(name=name, guards=str(guards).lower()))
        (folder / "plugin.py").write_text(
            textwrap.dedent(PLUGIN).format(
                package=package, route=route.format(name=name), session='@session("none")' if declared else ""
            )
        )
        discover().plugins[name] = InstalledPlugin(
            read_manifest(folder), f"{package}.plugin:Plugin", folder, "1.0", f"muniment-{name}"
        )
        installed.append(name)
        return name

    yield make
    for name in installed:
        discover().plugins.pop(name)
        sys.modules.pop(f"muniment_{name}", None)
        sys.modules.pop(f"muniment_{name}.plugin", None)


def ask(application: Application, path: str) -> int:
    environ = EnvironBuilder(path=path, base_url="http://localhost:5000").get_environ()
    _, status, _ = run_wsgi_app(application, environ, buffered=True)
    return int(status[:3])


@pytest.fixture
def application(repository: Any) -> Application:
    return Application(RepositoryGenerations(repository))


def test_a_plugin_comes_and_goes_without_a_restart(
    application: Application, repository: Any, install: Callable[..., str]
) -> None:
    name = install()
    path = f"/api/{name}/probe"
    assert ask(application, path) == 404
    repository.plugins.enable(name, SYSTEM)
    application.refresh(force=True)
    assert ask(application, path) == 200
    repository.plugins.disable(name, SYSTEM)
    application.refresh(force=True)
    assert ask(application, path) == 404


@pytest.mark.hook("register_blueprints")
@pytest.mark.hook("register_representations")
def test_a_plugin_adds_routes_and_representations(
    repository: Any, open_repository: Callable[..., Any], install: Callable[..., str], make_record: Callable[..., Any]
) -> None:
    record, name = make_record(title="In other words"), install()
    repository.plugins.enable(name, SYSTEM)
    client = create_app(open_repository()).test_client(use_cookies=False)
    assert client.get(f"/api/{name}/probe").json == {"probe": True}
    response = client.get(f"/api/records/{record.id}", headers={"Accept": "text/x-probe"})
    assert (response.data, response.content_type) == (b"In other words", "text/x-probe")
    assert "Accept" in response.headers["Vary"]
    for path in ("/api/records", "/api/records?q=words"):
        refused = client.get(path, headers={"Accept": "text/x-probe"})
        assert refused.status_code == 406
    described: Any = client.get("/api/openapi.json").get_json()["paths"]
    assert described["/api/records/{id}"]["get"]["responses"]["200"]["content"]["text/x-probe"] == {}
    assert f"/api/{name}/probe" in described


@pytest.mark.configuration("records", json="muniment_probe_text")
def test_a_setting_that_no_plugin_answers_does_not_keep_the_site_from_starting(
    application: Application,
) -> None:
    assert ask(application, "/api/records") == 200


FAULTS = pytest.mark.parametrize(
    "fault", [{"declared": False}, {"route": "/records/probe"}], ids=["undeclared", "foreign address"]
)


def store(repository: Any, name: str) -> None:
    """Enable a plugin as it was in a database from before it began to fail."""
    with repository.database.write() as unit:
        unit.session.merge(PluginState(name=name, enabled=True, updated=unit.now))
        next_generation(unit.session)


@FAULTS
def test_a_plugin_that_fails_while_it_is_switched_on_stays_off(
    application: Application, repository: Any, install: Callable[..., str], fault: dict[str, Any]
) -> None:
    name = install(**fault, guards=True)
    before = application.number
    with pytest.raises(Conflict, match=f"'{name}' fails and stays off: .*{name}"):
        repository.plugins.enable(name, SYSTEM)
    application.refresh(force=True)
    assert application.number == before
    report = repository.plugins.report(name)
    assert report.state == "failed"
    assert "Traceback" in report.trouble.traceback


@FAULTS
def test_a_generation_in_which_another_plugin_fails_does_not_take_the_place_of_one_that_works(
    application: Application, repository: Any, install: Callable[..., str], fault: dict[str, Any]
) -> None:
    name = install(**fault, guards=True)
    before = application.number
    store(repository, name)
    with structlog.testing.capture_logs() as logs:
        application.refresh(force=True)
    assert "generation_kept" in [entry["event"] for entry in logs]
    assert application.number == before
    assert ask(application, "/healthz") == 200
    assert name in repository.plugins.report(name).trouble.what
    repository.plugins.disable(name, SYSTEM)
    application.refresh(force=True)
    assert application.number > before


@pytest.mark.parametrize("guards", [True, False])
def test_a_plugin_that_fails_at_the_start_is_left_out_and_closes_the_site_if_it_guards_it(
    repository: Any, open_repository: Callable[..., Any], install: Callable[..., str], guards: bool
) -> None:
    name = install(declared=False, guards=guards)
    store(repository, name)
    generations = RepositoryGenerations(open_repository())
    application = Application(generations)
    assert name in generations.repository.generation.failures
    assert repository.plugins.report(name).state == "failed"
    assert ask(application, "/healthz") == 200
    environ = EnvironBuilder(
        path="/api/records", method="POST", base_url="http://localhost:5000", json={}
    ).get_environ()
    _, status, headers = run_wsgi_app(application, environ, buffered=True)
    assert int(status[:3]) == (503 if guards else 403)
    assert ("Retry-After" in headers) is guards


def test_an_essential_plugin_that_fails_keeps_the_site_from_starting(repository: Any, monkeypatch: Any) -> None:
    from muniment.web import generations

    def failing(_repository: Any) -> Any:
        raise PluginFailure("records", "register_blueprints", ValueError("broken"))

    monkeypatch.setattr(generations, "create_app", failing)
    with pytest.raises(PluginFailure):
        Application(RepositoryGenerations(repository))


def test_no_request_fails_during_twenty_switches_under_load(
    application: Application, repository: Any, install: Callable[..., str]
) -> None:
    name = install()
    stop = threading.Event()
    answers: list[tuple[str, int]] = []
    paths = ("/healthz", "/api/openapi.json", f"/api/{name}/probe")

    def hammer() -> None:
        for path in itertools.cycle(paths):
            if stop.is_set():
                return
            answers.append((path, ask(application, path)))

    threads = [threading.Thread(target=hammer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(20):
        (repository.plugins.disable if number % 2 else repository.plugins.enable)(name, SYSTEM)
        application.refresh(force=True)
    stop.set()
    for thread in threads:
        thread.join()
    assert len(answers) > 20
    assert {status for path, status in answers if path != paths[2]} == {200}
    assert {status for path, status in answers if path == paths[2]} <= {200, 404}
    assert application.oldest == application.number
