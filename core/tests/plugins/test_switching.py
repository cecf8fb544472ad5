"""Switching plugins on and off: refusals with lists, migrations first, one row each, audited, told to every process."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import Schema, fields

from muniment.access.actor import SYSTEM
from muniment.db.revisions import table_names
from muniment.errors import Conflict, NotFound
from muniment.jobs.declarations import Job
from muniment.plugins.discovery import discover
from muniment.plugins.models import PluginState
from muniment.plugins.service import PluginStateService
from muniment.plugins.state import read_generation, read_state
from muniment.repository import Repository
from muniment.testing.fakes import FakePlugins
from muniment.testing.people import Person

REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "probe_1"
down_revision = None

def upgrade():
    op.create_table("probe_things", sa.Column("id", sa.Integer(), primary_key=True))

def downgrade():
    op.drop_table("probe_things")
"""


@pytest.fixture
def service(repository: Repository) -> PluginStateService:
    return repository.plugins


def fail(*_arguments: Any) -> Any:
    raise ValueError("broken on purpose")


def test_enabling_is_one_row_that_every_process_is_told_of(
    service: PluginStateService, repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("probe")
    before = read_generation(repository.database)
    assert service.enable("probe", SYSTEM) == ["probe"]
    assert read_generation(repository.database) == before + 1
    assert read_state(repository.database).enabled == {"probe"}
    assert "probe" in repository.successor().generation.names


def test_disabling_leaves_the_tables(
    service: PluginStateService, repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("probe", migrations={"one.py": REVISION})
    service.enable("probe", SYSTEM)
    before = read_generation(repository.database)
    assert service.disable("probe", SYSTEM) == ["probe"]
    assert read_generation(repository.database) == before + 1
    assert "probe" not in repository.successor().generation.names
    assert "probe_things" in table_names(repository.database)


def test_migrations_run_before_the_plugin_is_on(
    service: PluginStateService, repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("probe", migrations={"one.py": REVISION})
    assert "probe_things" not in table_names(repository.database)
    service.enable("probe", SYSTEM)
    assert {"probe_things", "alembic_version_probe"} <= table_names(repository.database)
    assert not repository.successor().generation.failures


def test_a_migration_that_fails_leaves_the_plugin_off(
    service: PluginStateService, repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("probe", migrations={"one.py": REVISION.replace("op.create_table", "op.no_such_operation")})
    before = read_generation(repository.database)
    with pytest.raises(
        Conflict, match="A migration of probe failed and was rolled back; nothing was changed"
    ) as caught:
        service.enable("probe", SYSTEM)
    assert "no_such_operation" in caught.value.message
    assert read_generation(repository.database) == before
    assert not service.enabled()


def test_what_is_on_already_is_not_switched_again(
    service: PluginStateService, repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("probe")
    service.enable("probe", SYSTEM)
    before = read_generation(repository.database)
    assert service.enable("probe", SYSTEM) == []
    assert service.disable("probe", SYSTEM) == ["probe"]
    assert service.disable("probe", SYSTEM) == []
    assert read_generation(repository.database) == before + 1


# Requirements ---------------------------------------------------------------------------------------------------------


def test_required_plugins_are_asked_for_and_taken_along_deepest_first(
    service: PluginStateService, fake_plugin: FakePlugins
) -> None:
    fake_plugin("base")
    fake_plugin("middle", {"requires": ["base"]})
    fake_plugin("top", {"requires": ["middle"]})
    with pytest.raises(Conflict, match="'top' requires base, middle; enable those too"):
        service.enable("top", SYSTEM)
    assert not service.enabled()
    assert service.enable("top", SYSTEM, with_required=True) == ["base", "middle", "top"]
    assert service.enabled() == {"base", "middle", "top"}


def test_the_core_does_not_need_to_be_enabled_for_what_requires_it(
    service: PluginStateService, fake_plugin: FakePlugins
) -> None:
    fake_plugin("probe", {"requires": ["password"]})
    assert service.enable("probe", SYSTEM) == ["probe"]


def test_dependents_are_listed_and_taken_along(service: PluginStateService, fake_plugin: FakePlugins) -> None:
    fake_plugin("base")
    fake_plugin("middle", {"requires": ["base"]})
    fake_plugin("top", {"requires": ["middle"]})
    service.enable("top", SYSTEM, with_required=True)
    with pytest.raises(Conflict, match="'base' is required by middle, top; disable those too"):
        service.disable("base", SYSTEM)
    with pytest.raises(Conflict, match="'middle' is required by top; disable that too"):
        service.disable("middle", SYSTEM)
    assert service.enabled() == {"base", "middle", "top"}
    service.disable("base", SYSTEM, with_dependents=True)
    assert not service.enabled()


def test_a_requirement_that_is_not_installed_is_named(service: PluginStateService, fake_plugin: FakePlugins) -> None:
    fake_plugin("probe", {"requires": ["nowhere"]})
    with pytest.raises(Conflict, match="nowhere"):
        service.enable("probe", SYSTEM, with_required=True)
    assert not service.enabled()


@pytest.mark.parametrize("declares", ["probe", "other"])
def test_a_plugin_that_conflicts_with_one_that_is_on_stays_off(
    service: PluginStateService, fake_plugin: FakePlugins, declares: str
) -> None:
    other = {"probe": "other", "other": "probe"}[declares]
    fake_plugin(declares, {"conflicts": [other]})
    fake_plugin(other)
    service.enable("other", SYSTEM)
    with pytest.raises(Conflict, match="cannot run together with"):
        service.enable("probe", SYSTEM)
    assert service.enabled() == {"other"}


def test_a_circle_is_refused(service: PluginStateService, fake_plugin: FakePlugins) -> None:
    fake_plugin("one", {"requires": ["two"]})
    fake_plugin("two", {"requires": ["one"]})
    with pytest.raises(Conflict, match="circle"):
        service.enable("one", SYSTEM, with_required=True)


# What fails stays off -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "how",
    [
        {"on_import": fail},
        {"register_jobs": fail},
        {"register_no_such_thing": []},
        {"plugin_class": type("Plugin", (), {"__init__": fail})},
        {"settings": type("Settings", (Schema,), {"must": fields.String(required=True)})},
    ],
    ids=["import", "build hook", "unknown hook", "constructor", "settings"],
)
@pytest.mark.parametrize("guards", [True, False])
def test_a_plugin_that_fails_while_being_switched_on_stays_off(
    service: PluginStateService, repository: Repository, fake_plugin: FakePlugins, how: dict[str, Any], guards: bool
) -> None:
    fake_plugin("probe", {"guards": guards}, **how)
    before = read_generation(repository.database)
    with pytest.raises(Conflict, match="'probe' fails and stays off: "):
        service.enable("probe", SYSTEM)
    assert not service.enabled()
    assert read_generation(repository.database) == before
    assert not repository.successor().read_only


def test_a_plugin_that_would_take_the_place_of_another_stays_off(
    service: PluginStateService, fake_plugin: FakePlugins
) -> None:
    jobs = [Job("same.name", "0 3 * * *", lambda repository: "")]
    fake_plugin("other", register_jobs=jobs)
    fake_plugin("before-it", register_jobs=jobs)
    service.enable("other", SYSTEM)
    with pytest.raises(
        Conflict, match=r"With 'before-it' enabled, 'other' would fail.*'same\.name' belongs to the plugin 'before-it'"
    ):
        service.enable("before-it", SYSTEM)
    assert service.enabled() == {"other"}


def test_a_plugin_that_failed_before_keeps_no_other_one_off(
    service: PluginStateService, repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("failing", on_import=fail)
    fake_plugin("probe")
    with repository.database.write() as unit:
        unit.session.add(PluginState(name="failing", enabled=True, updated=unit.now))
    assert service.enable("probe", SYSTEM) == ["probe"]


def test_a_plugin_that_fails_can_be_switched_off(
    service: PluginStateService, repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("failing", {"guards": True}, on_import=fail)
    with repository.database.write() as unit:
        unit.session.add(PluginState(name="failing", enabled=True, updated=unit.now))
    assert repository.successor().read_only
    service.disable("failing", SYSTEM)
    assert not repository.successor().read_only


@pytest.mark.parametrize("broken", [True, False])
def test_a_plugin_whose_package_is_gone_or_broken_can_be_switched_off(
    service: PluginStateService,
    repository: Repository,
    fake_plugin: FakePlugins,
    monkeypatch: pytest.MonkeyPatch,
    broken: bool,
) -> None:
    plugin = fake_plugin("probe", {"guards": True})
    service.enable("probe", SYSTEM)
    fake_plugin.remove(plugin)
    if broken:
        monkeypatch.setitem(discover().broken, "probe", "its plugin.toml is missing")
    assert repository.successor().read_only
    assert service.disable("probe", SYSTEM) == ["probe"]
    assert not repository.successor().read_only
    with pytest.raises((NotFound, Conflict)):
        service.disable("probe", SYSTEM)


# Names ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["enable", "disable"])
def test_an_unknown_name_is_answered_with_the_known_ones(service: PluginStateService, act: str) -> None:
    with pytest.raises(NotFound, match=r"No plugin named 'datacit' is installed\. Installed: .*password"):
        getattr(service, act)("datacit", SYSTEM)


def test_a_broken_package_is_explained(service: PluginStateService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(discover().broken, "probe", "its plugin.toml is missing")
    with pytest.raises(Conflict, match=r"its plugin\.toml is missing"):
        service.enable("probe", SYSTEM)


@pytest.mark.parametrize("name", ["accounts", "password"])
def test_parts_of_the_core_stay_on(service: PluginStateService, name: str) -> None:
    assert service.enable(name, SYSTEM) == []
    with pytest.raises(Conflict, match="part of the core"):
        service.disable(name, SYSTEM)


# Traces ---------------------------------------------------------------------------------------------------------------


def test_switching_is_audited_and_announced(
    repository: Repository, fake_plugin: FakePlugins, administrator: Person
) -> None:
    fake_plugin("probe")
    position = repository.events.last_id()
    repository.plugins.enable("probe", administrator.actor)
    repository.plugins.disable("probe", administrator.actor)
    entries = repository.audit.entries("plugin:probe")
    assert [(entry.action, entry.subject_id) for entry in entries] == [
        ("plugin.disabled", administrator.subject),
        ("plugin.enabled", administrator.subject),
    ]
    told = [entry.payload for entry in repository.events.read_after(position) if entry.name == "plugins.changed"]
    assert told == [{"plugin": "probe", "change": "enabled"}, {"plugin": "probe", "change": "disabled"}]


def test_what_went_wrong_is_kept_until_the_plugin_is_switched(
    service: PluginStateService, repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("probe")
    service.enable("probe", SYSTEM)
    service.record_error("probe", "it failed")
    assert _error(repository) == "it failed"
    service.disable("probe", SYSTEM)
    assert _error(repository) is None


def _error(repository: Repository) -> str | None:
    with repository.database.read() as session:
        row = session.get(PluginState, "probe")
        assert row is not None
        return row.error


def test_a_new_instance_adopts_its_plugins_without_switching_others_back_on(
    service: PluginStateService, repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("one")
    fake_plugin("two")
    service.enable("one", SYSTEM)
    service.disable("one", SYSTEM)
    with repository.database.write() as unit:
        service.adopt(["one", "two"], unit)
    assert service.enabled() == {"two"}
