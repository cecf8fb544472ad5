"""Commands for plugins, settings, jobs, vocabularies, records, assets, tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import Result
from sqlalchemy import select, update

from muniment.access.actor import SYSTEM
from muniment.audit.models import AuditEntry
from muniment.errors import StorageFull
from muniment.events.models import Delivery
from muniment.repository import Repository
from muniment.settings.loading import load_config

Command = Callable[..., Result]


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return orjson.loads(result.stdout)


def test_plugins_are_switched(command: Command, repository: Repository) -> None:
    states = {row["name"]: row["state"] for row in told(command("plugins", "list", "--json"))}
    assert states["datacite"] == "disabled"
    assert states["password"] == "built in"
    assert "Enabled datacite." in command("plugins", "enable", "datacite").output
    assert "enabled already" in command("plugins", "enable", "datacite").output
    states = {row["name"]: row["state"] for row in told(command("plugins", "list", "--json"))}
    assert states["datacite"] == "enabled"
    info = told(command("plugins", "info", "datacite", "--json"))
    assert info["state"] == "enabled"
    assert "datacite" in command("plugins", "info", "datacite").output
    assert command("plugins", "disable", "datacite").exit_code == 0
    assert "datacite" not in repository.plugins.enabled()
    with repository.database.read() as session:
        actions = session.execute(select(AuditEntry.action).order_by(AuditEntry.id)).scalars().all()
    assert actions == ["plugin.enabled", "plugin.disabled"]


@pytest.mark.parametrize("action", ["enable", "disable", "info"])
def test_an_unknown_plugin_is_named(command: Command, action: str) -> None:
    result = command("plugins", action, "datecite")
    assert result.exit_code == 1
    assert "datecite" in result.output
    assert "datacite" in result.output


def test_an_essential_plugin_stays_on(command: Command) -> None:
    result = command("plugins", "disable", "records")
    assert result.exit_code == 1
    assert "part of the core" in result.output


@pytest.mark.configuration("mail", host="mail.example.org", password="very secret")
def test_settings_tell_where_values_come_from(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUNIMENT__SERVER__PORT", "8080")
    rows = {row["key"]: row for row in told(command("settings", "show", "--json"))}
    assert rows["server.port"]["value"] == 8080
    assert "MUNIMENT__SERVER__PORT" in rows["server.port"]["origin"]
    assert rows["site.name"]["origin"].endswith("instance.toml")
    assert rows["server.threads"]["origin"] == "default"
    assert rows["mail.password"]["value"] == "********"
    assert "very secret" not in command("settings", "show").output
    assert {row["key"].split(".")[0] for row in told(command("settings", "show", "mail", "--json"))} == {"mail"}


def test_the_password_in_the_address_of_the_database_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "instance.toml").write_text('[database]\nurl = "postgresql://me:hunter2@db/x"\n')
    from muniment.cli.settings import configuration_rows

    rows = {row["key"]: row["value"] for row in configuration_rows(load_config(tmp_path, {}))}
    assert rows["database.url"] == "postgresql://me:***@db/x"


@pytest.mark.plugins("datacite")
def test_a_setting_of_a_plugin_is_set_and_unset(command: Command) -> None:
    def prefix() -> dict[str, Any]:
        rows = {row["key"]: row for row in told(command("settings", "show", "datacite", "--json"))}
        return dict(rows["datacite.prefix"])

    default = prefix()
    assert command("settings", "set", "datacite.prefix", "10.1234").exit_code == 0
    assert prefix() == {"key": "datacite.prefix", "value": "10.1234", "origin": "database"}
    assert command("settings", "unset", "datacite.prefix").exit_code == 0
    assert prefix() == default
    assert command("settings", "validate").exit_code == 0


@pytest.mark.plugins("datacite")
def test_an_unknown_setting_is_named_with_a_suggestion(command: Command) -> None:
    result = command("settings", "set", "datacite.prefx", "10.1")
    assert result.exit_code == 1
    assert "datacite.prefx" in result.output
    assert "Did you mean 'prefix'?" in result.output
    assert command("settings", "unset", "datacite.prefx").exit_code == 1


@pytest.mark.plugins("datacite")
def test_values_that_are_no_text_are_json(command: Command) -> None:
    def value(key: str) -> Any:
        rows = {row["key"]: row["value"] for row in told(command("settings", "show", "datacite", "--json"))}
        return rows[key]

    assert command("settings", "set", "datacite.further_prefixes", '["10.1234"]').exit_code == 0
    assert value("datacite.further_prefixes") == ["10.1234"]
    result = command("settings", "set", "datacite.test_mode", "perhaps")
    assert result.exit_code == 1
    assert "datacite.test_mode" in result.output
    assert value("datacite.test_mode") is True


def test_jobs_run_by_name(command: Command) -> None:
    names = [row["name"] for row in told(command("jobs", "list", "--json"))]
    assert names == sorted(names)
    for name in names:
        result = command("jobs", "run", name)
        assert result.exit_code == 0, f"{name}: {result.output}"
    result = command("jobs", "run", "no.such.job")
    assert result.exit_code == 1
    assert "no.such.job" in result.output


def test_deliveries_are_shown_and_retried(command: Command, repository: Repository) -> None:
    repository.users.invite("marie@example.org")
    repository.deliveries.spread()
    with repository.database.write() as unit:
        unit.session.execute(update(Delivery).values(state="dead", error="Traceback\nOSError: no mail today"))
    (row,) = told(command("jobs", "deliveries", "--json"))
    assert row["state"] == "dead"
    assert "no mail today" in command("jobs", "deliveries").output
    assert "1 deliveries are due again" in command("jobs", "retry", str(row["id"])).output
    assert command("worker", "--once").exit_code == 0
    assert told(command("jobs", "deliveries", "--json")) == []
    assert told(command("jobs", "deliveries", "--all", "--json"))[0]["state"] == "done"


def test_vocabularies_are_loaded_again_without_change(command: Command) -> None:
    result = command("vocabularies", "load", "resourcetypes")
    assert result.exit_code == 0
    assert "resourcetypes: 0 new, 0 changed" in result.output
    terms = {row["name"]: row["terms"] for row in told(command("vocabularies", "list", "--json"))}
    assert terms["languages"] > 7000
    result = command("vocabularies", "load", "resourcetype")
    assert result.exit_code == 1
    assert "resourcetypes" in result.output


def test_records_are_shown_exported_and_indexed(
    command: Command, make_record: Callable[..., Any], make_draft: Callable[..., Any], tmp_path: Path
) -> None:
    record, draft = make_record("First"), make_draft("Unfinished")
    assert told(command("records", "show", record.id))["metadata"]["title"] == "First"
    assert told(command("records", "show", draft.id, "--draft"))["metadata"]["title"] == "Unfinished"
    assert command("records", "show", draft.id).exit_code == 1
    lines = command("records", "export").stdout.splitlines()
    assert [orjson.loads(line)["id"] for line in lines] == [record.id]
    result = command("records", "export", "--output", tmp_path / "all.jsonl")
    assert "Wrote 1 records" in result.output
    assert (tmp_path / "all.jsonl").read_text() == f"{lines[0]}\n"
    assert "Indexed 2 records and drafts." in command("records", "reindex").output


def test_an_unknown_record_is_told(command: Command) -> None:
    result = command("records", "show", "999")
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")


def test_assets_are_built(command: Command, repository: Repository) -> None:
    result = command("assets", "build")
    assert result.exit_code == 0, result.output
    assert list((repository.instance.var / "assets").iterdir())


def test_tables_are_current(command: Command) -> None:
    assert "All tables are up to date." in command("db", "upgrade").output
    rows = told(command("db", "status", "--json"))
    assert rows[0]["name"] == "core"
    assert [row["name"] for row in rows if row["current"] != row["head"]] == []


def test_commands_act_as_the_system(command: Command, make_record: Callable[..., Any]) -> None:
    record = make_record("Restricted", record_access="restricted")
    assert told(command("records", "show", record.id))["access"]["record"] == "restricted"
    assert SYSTEM.subject is None


# Settings, explained and changed --------------------------------------------------------------------------------------


def test_a_key_of_the_configuration_is_set_in_its_file(command: Command, repository: Repository) -> None:
    assert command("settings", "set", "site.name", "Our data").exit_code == 0
    rows = {row["key"]: row for row in told(command("settings", "show", "site", "--json"))}
    assert rows["site.name"]["value"] == "Our data"
    entry = repository.audit.entries("configuration:site.name")[0]
    assert (entry.action, entry.details["old"], entry.details["new"]) == (
        "setting.changed",
        "Test Repository",
        "Our data",
    )
    assert "site.name is back at its default in instance.toml." in command("settings", "unset", "site.name").output
    refused = command("settings", "set", "server.port", "many")
    assert refused.exit_code == 1
    assert "port must be a whole number" in refused.output


def test_a_key_whose_change_cannot_be_written_down_is_not_changed(
    command: Command, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    from muniment.db.unit_of_work import UnitOfWork

    def refuse(*_arguments: object, **_values: object) -> None:
        raise StorageFull("The storage of this repository is full; nothing was written.")

    monkeypatch.setattr(UnitOfWork, "audit", refuse)
    result = command("settings", "set", "site.name", "Our data")
    assert result.exit_code == 1
    assert "nothing was written" in result.output
    assert "Our data" not in (repository.instance.path / "instance.toml").read_text()


def test_a_key_is_explained(command: Command) -> None:
    command("settings", "set", "server.threads", "32")
    found = told(command("settings", "explain", "server.threads", "--json"))
    assert (found["value"], found["default"]) == (32, 64)
    assert found["from"].endswith("instance.toml")
    assert "Requests that each web process works on at once" in found["meaning"]
    assert found["changed"].endswith("UTC, system")
    unknown = command("settings", "explain", "server.treads")
    assert unknown.exit_code == 1
    assert "There is no key 'server.treads'; see 'muniment settings show server'." in unknown.output


@pytest.mark.plugins("datacite")
def test_a_setting_of_a_plugin_is_explained(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    found = told(command("settings", "explain", "datacite.prefix", "--json"))
    assert (found["label"], found["default"], found["from"]) == ("Prefix", "10.5072", "default")
    assert found["may be"] == [r"of the form 10\.\d{4,9}"]
    monkeypatch.setenv("MUNIMENT__DATACITE__PREFIX", "10.1234")
    shown = command("settings", "explain", "datacite.prefix").output
    assert "from:     environment: MUNIMENT__DATACITE__PREFIX" in shown
    assert "set with: change it in environment: MUNIMENT__DATACITE__PREFIX" in shown
    refused = command("settings", "set", "datacite.prefix", "10.99")
    assert refused.exit_code == 1
    unknown = command("settings", "explain", "datacite.prefx")
    assert "has no setting 'prefx'. Its settings: test_mode, dois, prefix" in unknown.output


@pytest.mark.plugins("datacite")
def test_a_secret_is_read_from_standard_input_and_never_shown(command: Command, repository: Repository) -> None:
    assert command("settings", "set", "datacite.password", text="correct horse\n").exit_code == 0
    rows = {row["key"]: row["value"] for row in told(command("settings", "show", "datacite", "--json"))}
    assert rows["datacite.password"] == "********"
    assert "kind:     password (secret)" in command("settings", "explain", "datacite.password").output
    assert repository.successor().settings("datacite").password == "correct horse"


@pytest.mark.plugins("datacite")
def test_stored_values_that_are_not_used_are_listed(command: Command, repository: Repository) -> None:
    from muniment.plugins.models import PluginSetting

    with repository.database.write() as unit:
        unit.session.add(PluginSetting(plugin="datacite", key="prefix", value="eleven", updated=unit.now))
    result = command("settings", "validate")
    assert result.exit_code == 1
    assert "datacite.prefix: the stored value is not used: A DOI prefix looks like 10.1234." in result.output
    assert "datacite.prefix: the stored value is not used" in command("settings", "show", "datacite").output
    assert (
        "datacite.prefix" not in command("settings", "show", "site").output.partition("not used")[0].split("\n\n")[-1]
    )


@pytest.mark.plugins("datacite")
def test_settings_are_tried_out(command: Command) -> None:
    assert "The settings of datacite work." in command("settings", "check", "datacite").output
    refused = command("settings", "check", "importers")
    assert refused.exit_code == 1
    assert "'importers' is off; switch it on" in refused.output
