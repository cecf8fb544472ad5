"""Settings as a service: many at once or none, secrets encrypted and never shown, tried out before they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields, validate, validates_schema
from sqlalchemy import text

from muniment.access.actor import SYSTEM
from muniment.errors import Conflict, NotFound, Problem, ValidationFailed
from muniment.health.examination import glance
from muniment.plugins.models import PluginSetting
from muniment.plugins.state import read_generation
from muniment.repository import Repository
from muniment.testing.fakes import FakePlugins
from muniment.testing.people import Person


class Settings(Schema):
    """Settings of a plugin that signs in somewhere."""

    count = fields.Integer(load_default=3, validate=validate.Range(min=1))
    name = fields.String(load_default="")
    live = fields.Boolean(load_default=False)
    password = fields.String(load_default="", metadata={"secret": True})

    @validates_schema
    def _complete(self, data: Mapping[str, Any], **_: object) -> None:
        if data.get("live") and not data.get("password"):
            raise ValidationError("Needed when live.", "password")


@pytest.fixture
def probe(fake_plugin: FakePlugins, repository: Repository) -> Repository:
    fake_plugin("probe", settings=Settings)
    repository.plugins.enable("probe", SYSTEM)
    return repository.successor()


def raw(repository: Repository) -> str:
    """All that the database holds about settings, events and audit, as text."""
    tables = ("plugin_settings", "audit_entries", "events")
    with repository.database.read() as session:
        return str([list(session.execute(text(f"SELECT * FROM {table}"))) for table in tables])


def put(repository: Repository, key: str, value: Any) -> None:
    with repository.database.write() as unit:
        unit.session.merge(PluginSetting(plugin="probe", key=key, value=value, updated=unit.now))


# Changing -------------------------------------------------------------------------------------------------------------


def test_many_are_changed_at_once_and_each_is_audited(probe: Repository, administrator: Person) -> None:
    before = read_generation(probe.database)
    changes = probe.plugin_settings.change("probe", {"count": "5", "name": "deep", "live": False}, administrator.actor)
    assert [(item.key, item.old, item.new) for item in changes] == [
        ("count", None, 5), ("name", None, "deep"), ("live", None, False)
    ]  # fmt: skip
    assert read_generation(probe.database) == before + 1
    entries = probe.audit.entries("plugin:probe")[:3]
    assert {entry.subject_id for entry in entries} == {administrator.subject}
    assert {(entry.details["key"], entry.details["new"]) for entry in entries} == {
        ("count", 5), ("name", "deep"), ("live", False)
    }  # fmt: skip
    assert probe.successor().settings("probe").count == 5


def test_what_is_the_same_already_changes_nothing(probe: Repository) -> None:
    probe.plugin_settings.change("probe", {"count": 5}, SYSTEM)
    before = read_generation(probe.database), len(probe.audit.entries("plugin:probe"))
    assert probe.plugin_settings.change("probe", {"count": "5", "name": None}, SYSTEM) == []
    assert (read_generation(probe.database), len(probe.audit.entries("plugin:probe"))) == before


def test_all_problems_come_at_once_and_nothing_is_stored(probe: Repository) -> None:
    with pytest.raises(ValidationFailed) as caught:
        probe.plugin_settings.change("probe", {"count": 0, "name": "fine", "nmae": 1}, SYSTEM)
    assert {problem.field for problem in caught.value.errors} == {"probe.count", "probe.nmae"}
    with pytest.raises(ValidationFailed, match="Needed when live"):
        probe.plugin_settings.change("probe", {"name": "fine", "live": True}, SYSTEM)
    assert probe.successor().settings("probe").name == ""


def test_those_that_only_go_together_are_changed_together(probe: Repository) -> None:
    probe.plugin_settings.change("probe", {"live": True, "password": "correct horse"}, SYSTEM)
    assert probe.successor().settings("probe").live is True


def test_a_plugin_that_is_off_can_be_set_up(repository: Repository, fake_plugin: FakePlugins) -> None:
    fake_plugin("probe", settings=Settings)
    repository.plugin_settings.change("probe", {"count": 7}, SYSTEM)
    form = {item.key: item for item in repository.plugin_settings.form("probe").fields}
    assert (form["count"].value, form["count"].origin) == (7, "database")
    repository.plugins.enable("probe", SYSTEM)
    assert repository.successor().settings("probe").count == 7


def test_one_that_cannot_be_imported_says_so(repository: Repository, fake_plugin: FakePlugins) -> None:
    def fail() -> None:
        raise ImportError("no module named deep")

    fake_plugin("probe", on_import=fail)
    with pytest.raises(Conflict, match=r"settings of 'probe' cannot be read.*no module named deep"):
        repository.plugin_settings.form("probe")
    with pytest.raises(NotFound, match="No plugin named 'never'"):
        repository.plugin_settings.form("never")


# Secrets --------------------------------------------------------------------------------------------------------------


def test_a_secret_is_nowhere_in_the_database(probe: Repository) -> None:
    (change,) = probe.plugin_settings.change("probe", {"password": "correct horse"}, SYSTEM)
    probe.plugin_settings.change("probe", {"password": "battery staple"}, SYSTEM)
    assert (change.old, change.new) == (None, "********")
    assert "horse" not in raw(probe)
    assert "staple" not in raw(probe)
    assert probe.successor().settings("probe").password == "battery staple"
    assert "staple" not in str(probe.successor().plugin_settings.form("probe"))
    probe.plugin_settings.change("probe", {"password": None}, SYSTEM)
    assert probe.successor().settings("probe").password == ""
    told = [(entry.details["old"], entry.details["new"]) for entry in probe.audit.entries("plugin:probe")[:3]]
    assert told == [("********", None), ("********", "********"), (None, "********")]


def test_a_secret_of_an_earlier_version_works_and_is_encrypted_by_the_upgrade(probe: Repository) -> None:
    put(probe, "password", "correct horse")
    after = probe.successor()
    assert after.settings("probe").password == "correct horse"
    assert after.plugin_settings.protect() == ["probe.password"]
    assert "horse" not in raw(probe)
    assert after.plugin_settings.protect() == []
    assert after.successor().settings("probe").password == "correct horse"


def test_another_key_is_told_with_what_to_do(probe: Repository) -> None:
    probe.plugin_settings.change("probe", {"password": "correct horse", "count": 5}, SYSTEM)
    key = probe.instance.var / "secret_key"
    saved = key.read_bytes()
    key.write_bytes(b"another key that is long enough ...")
    probe.instance.__dict__.pop("secret_key")
    after = probe.successor()
    assert (after.settings("probe").password, after.settings("probe").count) == ("", 5)
    (problem,) = after.plugin_settings.problems()
    assert problem.field == "probe.password"
    assert "encrypted with another key than that in var/secret_key; bring back the key" in problem.message
    findings = [finding.message for finding in glance(after) if finding.check == "settings"]
    assert findings == [f"the stored value of probe.password is not used: {problem.message}"]
    after.plugin_settings.change("probe", {"password": "set again"}, SYSTEM)
    assert after.successor().settings("probe").password == "set again"
    key.write_bytes(saved)


def test_one_that_cannot_do_without_its_secret_fails_and_says_why(probe: Repository) -> None:
    probe.plugin_settings.change("probe", {"live": True, "password": "correct horse"}, SYSTEM)
    (probe.instance.var / "secret_key").write_bytes(b"another key that is long enough ...")
    probe.instance.__dict__.pop("secret_key")
    reason = probe.successor().generation.failures["probe"]
    assert "password: Needed when live." in reason
    assert "password is not used: it was encrypted with another key" in reason


def test_an_export_before_a_purge_holds_no_secret(probe: Repository, tmp_path: Path) -> None:
    import zipfile

    probe.plugin_settings.change("probe", {"password": "correct horse", "count": 5}, SYSTEM)
    probe.plugins.disable("probe", SYSTEM)
    probe.plugins.purge("probe", SYSTEM, confirmation="probe", export=tmp_path / "probe.zip")
    with zipfile.ZipFile(tmp_path / "probe.zip") as archive:
        assert b'"password": "********"' in archive.read("settings.json")


# Leftovers ------------------------------------------------------------------------------------------------------------


def test_values_that_no_longer_validate_are_listed_until_they_are_changed(probe: Repository) -> None:
    put(probe, "count", "many")
    put(probe, "gone", 1)
    after = probe.successor()
    assert after.settings("probe").count == 3
    listed = {problem.field: problem.message for problem in after.plugin_settings.problems()}
    assert listed == {"probe.count": "Not a valid integer.", "probe.gone": "there is no such setting any more"}
    form = after.plugin_settings.form("probe")
    assert form.leftover == {"gone": "there is no such setting any more"}
    assert next(item.problem for item in form.fields if item.key == "count") == "Not a valid integer."
    after.plugin_settings.change("probe", {"gone": None, "count": 5}, SYSTEM)
    assert after.successor().plugin_settings.problems() == []


# Trying out -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def tried(fake_plugin: FakePlugins, repository: Repository) -> list[SimpleNamespace]:
    """What a plugin was given to try out; it takes one password only."""
    seen: list[SimpleNamespace] = []

    def check(settings: SimpleNamespace) -> list[Problem]:
        seen.append(settings)
        if settings.name == "raise":
            raise OSError("no route to host")
        return [] if settings.password == "correct horse" else [Problem("password", "It is not taken.")]

    fake_plugin("probe", settings=Settings, check_settings=check)
    fake_plugin("other", settings=Settings, check_settings=lambda settings: [Problem("", "not asked")])
    for name in ("probe", "other"):
        repository.plugins.enable(name, SYSTEM)
    return seen


def test_what_was_typed_is_tried_out_before_it_is_stored(repository: Repository, tried: list[SimpleNamespace]) -> None:
    service = repository.successor().plugin_settings
    (problem,) = service.check("probe", {"password": "wrong", "count": "5"})
    assert (problem.field, problem.message) == ("probe.password", "It is not taken.")
    assert (tried[0].password, tried[0].count) == ("wrong", 5)
    assert service.check("probe", {"password": "correct horse"}) == []
    assert repository.successor().settings("probe").password == ""
    service.change("probe", {"password": "correct horse"}, SYSTEM)
    assert repository.successor().plugin_settings.check("probe") == []
    assert service.can_be_checked("probe")
    assert service.form("probe").can_be_checked


def test_what_is_not_even_valid_is_not_tried_out(repository: Repository, tried: list[SimpleNamespace]) -> None:
    service = repository.successor().plugin_settings
    with pytest.raises(ValidationFailed):
        service.check("probe", {"count": 0})
    assert [problem.field for problem in service.check("probe", {"live": True})] == ["probe.password"]
    assert tried == []


def test_a_check_that_fails_is_a_problem(repository: Repository, tried: list[SimpleNamespace]) -> None:
    (problem,) = repository.successor().plugin_settings.check("probe", {"name": "raise"})
    assert (problem.field, problem.code) == ("probe", "failed")
    assert problem.message == "The check itself failed: OSError: no route to host"


def test_who_cannot_be_asked_is_told(probe: Repository, fake_plugin: FakePlugins) -> None:
    fake_plugin("sleeping", settings=Settings)
    with pytest.raises(Conflict, match="'probe' offers no check of its settings"):
        probe.plugin_settings.check("probe")
    with pytest.raises(Conflict, match="'sleeping' is off; switch it on"):
        probe.plugin_settings.check("sleeping")
