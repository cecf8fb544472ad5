"""What operators are told of each plugin: what it is, what it adds, how it stands, what is wrong and what to do."""

from __future__ import annotations

from typing import Any

import click
import pytest
from flask import Blueprint
from marshmallow import Schema, fields

from muniment.access.actor import SYSTEM
from muniment.errors import Conflict, NotFound
from muniment.jobs.declarations import EventHandler, Job
from muniment.plugins.additions import Additions
from muniment.plugins.discovery import discover
from muniment.plugins.models import PluginSetting, PluginState, ProcessRow
from muniment.plugins.reports import Trouble, trouble_of
from muniment.records.parts import RecordPart
from muniment.repository import Repository
from muniment.testing.fakes import FakePlugins
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec

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


def blueprints() -> list[BlueprintSpec]:
    blueprint = Blueprint("probe", __name__, url_prefix="/probe")

    @blueprint.get("/things/<int:number>")
    @access("probe.curate")
    @session("required")
    def things(number: int) -> str:
        return str(number)

    @blueprint.post("/things")
    @access("authenticated")
    @session("required")
    def add() -> str:
        return ""

    return [BlueprintSpec(blueprint, "ui")]


EVERYTHING: dict[str, Any] = {
    "settings": type("Settings", (Schema,), {"size": fields.Integer(load_default=3)}),
    "register_blueprints": blueprints,
    "register_jobs": [Job("probe.sweep", "0 3 * * *", lambda repository: "")],
    "register_event_handlers": [EventHandler("probe.follow", ("record.published",), lambda repository, entry: None)],
    "register_record_parts": [RecordPart("ext.probe")],
    "register_commands": [click.Command("status", help="Tells.")],
}
ADDED = {
    "routes": ("GET /probe/things/<int:number>", "POST /probe/things"),
    "slots": ("record.sidebar",),
    "settings": ("size",),
    "jobs": ("probe.sweep",),
    "handlers": ("probe.follow",),
    "permissions": ("probe.curate",),
    "parts": ("ext.probe",),
    "commands": ("status",),
    "hooks": (
        "register_blueprints",
        "register_commands",
        "register_event_handlers",
        "register_jobs",
        "register_record_parts",
    ),
}


def fail(*_arguments: Any) -> Any:
    raise ValueError("broken on purpose")


def test_what_a_plugin_adds_is_told_by_kind(repository: Repository, fake_plugin: FakePlugins) -> None:
    fake_plugin("probe", {"slots": ["record.sidebar"]}, **EVERYTHING)
    assert repository.plugins.report("probe").adds is None
    repository.plugins.enable("probe", SYSTEM)
    successor = repository.successor()
    report = successor.plugins.report("probe")
    assert (report.state, report.is_on, report.trouble) == ("enabled", True, None)
    assert report.adds is not None
    assert report.adds.kinds() == ADDED
    successor.plugins.disable("probe", SYSTEM)
    remembered = repository.successor().plugins.report("probe")
    assert (remembered.state, remembered.is_on) == ("disabled", False)
    assert remembered.adds == Additions(version="1.0", **{key: tuple(value) for key, value in ADDED.items()})


def test_what_is_remembered_survives_kinds_that_this_version_does_not_know() -> None:
    assert Additions.from_dict({"jobs": ["a"], "version": "1", "carvings": ["b"]}) == Additions("1", jobs=("a",))
    assert Additions.from_dict(None) is None


def test_a_plugin_tells_what_it_is(repository: Repository, fake_plugin: FakePlugins) -> None:
    fake_plugin("base", {"guards": True, "title": "Base", "category": "access", "tier": "silver"})
    fake_plugin("probe", {"requires": ["base"], "uses": ["other"], "conflicts": ["third"]})
    repository.plugins.enable("probe", SYSTEM, with_required=True)
    service = repository.successor().plugins
    base, probe = service.report("base"), service.report("probe")
    assert (base.title, base.category, base.version, base.tier, base.guards) == (
        "Base",
        "access",
        "1.0",
        "silver",
        True,
    )
    assert base.required_by == ("probe",)
    assert (probe.requires, probe.uses, probe.conflicts) == (("base",), ("other",), ("third",))
    assert probe.personal_data == "It holds nothing."
    assert service.report("records").state == "built in"
    assert [report.name for report in service.reports()] == sorted(discover().plugins)


def test_data_is_told_apart_from_being_on(repository: Repository, fake_plugin: FakePlugins) -> None:
    fake_plugin("probe", migrations={"one.py": REVISION})
    assert not repository.plugins.report("probe").has_data
    repository.plugins.enable("probe", SYSTEM)
    repository.plugins.disable("probe", SYSTEM)
    report = repository.plugins.report("probe")
    assert (report.state, report.has_data, report.needs_upgrade) == ("disabled", True, False)
    assert (report.revision, report.head) == ("probe_1", "probe_1")


def test_a_plugin_that_fails_tells_why_with_the_trace(repository: Repository, fake_plugin: FakePlugins) -> None:
    fake_plugin("probe", register_jobs=fail)
    with pytest.raises(Conflict):
        repository.plugins.enable("probe", SYSTEM)
    report = repository.plugins.report("probe")
    assert report.state == "failed"
    assert report.trouble is not None
    assert report.trouble.what == "'probe' does not run: ValueError: broken on purpose"
    assert "raise ValueError" in report.trouble.traceback
    with repository.database.write() as unit:
        unit.session.merge(PluginState(name="probe", enabled=True, error=None, updated=unit.now))
    successor = repository.successor()
    assert successor.plugins.report("probe").state == "failed"
    fake_plugin("probe")
    mended = repository.successor()
    assert mended.plugins.report("probe").state == "enabled"


@pytest.mark.parametrize("on", [True, False])
def test_a_plugin_whose_package_is_gone_is_not_forgotten(
    repository: Repository, fake_plugin: FakePlugins, on: bool
) -> None:
    plugin = fake_plugin("pro-be", migrations={"one.py": REVISION.replace("probe", "pro_be")})
    repository.plugins.enable("pro-be", SYSTEM)
    if not on:
        repository.plugins.disable("pro-be", SYSTEM)
    fake_plugin.remove(plugin)
    service = repository.successor().plugins
    report = service.report("pro-be")
    assert (report.state, report.has_data) == ("gone", True)
    assert report in service.reports()
    assert report.trouble is not None
    words = "muniment plugins disable pro-be" if on else "muniment plugins purge pro-be"
    assert words in report.trouble.sentence


def test_settings_alone_are_data_too(repository: Repository) -> None:
    with repository.database.write() as unit:
        unit.session.add(PluginSetting(plugin="former", key="size", value=3, updated=unit.now))
    assert repository.plugins.report("former").state == "gone"
    with pytest.raises(NotFound, match="No plugin named 'never'"):
        repository.plugins.report("never")


def test_a_package_that_cannot_be_used_is_told(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(discover().broken, "probe", "its plugin.toml is missing")
    report = repository.plugins.report("probe")
    assert report.state == "broken"
    assert report.trouble == Trouble("'probe' cannot be used: its plugin.toml is missing")


@pytest.mark.parametrize(
    ("environ", "by"),
    [({"MUNIMENT_SAFE_MODE": "1"}, "MUNIMENT_SAFE_MODE"), ({"MUNIMENT_DISABLE": "probe"}, "MUNIMENT_DISABLE")],
)
def test_what_the_environment_keeps_out_says_so(
    repository: Repository, fake_plugin: FakePlugins, environ: dict[str, str], by: str
) -> None:
    fake_plugin("probe")
    fake_plugin("off")
    repository.plugins.enable("probe", SYSTEM)
    kept = Repository(repository.instance, database=repository.database, environ=environ)
    report = kept.plugins.report("probe")
    assert report.state == "kept out"
    assert report.trouble is not None
    assert report.trouble.sentence == f"'probe' is kept out by {by}. Start without {by} to have it back."
    assert kept.plugins.report("off").state == "disabled"
    assert kept.plugins.safe_mode is ("MUNIMENT_SAFE_MODE" in environ)


def test_a_reason_is_a_sentence_or_the_end_of_a_trace() -> None:
    assert trouble_of("probe", "it is off").sentence == "'probe' does not run: it is off."
    trouble = trouble_of("probe", "Traceback\n  File\nValueError: no")
    assert trouble.sentence.startswith("'probe' does not run: ValueError: no. Install a version of it that works")
    assert trouble.traceback.startswith("Traceback")
    told = trouble_of("probe", "Traceback\nmuniment.errors.MunimentError: its tables are not up to date").sentence
    assert told.startswith("'probe' does not run: its tables are not up to date. Mend that and restart the site")
    assert trouble_of("probe", "Traceback\nValueError: no", on=False).cure.startswith("It is off. Install a version")


def test_looking_does_not_import_what_is_off(repository: Repository, fake_plugin: FakePlugins) -> None:
    imported: list[str] = []
    fake_plugin("probe", on_import=lambda: imported.append("probe"), migrations={"one.py": REVISION})
    repository.plugins.reports()
    repository.plugins.plan_enable("probe")
    assert imported == []


# Plans ----------------------------------------------------------------------------------------------------------------


def test_a_plan_says_what_comes_along_and_what_is_migrated(repository: Repository, fake_plugin: FakePlugins) -> None:
    fake_plugin("base")
    fake_plugin("probe", {"requires": ["base"]}, migrations={"one.py": REVISION})
    plan = repository.plugins.plan_enable("probe")
    assert (plan.requires, plan.migrates, plan.problem) == (("base",), ("probe",), "")
    repository.plugins.enable("probe", SYSTEM, with_required=True)
    plan = repository.plugins.plan_enable("probe")
    assert (plan.requires, plan.migrates, plan.problem) == ((), (), "")
    assert repository.plugins.plan_disable("base").dependents == ("probe",)
    assert repository.plugins.plan_disable("probe").dependents == ()


@pytest.mark.hook("disable_notices")
def test_a_plan_says_what_the_plugins_say_of_being_disabled(repository: Repository, fake_plugin: FakePlugins) -> None:
    def broken() -> list[str]:
        raise RuntimeError("not to be seen by operators")

    fake_plugin("base", disable_notices=["Base would be missed."])
    fake_plugin("probe", {"requires": ["base"]}, disable_notices=["3 records stay closed."])
    fake_plugin("silent", disable_notices=broken)
    for name in ("base", "probe", "silent"):
        repository.plugins.enable(name, SYSTEM)
    service = repository.successor().plugins
    assert service.plan_disable("base").notices == ("Base would be missed.", "3 records stay closed.")
    assert service.plan_disable("probe").notices == ("3 records stay closed.",)
    assert service.plan_disable("silent").notices == ()


def test_a_plan_says_what_stands_in_the_way(repository: Repository, fake_plugin: FakePlugins) -> None:
    fake_plugin("probe", {"requires": ["nowhere"]})
    assert (
        "nowhere, which is not installed: install its package first" in repository.plugins.plan_enable("probe").problem
    )
    for plan in (repository.plugins.plan_enable, repository.plugins.plan_disable):
        with pytest.raises(NotFound):
            plan("never")


# What processes say ---------------------------------------------------------------------------------------------------


def tell(repository: Repository, number: int, kind: str = "web", **told: Any) -> None:
    with repository.database.write() as unit:
        row = ProcessRow(
            id=f"{number}", kind=kind, host="front", pid=number, started=unit.now, seen=unit.now,
            **{"generation": 1, "oldest_generation": 1, "plugins": ["probe"], "failures": {}, **told},
        )  # fmt: skip
        unit.session.add(row)


def test_a_plugin_that_fails_in_one_process_only_is_no_plugin_that_works(
    repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("probe")
    repository.plugins.enable("probe", SYSTEM)
    service = repository.successor().plugins
    assert service.report("probe").processes == ()
    tell(repository, 11, software={"probe": "1.0 abc"})
    tell(repository, 12, plugins=[], failures={"probe": "Traceback\n  …\nImportError: no libfoo\n"})
    tell(repository, 13, plugins=[])
    tell(repository, 14, kind="worker", plugins=[], generation=0)
    report = service.report("probe")
    assert [(one.process, one.state, one.version, one.error) for one in report.processes] == [
        ("web 1", "runs", "1.0", ""),
        ("web 2", "failed", "", "ImportError: no libfoo"),
        ("web 3", "kept out", "", ""),
        ("worker 1", "not yet", "", ""),
    ]
    assert (report.state, report.failed_in) == ("failed", ("web 2",))
    assert report.trouble is not None
    assert report.trouble.what == "'probe' does not run in web 2 (process 12 on front): ImportError: no libfoo"
    assert "restart the site" in report.trouble.cure
    assert report.trouble.traceback.startswith("Traceback")


def test_a_process_that_does_not_tell_is_not_said_to_lack_a_plugin(
    repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("probe")
    repository.plugins.enable("probe", SYSTEM)
    tell(repository, 11, plugins=None, failures=None)  # as an older version wrote it
    report = repository.successor().plugins.report("probe")
    assert (report.state, report.processes) == ("enabled", ())


# Quality --------------------------------------------------------------------------------------------------------------


def test_a_check_counts_for_the_version_that_was_checked(repository: Repository, fake_plugin: FakePlugins) -> None:
    fake_plugin("probe", {"tier": "silver"})
    assert repository.plugins.report("probe").checked is None
    repository.plugins.remember_check("probe", "bronze")
    report = repository.plugins.report("probe")
    assert report.state == "disabled"
    found = report.checked
    assert found is not None
    day = f"{found.at:%Y-%m-%d}"
    assert found.beside("bronze", "1.0") == f"bronze, checked on {day}"
    assert found.beside("silver", "1.0") == f"bronze, checked on {day}, although it claims silver"
    assert found.beside("silver", "1.1") == f"claims silver, not checked; version 1.0 was bronze, checked on {day}"
