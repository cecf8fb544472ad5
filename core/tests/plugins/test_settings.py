"""Settings of a plugin: environment before instance.toml before the database before the default, always validated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import structlog
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from muniment.access.actor import SYSTEM
from muniment.errors import ConfigurationError, Conflict, ValidationFailed
from muniment.plugins.models import PluginSetting
from muniment.plugins.settings import effective_settings
from muniment.plugins.state import read_generation
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.testing.fakes import FakePlugins


class Settings(Schema):
    """Settings of many kinds."""

    prefix = fields.String(
        load_default="10.5072",
        validate=validate.Regexp(r"10\.\d+$"),
        metadata={"label": "Prefix", "help": "The prefix."},
    )
    count = fields.Integer(load_default=3, validate=validate.Range(min=1))
    hosts = fields.List(fields.String(), load_default=list)
    live = fields.Boolean(load_default=False)
    password = fields.String(load_default="", metadata={"secret": True})

    @validates_schema
    def _complete(self, data: Mapping[str, Any], **_: object) -> None:
        if data.get("live") and not data.get("password"):
            raise ValidationError("Needed when live.", "password")


@pytest.fixture
def probe(fake_plugin: FakePlugins, repository: Repository) -> Repository:
    """A repository with a plugin that has settings, enabled."""
    fake_plugin("probe", settings=Settings)
    repository.plugins.enable("probe", SYSTEM)
    return repository


def put(repository: Repository, key: str, value: Any) -> None:
    """Store a setting as an older version of the plugin left it."""
    with repository.database.write() as unit:
        unit.session.merge(PluginSetting(plugin="probe", key=key, value=value, updated=unit.now))


def settings(repository: Repository) -> dict[str, Any]:
    found: dict[str, Any] = vars(repository.successor().settings("probe"))
    return found


# Precedence -----------------------------------------------------------------------------------------------------------


def test_without_anything_the_defaults_hold(probe: Repository) -> None:
    assert settings(probe) == {"prefix": "10.5072", "count": 3, "hosts": [], "live": False, "password": ""}


def test_each_source_goes_before_the_next(probe: Repository, instance: Instance) -> None:
    def in_force(environ: dict[str, str]) -> Any:
        loaded = Instance.load(instance.path, environ=environ)
        return Repository(loaded, database=probe.database, environ=environ).settings("probe").prefix

    probe.plugin_settings.change("probe", {"prefix": "10.1"}, SYSTEM)
    assert in_force({}) == "10.1"
    with (instance.path / "instance.toml").open("a") as file:
        file.write('[plugin.probe]\nprefix = "10.2"\n')
    assert in_force({}) == "10.2"
    assert in_force({"MUNIMENT__PROBE__PREFIX": "10.3"}) == "10.3"


def test_values_of_the_environment_are_read_as_their_fields_are(probe: Repository, instance: Instance) -> None:
    environ = {
        "MUNIMENT__PROBE__COUNT": "12",
        "MUNIMENT__PROBE__LIVE": "true",
        "MUNIMENT__PROBE__PASSWORD": "secret",
        "MUNIMENT__PROBE__HOSTS": "a.example.org, b.example.org",
    }
    loaded = Instance.load(instance.path, environ=environ)
    found = Repository(loaded, database=probe.database, environ=environ).settings("probe")
    assert (found.count, found.live) == (12, True)
    assert found.hosts == ["a.example.org", "b.example.org"]


# What is configured wrongly -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("configured", "words"),
    [
        ({"prefx": "10.1"}, r"\[plugin.probe\]: unknown key 'prefx'. Did you mean 'prefix'\?"),
        ({"nothing": 1}, "Known are: .*prefix"),
        ({"count": 0}, "count: .*1"),
        ({"count": "many"}, "count: Not a valid integer"),
        ({"live": True}, "password: Needed when live"),
    ],
)
def test_a_wrong_configuration_is_explained(configured: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        effective_settings("probe", Settings(), configured, {})


def test_a_plugin_without_settings_takes_none() -> None:
    with pytest.raises(ConfigurationError, match="has no settings"):
        effective_settings("probe", None, {"prefix": 1}, {})
    assert vars(effective_settings("probe", None, {}, {"left": "over"})) == {}


def test_stored_values_that_no_longer_validate_give_way_to_the_default_and_are_told(probe: Repository) -> None:
    put(probe, "prefix", "not a prefix")
    put(probe, "count", 7)
    with structlog.testing.capture_logs() as logs:
        found = settings(probe)
    assert (found["prefix"], found["count"]) == ("10.5072", 7)
    assert {"plugin": "probe", "key": "prefix"}.items() <= logs[0].items()
    assert logs[0]["event"] == "stored_setting_ignored"


# Setting --------------------------------------------------------------------------------------------------------------


def test_a_setting_is_stored_audited_and_starts_a_generation(probe: Repository) -> None:
    before = read_generation(probe.database)
    probe.plugin_settings.change("probe", {"count": 5}, SYSTEM)
    probe.plugin_settings.change("probe", {"count": 6}, SYSTEM)
    assert settings(probe)["count"] == 6
    assert read_generation(probe.database) == before + 2
    newest = probe.audit.entries("plugin:probe")[0]
    assert newest.action == "setting.changed"
    assert newest.details == {"key": "count", "old": 5, "new": 6}


def test_secrets_do_not_reach_the_audit_trail(probe: Repository) -> None:
    probe.plugin_settings.change("probe", {"password": "correct horse"}, SYSTEM)
    assert "correct horse" not in str([entry.details for entry in probe.audit.entries("plugin:probe")])


def test_none_goes_back_to_the_default(probe: Repository) -> None:
    probe.plugin_settings.change("probe", {"count": 5}, SYSTEM)
    probe.plugin_settings.change("probe", {"count": None}, SYSTEM)
    probe.plugin_settings.change("probe", {"prefix": None}, SYSTEM)  # was never set
    assert settings(probe)["count"] == 3


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("coutn", 5, "Did you mean 'count'"),
        ("coutn", None, "no such setting"),
        ("count", 0, "1"),
        ("count", "many", "Not a valid integer"),
        ("live", True, "Needed when live"),
    ],
)
def test_what_is_not_valid_is_refused_with_its_field_and_nothing_changes(
    probe: Repository, key: str, value: Any, words: str
) -> None:
    before = read_generation(probe.database)
    with pytest.raises(ValidationFailed, match=words) as caught:
        probe.plugin_settings.change("probe", {key: value}, SYSTEM)
    assert caught.value.errors[0].field in (f"probe.{key}", "probe.password")
    assert read_generation(probe.database) == before
    assert settings(probe)["count"] == 3


def test_values_that_only_go_together_can_be_set_one_by_one(probe: Repository) -> None:
    probe.plugin_settings.change("probe", {"password": "correct horse"}, SYSTEM)
    probe.plugin_settings.change("probe", {"live": True}, SYSTEM)
    with pytest.raises(ValidationFailed, match="Needed when live"):
        probe.plugin_settings.change("probe", {"password": None}, SYSTEM)
    assert settings(probe)["live"] is True


def test_a_combination_that_does_not_go_together_can_be_mended_step_by_step(probe: Repository) -> None:
    put(probe, "live", True)
    assert "Needed when live" in probe.successor().generation.failures["probe"]
    probe.plugin_settings.change("probe", {"count": 4}, SYSTEM)
    probe.plugin_settings.change("probe", {"password": "correct horse"}, SYSTEM)
    assert settings(probe)["count"] == 4


@pytest.mark.configuration("plugin", probe={"count": 9})
def test_what_the_configuration_decides_is_changed_there(probe: Repository) -> None:
    with pytest.raises(Conflict, match=r"probe\.count is set in .*instance\.toml; change it there"):
        probe.plugin_settings.change("probe", {"count": 5}, SYSTEM)
    probe.plugin_settings.change("probe", {"count": None}, SYSTEM)
    probe.plugin_settings.change("probe", {"prefix": "10.7"}, SYSTEM)
    assert settings(probe) == {"prefix": "10.7", "count": 9, "hosts": [], "live": False, "password": ""}


def test_settings_cannot_be_set_for_a_plugin_without_any(repository: Repository, fake_plugin: FakePlugins) -> None:
    fake_plugin("bare")
    for value in (1, None):
        with pytest.raises(ValidationFailed, match="There is no such setting"):
            repository.plugin_settings.change("bare", {"count": value}, SYSTEM)
