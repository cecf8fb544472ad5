"""A generation: the enabled plugins in order; one that fails is left out, and the site is closed if it guards it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from marshmallow import Schema, fields

from muniment.access.actor import SYSTEM
from muniment.hooks.caller import PluginFailure
from muniment.jobs.declarations import Job
from muniment.plugins.discovery import discover
from muniment.plugins.models import PluginSetting, PluginState
from muniment.plugins.service import PluginStateService
from muniment.repository import Repository
from muniment.testing.fakes import FakePlugins

REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "probe_{number}"
down_revision = {before}

def upgrade():
    op.create_table("probe_{number}", sa.Column("id", sa.Integer(), primary_key=True))

def downgrade():
    op.drop_table("probe_{number}")
"""


def job(name: str = "probe.job") -> Job:
    return Job(name, "0 3 * * *", lambda repository: "done")


def store(repository: Repository, *names: str) -> None:
    """Enable plugins as they were in a database from before they began to fail."""
    with repository.database.write() as unit:
        for name in names:
            unit.session.merge(PluginState(name=name, enabled=True, updated=unit.now))


@pytest.fixture
def failing(fake_plugin: FakePlugins) -> Callable[..., str]:
    """Installs a plugin that fails at a chosen moment; returns its name."""

    def make(moment: str, **manifest: Any) -> str:
        def fail(*_arguments: Any) -> Any:
            raise ValueError("broken on purpose")

        if moment == "import":
            return fake_plugin("probe", manifest, on_import=fail).name
        if moment == "constructor":
            return fake_plugin("probe", manifest, plugin_class=type("Plugin", (), {"__init__": fail})).name
        if moment == "build hook":
            return fake_plugin("probe", manifest, register_jobs=lambda: fail()).name
        if moment == "unknown hook":
            return fake_plugin("probe", manifest, register_broken_on_purpose=[]).name
        if moment == "settings":
            schema = type("Settings", (Schema,), {"must": fields.String(required=True, error_messages=REQUIRED)})
            return fake_plugin("probe", manifest, settings=schema).name
        revision = REVISION.format(number=1, before=None)
        return fake_plugin("probe", manifest, migrations={"one.py": revision}).name

    return make


REQUIRED: dict[str, Any] = {"required": "broken on purpose"}
MOMENTS = ("import", "constructor", "build hook", "unknown hook", "settings", "migrations")


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_plugin_that_fails_is_left_out_and_the_others_go_on(
    repository: Repository, failing: Callable[..., str], fake_plugin: FakePlugins, moment: str
) -> None:
    fake_plugin("sound", register_jobs=[job("sound.job")])
    store(repository, failing(moment), "sound")
    generation = repository.successor().generation
    assert "probe" not in generation.names
    assert "sound" in generation.names
    words = {"migrations": "muniment upgrade", "unknown hook": "no hook named"}.get(moment, "broken on purpose")
    assert words in generation.failures["probe"]
    assert not generation.read_only


@pytest.mark.parametrize("moment", MOMENTS)
def test_one_that_guards_something_closes_the_site(
    repository: Repository, failing: Callable[..., str], moment: str
) -> None:
    store(repository, failing(moment, guards=True))
    assert repository.successor().read_only


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_site_does_not_start_without_an_essential_one(
    repository: Repository, failing: Callable[..., str], moment: str
) -> None:
    store(repository, failing(moment, essential=True))
    with pytest.raises(PluginFailure, match="plugin 'probe'"):
        repository.successor()


def test_a_plugin_whose_package_is_gone_closes_the_site_since_it_cannot_say_what_it_guarded(
    repository: Repository, fake_plugin: FakePlugins
) -> None:
    plugin = fake_plugin("probe")
    store(repository, "probe")
    assert not repository.successor().read_only
    fake_plugin.remove(plugin)
    generation = repository.successor().generation
    assert generation.failures.keys() == {"probe"}
    assert "it is enabled but not installed" in generation.failures["probe"]
    assert generation.read_only


@pytest.mark.configuration("plugin", password={"time_cost": "none"})
def test_a_part_of_the_core_that_guards_sign_in_closes_the_site_too(repository: Repository) -> None:
    assert "time_cost" in repository.generation.failures["password"]
    assert repository.read_only


def test_what_requires_a_failed_plugin_is_left_out_with_it(
    repository: Repository, failing: Callable[..., str], fake_plugin: FakePlugins
) -> None:
    fake_plugin("follower", {"requires": ["probe"]})
    store(repository, failing("import"), "follower")
    failures = repository.successor().generation.failures
    assert failures.keys() == {"probe", "follower"}
    assert "requires probe, which cannot run: mend that first" in failures["follower"]


def test_plugins_are_called_in_the_order_of_their_dependencies(
    repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("alpha", {"requires": ["omega"]}, register_jobs=[job("alpha.job")])
    fake_plugin("middle", register_jobs=[job("middle.job")])
    fake_plugin("omega", register_jobs=[job("omega.job")])
    store(repository, "alpha", "middle", "omega")
    generation = repository.successor().generation
    ours = [name for name in generation.names if name in ("alpha", "middle", "omega")]
    assert ours == ["middle", "omega", "alpha"]
    builtin = {name for name, plugin in discover().plugins.items() if plugin.manifest.builtin}
    assert set(generation.names[: len(builtin)]) == builtin


# Duplicates -----------------------------------------------------------------------------------------------------------


def test_two_owners_of_one_name_are_both_named_and_the_later_one_is_left_out(
    repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("first", register_jobs=[job("same.name")])
    fake_plugin("second", register_jobs=[job("same.name")])
    store(repository, "first", "second")
    generation = repository.successor().generation
    assert "first" in generation.names
    assert "'same.name' belongs to the plugin 'first' already" in generation.failures["second"]


def test_a_name_of_the_core_stays_the_cores(repository: Repository, fake_plugin: FakePlugins) -> None:
    taken = next(iter(sorted(repository.jobs.jobs)))
    fake_plugin("aardvark", register_jobs=[job(taken)])
    store(repository, "aardvark")
    generation = repository.successor().generation
    assert set(generation.failures) == {"aardvark"}
    assert taken in generation.failures["aardvark"]


def test_what_is_no_declaration_at_all_is_the_plugins_failure(repository: Repository, fake_plugin: FakePlugins) -> None:
    fake_plugin("probe", register_jobs=["every night"])
    store(repository, "probe")
    assert "AttributeError" in repository.successor().generation.failures["probe"]


def test_a_schedule_that_is_none_keeps_the_plugin_out_instead_of_stopping_the_worker(
    repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("probe", register_jobs=lambda: [Job("probe.job", "every night", lambda repository: "")])
    store(repository, "probe")
    assert "'every night' is not a cron expression" in repository.successor().generation.failures["probe"]


# What is never imported -----------------------------------------------------------------------------------------------


@pytest.fixture
def poisoned(fake_plugin: FakePlugins, repository: Repository) -> list[str]:
    """An enabled plugin that remembers being imported."""
    imported: list[str] = []

    fake_plugin("probe", {"guards": True}, on_import=lambda: imported.append("probe"))
    store(repository, "probe")
    return imported


def with_environment(repository: Repository, environ: dict[str, str]) -> Repository:
    return Repository(repository.instance, database=repository.database, environ=environ)


def test_an_enabled_plugin_is_imported(repository: Repository, poisoned: list[str]) -> None:
    assert "probe" in with_environment(repository, {}).generation.names
    assert poisoned == ["probe"]


@pytest.mark.parametrize(
    "environ",
    [
        {"MUNIMENT_SAFE_MODE": "1"},
        {"MUNIMENT_SAFE_MODE": "true"},
        {"MUNIMENT_DISABLE": "probe"},
        {"MUNIMENT_DISABLE": "other, probe ,"},
    ],
    ids=str,
)
def test_the_environment_keeps_a_plugin_from_being_imported(
    repository: Repository, poisoned: list[str], environ: dict[str, str]
) -> None:
    assert "probe" not in with_environment(repository, environ).generation.names
    assert not poisoned


def test_a_disabled_plugin_is_not_imported(repository: Repository, poisoned: list[str]) -> None:
    PluginStateService(repository.database).disable("probe", SYSTEM)
    assert "probe" not in with_environment(repository, {}).generation.names
    assert not poisoned


def test_safe_mode_keeps_the_cores_own_plugins(repository: Repository) -> None:
    builtin = {name for name, plugin in discover().plugins.items() if plugin.manifest.builtin}
    assert set(with_environment(repository, {"MUNIMENT_SAFE_MODE": "1"}).generation.names) == builtin


def test_an_essential_plugin_cannot_be_disabled_by_the_environment(repository: Repository) -> None:
    names = with_environment(repository, {"MUNIMENT_DISABLE": "records,password"}).generation.names
    assert "records" in names
    assert "password" not in names


# Generations as objects -----------------------------------------------------------------------------------------------


def test_a_generation_keeps_its_plugins_when_the_next_one_has_others(
    repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("probe", register_jobs=[job()])
    store(repository, "probe")
    successor = repository.successor()
    assert "probe.job" in successor.jobs.jobs
    assert "probe.job" not in repository.jobs.jobs
    assert successor.database is repository.database
    assert successor.resources is repository.resources


def test_old_generations_are_not_kept(repository: Repository, fake_plugin: FakePlugins) -> None:
    fake_plugin("probe", register_jobs=[job()])
    store(repository, "probe")
    seen = []
    for _ in range(5):
        successor = repository.successor()
        successor.hooks.register_jobs()
        seen += [weakref.ref(successor), weakref.ref(successor.generation.plugins[-1].plugin)]
    del successor
    gc.collect()
    assert [reference() for reference in seen] == [None] * 10


def test_settings_that_were_stored_for_a_field_that_is_gone_disturb_nobody(
    repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("probe", settings=type("Settings", (Schema,), {"kept": fields.Integer(load_default=3)}))
    store(repository, "probe")
    with repository.database.write() as unit:
        for key, value in (("gone", "x"), ("kept", "not a number")):
            unit.session.add(PluginSetting(plugin="probe", key=key, value=value, updated=unit.now))
    successor = repository.successor()
    assert "probe" in successor.generation.names
    assert vars(successor.settings("probe")) == {"kept": 3}
