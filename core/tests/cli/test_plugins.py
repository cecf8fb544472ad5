"""`muniment plugins`: what people at a terminal read and are asked."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import Result
from marshmallow import Schema, fields

from muniment.access.actor import SYSTEM
from muniment.cli import plugins as commands
from muniment.jobs.declarations import Job
from muniment.plugins.models import PluginState
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.testing.fakes import FakePlugins

Command = Callable[..., Result]

REVISION = """
import sqlalchemy as sa
from alembic import op
revision = "probe_{number}"
down_revision = {before}
def upgrade():
    op.create_table("probe_things_{number}", sa.Column("id", sa.Integer(), primary_key=True))
def downgrade():
    op.drop_table("probe_things_{number}")
"""
ONE = {"one.py": REVISION.format(number=1, before=None)}
TWO = {**ONE, "two.py": REVISION.format(number=2, before="'probe_1'")}
SETTINGS = type("Settings", (Schema,), {"size": fields.Integer(load_default=3)})


def fail() -> Any:
    raise ValueError("broken on purpose")


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "_at_terminal", lambda: True)


def rows(command: Command) -> dict[str, dict[str, Any]]:
    result = command("plugins", "list", "--json")
    assert result.exit_code == 0, result.output
    return {row["name"]: row for row in orjson.loads(result.stdout)}


def test_what_a_plugin_says_of_being_disabled_comes_before(
    command: Command, repository: Repository, fake_plugin: FakePlugins, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_plugin("probe", disable_notices=["3 records stay closed."])
    repository.plugins.enable("probe", SYSTEM)
    with monkeypatch.context() as patch:
        patch.setattr(commands, "_at_terminal", lambda: True)
        result = command("plugins", "disable", "probe", text="n\n")
    assert result.exit_code == 1
    assert result.output.index("3 records stay closed.") < result.output.index("Disable 'probe'?")
    assert rows(command)["probe"]["state"] == "enabled"
    result = command("plugins", "disable", "probe")
    assert "3 records stay closed." in result.stderr
    assert rows(command)["probe"]["state"] == "disabled"


def test_the_list_tells_states_and_what_to_do(
    command: Command, repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("probe", {"title": "Probe"}, migrations=ONE)
    fake_plugin("failing", register_jobs=fail)
    repository.plugins.enable("probe", SYSTEM)
    with repository.database.write() as unit:
        unit.session.add(PluginState(name="failing", enabled=True, updated=unit.now))
    shown = command("plugins", "list").output
    (line,) = [line for line in shown.splitlines() if line.startswith("probe ")]
    assert line.split() == ["probe", "enabled", "1.0", "service", "Probe"]
    assert "'failing' does not run: ValueError: broken on purpose. Install a version" in shown
    found = rows(command)
    assert found["failing"]["state"] == "failed"
    assert "Traceback" in found["failing"]["trouble"]["traceback"]
    assert found["records"]["state"] == "built in"
    command("plugins", "disable", "probe")
    assert "disabled, has data" in command("plugins", "list").output


def test_info_tells_everything(command: Command, repository: Repository, fake_plugin: FakePlugins) -> None:
    fake_plugin("base")
    fake_plugin(
        "probe",
        {"requires": ["base"]},
        settings=SETTINGS,
        register_jobs=[Job("probe.sweep", "0 3 * * *", lambda repository: "")],
    )
    assert "adds:             unknown while it is off" in command("plugins", "info", "probe").output
    command("plugins", "enable", "probe", "--with-required")
    shown = command("plugins", "info", "probe").output
    for line in ("requires:         base", "jobs:             probe.sweep", "settings:         size"):
        assert line in shown
    assert "required by:      probe" in command("plugins", "info", "base").output
    told = orjson.loads(command("plugins", "info", "probe", "--json").stdout)
    assert told["adds"] == {"jobs": ["probe.sweep"], "settings": ["size"], "hooks": ["register_jobs"]}
    command("plugins", "disable", "probe")
    assert "as of version 1.0, when it was last on" in command("plugins", "info", "probe").output


def test_the_trace_of_a_failure_is_shown(command: Command, fake_plugin: FakePlugins) -> None:
    fake_plugin("probe", register_jobs=fail)
    refused = command("plugins", "enable", "probe")
    assert refused.exit_code == 1
    assert "The whole trace: muniment plugins info probe" in refused.output
    shown = command("plugins", "info", "probe").output
    assert "Traceback (most recent call last)" in shown
    assert "raise ValueError" in shown


@pytest.mark.parametrize(("answer", "enabled"), [("y\n", {"base", "probe"}), ("n\n", set())])
def test_what_is_required_is_offered(
    command: Command,
    repository: Repository,
    fake_plugin: FakePlugins,
    at_a_terminal: None,
    answer: str,
    enabled: set[str],
) -> None:
    fake_plugin("base")
    fake_plugin("probe", {"requires": ["base"]})
    result = command("plugins", "enable", "probe", text=answer)
    assert "'probe' requires base. Enable that too?" in result.output
    assert repository.plugins.enabled() == enabled
    assert (result.exit_code == 0) == bool(enabled)


@pytest.mark.parametrize(("answer", "enabled"), [("y\n", set()), ("n\n", {"base", "probe"})])
def test_what_depends_on_it_is_named_and_taken_along(
    command: Command,
    repository: Repository,
    fake_plugin: FakePlugins,
    at_a_terminal: None,
    answer: str,
    enabled: set[str],
) -> None:
    fake_plugin("base")
    fake_plugin("probe", {"requires": ["base"]})
    repository.plugins.enable("probe", SYSTEM, with_required=True)
    result = command("plugins", "disable", "base", text=answer)
    assert "'base' is required by probe. Disable that too?" in result.output
    assert repository.plugins.enabled() == enabled


def test_a_program_is_not_asked(command: Command, repository: Repository, fake_plugin: FakePlugins) -> None:
    fake_plugin("base")
    fake_plugin("probe", {"requires": ["base"]})
    result = command("plugins", "enable", "probe")
    assert result.exit_code == 1
    assert "'probe' requires base; enable that too (--with-required)" in result.output


def test_tables_are_upgraded(command: Command, repository: Repository, fake_plugin: FakePlugins) -> None:
    fake_plugin("probe", migrations=ONE)
    repository.plugins.enable("probe", SYSTEM)
    fake_plugin("probe", migrations=TWO)
    assert "failed, needs upgrade" in command("plugins", "list").output
    assert rows(command)["probe"]["needs_upgrade"]
    assert command("plugins", "upgrade").exit_code == 2
    assert "probe: tables upgraded from probe_1 to probe_2." in command("plugins", "upgrade", "--all").output
    assert "The tables of all plugins are up to date." in command("plugins", "upgrade", "--all").output
    assert "probe: the tables are up to date." in command("plugins", "upgrade", "probe").output
    assert rows(command)["probe"]["state"] == "enabled"


class TestPurge:
    """`muniment plugins purge`."""

    @pytest.fixture(autouse=True)
    def off(self, repository: Repository, fake_plugin: FakePlugins) -> None:
        """A plugin that was on, and has left tables and a setting."""
        fake_plugin("probe", settings=SETTINGS, migrations=ONE)
        repository.plugins.enable("probe", SYSTEM)
        repository.plugin_settings.change("probe", {"size": 5}, SYSTEM)
        repository.plugins.disable("probe", SYSTEM)

    def test_the_name_is_typed_and_everything_is_written_first(self, command: Command, instance: Instance) -> None:
        result = command("plugins", "purge", "probe", text="probe\n")
        assert result.exit_code == 0, result.output
        assert "This removes all data of 'probe'. Type its name to go on" in result.output
        assert "Removed: tables 1 (rows 0), settings 1, parts of records 0." in result.output
        assert "pip uninstall muniment-probe" in result.output
        (archive,) = (instance.var / "exports").iterdir()
        assert zipfile.is_zipfile(archive)
        assert not rows(command)["probe"]["has_data"]

    def test_another_name_changes_nothing(self, command: Command, instance: Instance) -> None:
        result = command("plugins", "purge", "probe", text="yes\n")
        assert result.exit_code == 1
        assert "Type the name of the plugin, probe" in result.output
        assert rows(command)["probe"]["has_data"]
        assert not (instance.var / "exports").exists()

    def test_a_script_names_it_twice(self, command: Command, tmp_path: Path) -> None:
        target = tmp_path / "probe.zip"
        result = command("plugins", "purge", "probe", "--confirm", "probe", "--export", target, "--json")
        told = orjson.loads(result.stdout)
        assert (told["tables"], told["settings"], told["export"]) == ({"probe_things_1": 0}, ["size"], str(target))
        assert target.exists()

    def test_nothing_is_written_when_that_is_asked_for(self, command: Command, instance: Instance) -> None:
        assert command("plugins", "purge", "probe", "--confirm", "probe", "--no-export").exit_code == 0
        assert not (instance.var / "exports").exists()

    def test_one_that_is_on_is_refused_before_anything_is_typed(self, command: Command) -> None:
        command("plugins", "enable", "probe")
        result = command("plugins", "purge", "probe")
        assert result.exit_code == 1
        assert "'probe' is on. Only a plugin that is off can be purged: disable it first." in result.output


@pytest.mark.parametrize(("name", "value"), [("MUNIMENT_SAFE_MODE", "1"), ("MUNIMENT_DISABLE", "probe")])
def test_what_the_environment_keeps_out_is_shown(
    command: Command,
    repository: Repository,
    fake_plugin: FakePlugins,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
) -> None:
    fake_plugin("probe")
    repository.plugins.enable("probe", SYSTEM)
    monkeypatch.setenv(name, value)
    shown = command("plugins", "list").output
    assert f"'probe' is kept out by {name}. Start without {name} to have it back." in shown
    assert ("Safe mode: only what is built in is loaded." in shown) is (name == "MUNIMENT_SAFE_MODE")
    doctor = command("doctor").output
    assert f"'probe' is kept out by {name}" in doctor
    assert ("safe mode: only what is built in is loaded" in doctor) is (name == "MUNIMENT_SAFE_MODE")
