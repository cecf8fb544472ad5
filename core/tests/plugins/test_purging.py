"""Purging: only what is off, only when its name was typed, after an export, and then nothing is left of it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from marshmallow import Schema, fields
from sqlalchemy import select, text

from muniment.access.actor import SYSTEM
from muniment.db import migrate
from muniment.db.revisions import table_names
from muniment.errors import Busy, Conflict, ValidationFailed
from muniment.events.models import Delivery
from muniment.jobs.declarations import EventHandler, Job
from muniment.jobs.models import JobRow
from muniment.plugins.models import PluginSetting, PluginState, ProcessRow
from muniment.plugins.state import read_generation
from muniment.records.models import Draft, Parent, Record, RecordRevision
from muniment.records.parts import RecordPart
from muniment.repository import Repository
from muniment.testing.documents import document
from muniment.testing.fakes import FakePlugins
from muniment.testing.people import Person
from muniment.testing.schema import describe_schema

REVISION = """
import sqlalchemy as sa
from alembic import op
revision = "probe_1"
down_revision = None
def upgrade():
    op.create_table(
        "probe_things", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("raw", sa.LargeBinary())
    )
def downgrade():
    {down}
"""
PART = RecordPart("ext.probe", load=lambda value, stored: (value, []))
SHARED = RecordPart("parent.probe", level="parent", load=lambda value, stored: (value, []))


def probe(fake_plugin: FakePlugins, down: str = "op.drop_table('probe_things')", **more: Any) -> None:
    fake_plugin(
        "probe",
        settings=type("Settings", (Schema,), {"size": fields.Integer(load_default=3)}),
        migrations={"one.py": REVISION.format(down=down)},
        register_record_parts=[PART, SHARED],
        register_jobs=[Job("probe.sweep", "0 3 * * *", lambda repository: "")],
        register_event_handlers=[EventHandler("probe.follow", ("record.published",), lambda *_: None)],
        **more,
    )


@pytest.fixture
def used(repository: Repository, fake_plugin: FakePlugins, ada: Person) -> Repository:
    """A repository in which the plugin was used and switched off: rows, settings, parts of a draft and of records."""
    probe(fake_plugin)
    repository.plugins.enable("probe", SYSTEM)
    on = repository.successor()
    on.plugin_settings.change("probe", {"size": 7}, SYSTEM)
    on = repository.successor()
    sent = {**document("With a part"), "ext": {"probe": {"kept": 1}}}
    draft = on.records.create(ada.actor, sent)
    record = on.records.publish(ada.actor, draft.id)
    on.records.edit(ada.actor, record.id)
    on.records.update_draft(ada.actor, record.id, {**sent, "ext": {"probe": {"kept": 2}}})
    on.records.publish(ada.actor, record.id)
    on.records.edit(ada.actor, record.id)
    on.deliveries.spread()
    on.jobs.run_due()
    with on.database.write() as unit:
        unit.session.execute(text("INSERT INTO probe_things VALUES (1, NULL), (2, NULL)"))
        unit.session.get_one(Parent, int(record.data["parent"]["id"])).parts = {"parent.probe": 3, "parent.other": 4}
    on.plugins.disable("probe", SYSTEM)
    return repository.successor()


def held(repository: Repository) -> dict[str, Any]:
    """What the tables of records hold in parts."""
    with repository.database.read() as session:
        found: dict[str, Any] = {
            model.__tablename__: [parts for parts in session.execute(select(model.parts)).scalars() if parts]
            for model in (Parent, Record, Draft)
        }
        documents = session.execute(select(RecordRevision.document)).scalars()
        found["revisions"] = [document["parts"] for document in documents if document["parts"]]
        return found


def test_everything_goes_and_is_told(used: Repository, fake_plugin: FakePlugins) -> None:
    assert held(used)["records"] == [{"ext.probe": {"kept": 2}}]
    assert held(used)["revisions"]
    before = read_generation(used.database)
    result = used.plugins.purge("probe", SYSTEM, confirmation="probe")
    assert (result.tables, result.rows, result.settings) == ({"probe_things": 2}, 2, ("size",))
    assert result.parts == {"ext.probe": 2, "parent.probe": 1}
    assert (result.jobs, result.deliveries) == (("probe.sweep",), 2)
    assert held(used) == {"parents": [{"parent.other": 4}], "records": [], "drafts": [], "revisions": []}
    assert not {name for name in table_names(used.database) if "probe" in name}
    with used.database.read() as session:
        assert session.get(PluginState, "probe") is None
        assert session.execute(select(PluginSetting)).first() is None
        assert session.execute(select(Delivery).where(Delivery.handler == "probe.follow")).first() is None
        assert session.get(JobRow, "probe.sweep") is None
    assert read_generation(used.database) == before + 1
    entry = used.audit.entries("plugin:probe")[0]
    assert (entry.action, entry.details["tables"]) == ("plugin.purged", {"probe_things": 2})
    report = used.plugins.report("probe")
    assert (report.state, report.has_data, report.adds) == ("disabled", False, None)


def test_the_schema_is_as_if_it_had_never_been_there(repository: Repository, fake_plugin: FakePlugins) -> None:
    before = describe_schema(repository.database), table_names(repository.database)
    probe(fake_plugin)
    repository.plugins.enable("probe", SYSTEM)
    repository.plugins.disable("probe", SYSTEM)
    repository.plugins.purge("probe", SYSTEM, confirmation="probe")
    assert (describe_schema(repository.database), table_names(repository.database)) == before


def test_it_can_come_back(used: Repository) -> None:
    used.plugins.purge("probe", SYSTEM, confirmation="probe")
    used.plugins.enable("probe", SYSTEM)
    back = used.successor()
    assert back.settings("probe").size == 3
    assert back.plugins.report("probe").state == "enabled"


def test_the_export_holds_all_of_it(used: Repository, tmp_path: Path) -> None:
    with used.database.write() as unit:
        unit.session.execute(text("UPDATE probe_things SET raw = :raw WHERE id = 2"), {"raw": b"\x00\xff"})
    target = tmp_path / "new" / "probe.zip"
    result = used.plugins.purge("probe", SYSTEM, confirmation="probe", export=target)
    assert result.export == str(target)
    assert target.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(target) as archive:
        assert orjson.loads(archive.read("plugin.json"))["tables"] == {"probe_things": 2}
        assert orjson.loads(archive.read("settings.json")) == {"size": 7}
        rows = [orjson.loads(line) for line in archive.read("tables/probe_things.jsonl").splitlines()]
        parts = [orjson.loads(line) for line in archive.read("parts.jsonl").splitlines()]
    assert rows == [{"id": 1, "raw": None}, {"id": 2, "raw": "AP8="}]
    assert {(row["table"], str(row["parts"])) for row in parts} == {
        ("parents", "{'parent.probe': 3}"),
        ("records", "{'ext.probe': {'kept': 2}}"),
        ("drafts", "{'ext.probe': {'kept': 2}}"),
    }


def test_an_export_overwrites_nothing(used: Repository, tmp_path: Path) -> None:
    target = tmp_path / "probe.zip"
    target.write_text("precious")
    with pytest.raises(Conflict, match="exists already"):
        used.plugins.purge("probe", SYSTEM, confirmation="probe", export=target)
    assert target.read_text() == "precious"
    assert used.plugins.report("probe").has_data


# Refusals: nothing is changed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["", "Probe", "yes", "prob"])
def test_the_name_must_be_typed(used: Repository, typed: str) -> None:
    with pytest.raises(ValidationFailed, match="Type the name of the plugin, probe") as caught:
        used.plugins.purge("probe", SYSTEM, confirmation=typed)
    assert caught.value.errors[0].field == "confirmation"
    assert "probe_things" in table_names(used.database)


def test_one_that_is_on_is_not_purged(repository: Repository, fake_plugin: FakePlugins) -> None:
    probe(fake_plugin)
    repository.plugins.enable("probe", SYSTEM)
    with pytest.raises(Conflict, match=r"'probe' is on\. Only a plugin that is off can be purged: disable it first"):
        repository.plugins.purge("probe", SYSTEM, confirmation="probe")


def test_a_part_of_the_core_is_not_purged(repository: Repository) -> None:
    with pytest.raises(Conflict, match="'records' is part of the core and cannot be purged"):
        repository.plugins.purge("records", SYSTEM, confirmation="records")


def test_one_whose_package_is_gone_is_needed_once_more(used: Repository, fake_plugin: FakePlugins) -> None:
    fake_plugin.remove(used.plugins.installed["probe"])
    with pytest.raises(Conflict, match=r"'probe' is not installed.*Install its package, and repeat it"):
        used.plugins.purge("probe", SYSTEM, confirmation="probe")


def test_migrations_that_do_not_go_back_leave_everything(repository: Repository, fake_plugin: FakePlugins) -> None:
    probe(fake_plugin, down="raise NotImplementedError('no way back')")
    repository.plugins.enable("probe", SYSTEM)
    repository.plugin_settings.change("probe", {"size": 7}, SYSTEM)
    repository.plugins.disable("probe", SYSTEM)
    with pytest.raises(Conflict, match=r"tables of 'probe' could not be removed.*no way back.*Install a ver"):
        repository.plugins.purge("probe", SYSTEM, confirmation="probe")
    assert "probe_things" in table_names(repository.database)
    report = repository.plugins.report("probe")
    assert (report.state, report.has_data) == ("disabled", True)


@pytest.mark.parametrize(("behind", "seconds_ago"), [(True, 0), (False, 0), (True, 600)])
def test_it_waits_for_every_process_that_still_works_with_it(used: Repository, behind: bool, seconds_ago: int) -> None:
    from datetime import timedelta

    newest = read_generation(used.database)
    with used.database.write() as unit:
        oldest = newest - 1 if behind else newest
        seen = unit.now - timedelta(seconds=seconds_ago)
        unit.session.add(
            ProcessRow(
                id="x", kind="web", host="front", pid=42, generation=newest, oldest_generation=oldest,
                started=seen, seen=seen,
            )
        )  # fmt: skip
    if behind and not seconds_ago:
        with pytest.raises(Busy, match=r"web process 42 on front \(generation \d+\).*Nothing was changed"):
            used.plugins.purge("probe", SYSTEM, confirmation="probe", wait=0.3)
        assert "probe_things" in table_names(used.database)
    else:
        used.plugins.purge("probe", SYSTEM, confirmation="probe", wait=0.3)


def test_a_purge_that_was_cut_off_is_repeated(
    used: Repository, monkeypatch: pytest.MonkeyPatch, make_user: Callable[..., Person]
) -> None:
    def cut(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(migrate, "downgrade", cut)
        with pytest.raises(KeyboardInterrupt):
            used.plugins.purge("probe", SYSTEM, confirmation="probe")
    assert held(used)["records"] == []
    assert used.plugins.report("probe").has_data
    assert used.plugins.purge("probe", SYSTEM, confirmation="probe").tables == {"probe_things": 2}


def test_tables_of_a_plugin_with_a_longer_name_stay(used: Repository, fake_plugin: FakePlugins) -> None:
    revision = REVISION.format(down="op.drop_table('probe_things_more')").replace("probe_things", "probe_things_more")
    fake_plugin("probe-things", migrations={"one.py": revision.replace('"probe_1"', '"more_1"')})
    used.plugins.enable("probe-things", SYSTEM)
    result = used.plugins.purge("probe", SYSTEM, confirmation="probe")
    assert list(result.tables) == ["probe_things"]
    assert "probe_things_more" in table_names(used.database)
