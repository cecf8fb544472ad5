"""Everything that can be wrong with a plugin: the message names the plugin and the cure, and the site goes on."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from marshmallow import Schema, fields
from werkzeug.test import EnvironBuilder, run_wsgi_app

from muniment.access.actor import SYSTEM
from muniment.db.revisions import table_names
from muniment.errors import Conflict, MunimentError
from muniment.health.examination import glance
from muniment.jobs.declarations import EventHandler, Job
from muniment.jobs.models import JobRow
from muniment.jobs.worker import Worker
from muniment.pids.numbers import take_numbers
from muniment.plugins.discovery import discover
from muniment.plugins.models import PluginSetting, PluginState
from muniment.plugins.reports import PluginReport
from muniment.plugins.state import next_generation
from muniment.repository import Repository
from muniment.testing.fakes import FakePlugins
from muniment.testing.people import Person
from muniment.web.app import create_app
from muniment.web.authentication import SESSION_COOKIE
from muniment.web.generations import RepositoryGenerations
from muniment.web.wsgi import Application

from .conftest import MANIFEST, Install

REVISION = """
import sqlalchemy as sa
from alembic import op
revision = "probe_1"
down_revision = None
def upgrade():
    op.create_table("probe_things", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("UPDATE counters SET value = value + 1000 WHERE name = 'records'")
    {more}
def downgrade():
    op.drop_table("probe_things")
"""


def fail(*_arguments: Any, **_named: Any) -> Any:
    raise ValueError("broken on purpose")


@pytest.fixture
def site(repository: Repository, make_record: Callable[..., Any]) -> Application:
    """A running site with a record."""
    make_record("Still there")
    return Application(RepositoryGenerations(repository))


def answers(site: Application, path: str = "/api/records") -> int:
    environ = EnvironBuilder(path=path, base_url="http://localhost:5000").get_environ()
    body, status, _ = run_wsgi_app(site, environ, buffered=True)
    if path == "/api/records":
        assert b"Still there" in b"".join(body)
    return int(status[:3])


def switched_on(repository: Repository, name: str = "probe") -> None:
    """As it is in a database from before the plugin began to fail."""
    with repository.database.write() as unit:
        unit.session.merge(PluginState(name=name, enabled=True, updated=unit.now))
        next_generation(unit.session)


def restarted(repository: Repository) -> Repository:
    return repository.successor()


def told(repository: Repository, name: str = "probe") -> tuple[str, PluginReport]:
    """What an operator reads about a plugin, on one line."""
    report = repository.plugins.report(name)
    assert report.trouble is not None, f"nothing is said about {name}"
    assert name in report.trouble.sentence
    return " ".join(report.trouble.sentence.split()), report


# The package ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        (MANIFEST.replace("title", "titel"), "unknown key 'titel'. Did you mean 'title'?"),
        (MANIFEST.replace('category = "service"', 'category = "servce"'), "category must be one of access, curation"),
        (MANIFEST.replace("hook_api = 0", 'hook_api = "0"'), "hook_api must be a whole number"),
        (MANIFEST + "requires = 'base'", 'requires must be a list of texts, like ["one", "two"]'),
        ("name = ", "is not valid TOML"),
    ],
    ids=["key", "category", "type", "list", "toml"],
)
def test_a_manifest_with_a_mistake(
    site: Application, install: Install, repository: Repository, manifest: str, words: str
) -> None:
    folder = install("probe", manifest=manifest)
    service = restarted(repository).plugins
    sentence, report = told(repository)
    assert report.state == "broken"
    assert words in sentence
    assert str(folder / "plugin.toml") in sentence
    with pytest.raises(Conflict, match=re.escape(words)):
        service.enable("probe", SYSTEM)
    assert answers(site) == 200


def test_two_distributions_that_offer_one_plugin(site: Application, install: Install, repository: Repository) -> None:
    install("probe", distribution="first")
    install("probe", distribution="second")
    service = restarted(repository).plugins
    assert service.installed["probe"].distribution == "first"
    message = service.discovery.broken["probe"]
    assert message == "a plugin named 'probe' is installed already (first); uninstall one of first and second"
    assert service.report("probe").state == "disabled"
    assert answers(site) == 200


def test_a_package_that_is_removed_while_it_is_enabled(
    site: Application, repository: Repository, fake_plugin: FakePlugins, make_record: Callable[..., Any]
) -> None:
    plugin = fake_plugin("probe", migrations={"one.py": REVISION.format(more="")})
    repository.plugins.enable("probe", SYSTEM)
    fake_plugin.remove(plugin)
    after = restarted(repository)
    assert after.read_only, "nobody can say what it guarded"
    sentence, report = told(after)
    assert (report.state, report.has_data) == ("gone", True)
    assert (
        "is enabled but not installed. Install its package again, or run 'muniment plugins disable probe'" in sentence
    )
    assert answers(site) == 200


# Other plugins --------------------------------------------------------------------------------------------------------


def test_two_plugins_that_offer_one_name(site: Application, repository: Repository, fake_plugin: FakePlugins) -> None:
    jobs = [Job("same.name", "0 3 * * *", lambda repository: "")]
    fake_plugin("first", register_jobs=jobs)
    fake_plugin("second", register_jobs=jobs)
    repository.plugins.enable("first", SYSTEM)
    with pytest.raises(Conflict, match=r"'second' fails and stays off: .*'same\.name' belongs to the plugin 'first'"):
        repository.plugins.enable("second", SYSTEM)
    assert told(restarted(repository), "second")[1].state == "failed"
    assert answers(site) == 200


@pytest.mark.parametrize("way", ["enable", "at start"])
def test_a_circle_of_requirements(
    site: Application, repository: Repository, fake_plugin: FakePlugins, way: str
) -> None:
    fake_plugin("one", {"requires": ["two"]})
    fake_plugin("two", {"requires": ["one"]})
    words = "plugins require each other in a circle: "
    if way == "enable":
        with pytest.raises(Conflict, match=f"'one' cannot be enabled: {words}.*until one is installed in a version"):
            repository.plugins.enable("one", SYSTEM, with_required=True)
    else:
        switched_on(repository, "one")
        switched_on(repository, "two")
        after = restarted(repository)
        assert words in told(after, "one")[0]
        assert words in told(after, "two")[0]
    assert answers(site) == 200


def test_a_requirement_that_is_missing(site: Application, repository: Repository, fake_plugin: FakePlugins) -> None:
    fake_plugin("probe", {"requires": ["nowhere"]})
    with pytest.raises(
        Conflict, match=r"'probe' cannot be enabled: .*nowhere, which is not installed: install its package"
    ):
        repository.plugins.enable("probe", SYSTEM, with_required=True)
    switched_on(repository)
    assert "it requires nowhere, which is not installed: install its package first" in told(restarted(repository))[0]
    assert answers(site) == 200


def test_one_that_was_built_for_another_hook_interface(
    site: Application, repository: Repository, fake_plugin: FakePlugins
) -> None:
    imported: list[str] = []
    fake_plugin("probe", {"hook_api": 7}, on_import=lambda: imported.append("probe"))
    words = "it was made for hook interface 7; this core offers 0: install a version of it for that"
    with pytest.raises(Conflict, match=f"'probe' cannot be enabled: {words}"):
        repository.plugins.enable("probe", SYSTEM)
    switched_on(repository)
    assert words in told(restarted(repository))[0]
    assert imported == []
    assert answers(site) == 200


# Code that fails ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"on_import": fail}, "ValueError: broken on purpose"),
        ({"register_jobs": fail}, "ValueError: broken on purpose"),
        ({"plugin_class": type("Plugin", (), {"__init__": fail})}, "ValueError: broken on purpose"),
        (
            {"register_blueprint": []},
            "there is no hook named 'register_blueprint'; did you mean 'register_blueprints'?",
        ),
    ],
    ids=["import", "build", "constructor", "mistyped hook"],
)
@pytest.mark.parametrize("guards", [True, False])
def test_one_that_fails_while_it_is_loaded(
    site: Application, repository: Repository, fake_plugin: FakePlugins, how: dict[str, Any], words: str, guards: bool
) -> None:
    fake_plugin("probe", {"guards": guards}, **how)
    with pytest.raises(
        Conflict, match=f"'probe' fails and stays off: .*{re.escape(words)}.*muniment plugins info probe"
    ):
        repository.plugins.enable("probe", SYSTEM)
    switched_on(repository)
    before = site.number
    site.refresh(force=True)
    assert (site.number, answers(site)) == (before, 200), "the generation that works goes on"
    after = restarted(repository)
    assert after.read_only is guards
    sentence, report = told(after)
    assert words in sentence
    assert (
        "Install a version of it that works and restart the site, or run 'muniment plugins disable probe'" in sentence
    )
    assert report.trouble is not None
    assert "Traceback" in report.trouble.traceback
    assert answers(Application(RepositoryGenerations(after))) == 200


def test_one_that_fails_in_a_hook(
    repository: Repository, fake_plugin: FakePlugins, ada: Person, make_draft: Callable[..., Any]
) -> None:
    """The request fails, says which plugin, and changes nothing."""
    fake_plugin("probe", check_draft=lambda stage: fail() if stage == "publish" else [])
    repository.plugins.enable("probe", SYSTEM)
    draft = make_draft("Not lost")
    site = Application(RepositoryGenerations(repository.successor()))
    token = repository.tokens.create_for_subject(ada.subject, "test")
    environ = EnvironBuilder(
        path=f"/api/records/{draft.id}/draft/actions/publish",
        method="POST",
        base_url="http://localhost:5000",
        headers={"Authorization": f"Bearer {token}"},
    ).get_environ()
    body, status, _ = run_wsgi_app(site, environ, buffered=True)
    assert int(status[:3]) == 500
    message = orjson.loads(b"".join(body))["message"]
    assert "'probe' failed" in message
    assert "disable the plugin" in message
    assert repository.records.read_draft(ada.actor, draft.id).data["metadata"]["title"] == "Not lost"
    assert not repository.records.read_draft(ada.actor, draft.id).data["is_published"]
    repository.plugins.disable("probe", SYSTEM)
    assert repository.successor().records.publish(ada.actor, draft.id).id == draft.id


def test_one_that_fails_in_a_job_and_in_a_handler(
    repository: Repository, fake_plugin: FakePlugins, make_record: Callable[..., Any]
) -> None:
    """The others run; what failed is shown with the plugin's name, and is tried again."""
    done: list[str] = []
    fake_plugin(
        "probe",
        register_jobs=[Job("probe.nightly", "* * * * *", fail, "Sweeps")],
        register_event_handlers=[EventHandler("probe.follow", ("record.published",), fail)],
    )
    fake_plugin(
        "sound",
        register_event_handlers=[EventHandler("sound.follow", ("record.published",), lambda *_: done.append("sound"))],
    )
    repository.plugins.enable("probe", SYSTEM)
    repository.plugins.enable("sound", SYSTEM)
    after = repository.successor()
    after.jobs.run_due()
    with after.database.write() as unit:
        unit.session.get_one(JobRow, "probe.nightly").next_run = unit.now
    make_record()
    Worker(after).run_once()
    assert done == ["sound"]
    (waiting,) = [row for row in after.deliveries.rows() if row["handler"] == "probe.follow"]
    assert (waiting["state"], waiting["error"]) == ("failed", "ValueError: broken on purpose")
    findings = [finding.message for finding in glance(after) if finding.check == "jobs"]
    assert findings == [
        "probe.nightly of the plugin probe failed 1 times in a row: ValueError: broken on purpose. It is tried again; "
        "'muniment plugins disable probe' ends it"
    ]


def test_one_that_fails_in_a_slot(
    repository: Repository, fake_plugin: FakePlugins, administrator: Person, make_record: Callable[..., Any]
) -> None:
    """Visitors see nothing of it; administrators see which plugin failed and what to do."""
    record = make_record()
    fake_plugin("probe", {"slots": ["record.sidebar"]}, render_slot=fail)
    repository.plugins.enable("probe", SYSTEM)
    app = create_app(repository.successor())
    visitor = app.test_client(use_cookies=False).get(f"/records/{record.id}")
    assert visitor.status_code == 200
    assert "probe" not in visitor.text
    client = app.test_client()
    client.set_cookie(SESSION_COOKIE, repository.sessions.start(administrator.subject))
    shown = client.get(f"/records/{record.id}")
    assert shown.status_code == 200
    assert "probe failed here; visitors see nothing of it" in shown.text
    assert 'switch it off. <a href="/control/plugins/probe">' in shown.text


# Settings and tables --------------------------------------------------------------------------------------------------

SETTINGS = type("Settings", (Schema,), {"count": fields.Integer(load_default=3, metadata={"label": "Count"})})


@pytest.mark.configuration("plugin", probe={"count": "many"})
def test_a_setting_of_the_wrong_type_in_the_configuration(
    site: Application, repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("probe", settings=SETTINGS)
    with pytest.raises(Conflict, match=r"'probe' fails and stays off: .*\[plugin.probe\]: count: Not a valid integer"):
        repository.plugins.enable("probe", SYSTEM)
    switched_on(repository)
    sentence, _ = told(restarted(repository))
    assert re.fullmatch(
        r"'probe' does not run: \[plugin\.probe\]: count: Not a valid integer\. "
        r"Mend that and restart the site, or run 'muniment plugins disable probe'\.",
        sentence,
    )
    assert answers(site) == 200


def test_a_setting_of_the_wrong_type_in_the_database(
    site: Application, repository: Repository, fake_plugin: FakePlugins
) -> None:
    """Left behind by another version: the default is taken, and the value is listed."""
    fake_plugin("probe", settings=SETTINGS)
    repository.plugins.enable("probe", SYSTEM)
    with pytest.raises(MunimentError, match=r"probe\.count: Not a valid integer"):
        repository.plugin_settings.change("probe", {"count": "many"}, SYSTEM)
    with repository.database.write() as unit:
        unit.session.add(PluginSetting(plugin="probe", key="count", value="many", updated=unit.now))
    after = restarted(repository)
    assert after.settings("probe").count == 3
    assert answers(site) == 200


def test_a_migration_that_fails_half_way(site: Application, repository: Repository, fake_plugin: FakePlugins) -> None:
    with repository.database.write() as unit:
        (before,) = take_numbers(unit.session, 1)
    fake_plugin("probe", migrations={"one.py": REVISION.format(more="op.execute('INSERT INTO nowhere VALUES (1)')")})
    with pytest.raises(Conflict, match=r"'probe' stays as it is\. A migration of probe failed and was rolled back"):
        repository.plugins.enable("probe", SYSTEM)
    sentence, report = told(restarted(repository))
    assert (report.state, report.has_data) == ("failed", False)
    assert "nowhere" in sentence
    assert "probe_things" not in table_names(repository.database)
    with repository.database.write() as unit:
        assert take_numbers(unit.session, 1) == [before + 1]
    assert answers(site) == 200


def test_migrations_that_cannot_even_be_read(
    site: Application, repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("probe", migrations={"one.py": "this is no Python"})
    with pytest.raises(Conflict, match=r"The migrations of probe cannot be read: SyntaxError.*Install a version"):
        repository.plugins.enable("probe", SYSTEM)
    switched_on(repository)
    assert "cannot be read" in told(restarted(repository))[0]
    assert discover().plugins["probe"].migrations is not None
    assert answers(site) == 200
