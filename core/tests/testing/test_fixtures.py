"""The fixtures of the test kit do what they say, so that tests built on them can be believed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema, fields
from sqlalchemy import Column, Integer, MetaData, String, Table, text

from muniment.access.actor import SYSTEM
from muniment.errors import ConfigurationError
from muniment.plugins.discovery import discover
from muniment.plugins.models import Counter
from muniment.repository import Repository
from muniment.testing.fakes import FakePlugins
from muniment.testing.people import Person
from muniment.testing.schema import describe_schema, differences

# A world of its own ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_database_of_its_own(repository: Repository, turn: int) -> None:
    with repository.database.write() as unit:
        unit.session.add(Counter(name="probe", value=turn))


def test_the_database_holds_the_vocabularies_and_no_record(repository: Repository) -> None:
    with repository.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM vocabulary_terms")).scalar_one() > 1000
        assert session.execute(text("SELECT count(*) FROM records")).scalar_one() == 0


def test_further_repositories_stand_for_further_processes(
    repository: Repository, open_repository: Callable[..., Repository]
) -> None:
    other = open_repository()
    assert other.database is not repository.database
    with repository.database.write() as unit:
        unit.session.add(Counter(name="probe", value=7))
    with other.database.read() as session:
        assert session.get(Counter, "probe") is not None


# Marks ----------------------------------------------------------------------------------------------------------------


@pytest.mark.plugins("datacite")
def test_the_mark_plugins_enables(repository: Repository) -> None:
    assert "datacite" in repository.generation.names
    assert repository.plugins.enabled() == {"datacite"}


def test_without_it_only_the_core_is_there(repository: Repository) -> None:
    assert repository.plugins.enabled() == frozenset()


@pytest.mark.configuration("site", name="Elsewhere", aliases=("a.example.org",))
@pytest.mark.configuration("theme", colours={"accent": "#123456"})
def test_the_mark_configuration_writes_instance_toml(repository: Repository) -> None:
    assert repository.config.site.name == "Elsewhere"
    assert repository.config.site.aliases == ("a.example.org",)
    assert repository.config.theme.colours == {"accent": "#123456"}


# People and records ---------------------------------------------------------------------------------------------------


def test_people_are_signed_up_and_confirmed(ada: Person, grace: Person, administrator: Person) -> None:
    assert len({ada.subject, grace.subject, administrator.subject}) == 3
    assert ada.actor.is_authenticated
    assert not ada.actor.is_administrator
    assert administrator.actor.is_administrator


def test_records_can_be_made_with_files(repository: Repository, make_record: Callable[..., Any]) -> None:
    record = make_record("深海生物", files={"data/a.csv": b"a,b\n"})
    assert record.data["metadata"]["title"] == "深海生物"
    assert list(record.data["files"]["entries"]) == ["data/a.csv"]


def test_statements_are_counted(repository: Repository, sql_statements: list[str]) -> None:
    sql_statements.clear()
    with repository.database.read() as session:
        session.execute(text("SELECT 1"))
    assert [statement for statement in sql_statements if "SELECT 1" in statement] == ["SELECT 1"]


# Plugins that tests make up -------------------------------------------------------------------------------------------


def test_a_fake_plugin_is_gone_after_its_test(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        FakePlugins(tmp_path, patch)("short-lived")
        assert "short-lived" in discover().plugins
    assert "short-lived" not in discover().plugins


def test_a_fake_plugin_has_settings_and_hooks_like_a_real_one(repository: Repository, fake_plugin: FakePlugins) -> None:
    schema = type("Settings", (Schema,), {"size": fields.Integer(load_default=3)})
    seen: list[str] = []
    fake_plugin(settings=schema, check_draft=lambda draft, stage: seen.append(stage), register_jobs=[])
    (name,) = [name for name in discover().plugins if name.startswith("probe")]
    repository.plugins.enable(name, SYSTEM)
    found = repository.successor()
    assert found.settings(name).size == 3
    found.hooks.check_draft(draft=None, actor=SYSTEM, stage="save")
    assert seen == ["save"]


def test_a_fake_plugin_needs_a_manifest_that_could_be_real(fake_plugin: FakePlugins) -> None:
    with pytest.raises(ConfigurationError, match="unknown key 'requirs'"):
        fake_plugin("probe", {"requirs": ["datacite"]})


# Schemas --------------------------------------------------------------------------------------------------------------


def test_schemas_that_differ_are_told_apart(repository: Repository) -> None:
    database = repository.database
    before = describe_schema(database, "counters")
    assert set(before) == {"counters"}
    with database.write() as unit:
        unit.session.execute(text("ALTER TABLE counters ADD COLUMN more INTEGER"))
    after = describe_schema(database, "counters")
    assert after != before
    assert set(after["counters"]["columns"]) - set(before["counters"]["columns"]) == {"more"}


def test_models_that_differ_from_the_tables_are_found(repository: Repository) -> None:
    metadata = MetaData()
    Table("probe_things", metadata, Column("id", Integer, primary_key=True), Column("name", String(10)))
    Table("records", metadata, Column("id", Integer, primary_key=True), info={"core": True})
    (missing,) = differences(repository.database, metadata, "probe_")
    assert missing[0] == "add_table"
    with repository.database.write() as unit:
        metadata.tables["probe_things"].create(unit.session.connection())
    assert differences(repository.database, metadata, "probe_") == []
    with repository.database.write() as unit:
        unit.session.execute(text("ALTER TABLE probe_things ADD COLUMN more INTEGER"))
    (extra,) = differences(repository.database, metadata, "probe_")
    assert extra[0] == "remove_column"


# A browser ------------------------------------------------------------------------------------------------------------


@pytest.mark.any_database
@pytest.mark.parametrize("turn", [1, 2])
def test_a_browser_looks_at_the_site_and_remembers_nothing_of_the_last_test(
    browser: Any, site: str, repository: Repository, turn: int
) -> None:
    assert browser.contexts == []
    page = browser.new_context().new_page()
    answer = page.goto(site)
    assert answer.status == 200
    assert repository.config.site.name in page.title()


def test_a_command_is_run_on_the_instance_of_the_test(run_command: Any, repository: Any) -> None:
    repository.plugins.enable("banners", SYSTEM)
    assert run_command("plugins", "list", "--json").returncode == 0
    refused = run_command("plugins", "info", "nothing-like-that")
    assert refused.returncode == 1
    assert "nothing-like-that" in refused.stderr
