"""Plugins in the control panel: what each is, switching with what it needs, upgrading and removing its data."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from sqlalchemy import text

from muniment.access.actor import SYSTEM
from muniment.jobs.declarations import Job
from muniment.plugins.models import ProcessRow
from muniment.testing.fakes import FakePlugins

REVISION = """
import sqlalchemy as sa
from alembic import op
revision = "{revision}"
down_revision = {before}
def upgrade():
    op.create_table("probe_{revision}", sa.Column("id", sa.Integer(), primary_key=True))
def downgrade():
    op.drop_table("probe_{revision}")
"""


@pytest.fixture
def used(repository: Any, fake_plugin: FakePlugins) -> Any:
    """A plugin that was on, has a table with a row, and is off."""
    fake_plugin(
        "probe",
        {"title": "The probe"},
        migrations={"one.py": REVISION.format(revision="one", before=None)},
        register_jobs=[Job("probe.sweep", "0 3 * * *", lambda repository: "")],
    )
    repository.plugins.enable("probe", SYSTEM)
    with repository.database.write() as unit:
        unit.session.execute(text("INSERT INTO probe_one VALUES (1)"))
    repository.plugins.disable("probe", SYSTEM)
    return repository


def test_a_page_tells_what_a_plugin_is_and_adds(repository: Any, panel: Any) -> None:
    page = panel.get("/control/plugins/datacite")
    assert "while it is off its code is not loaded" in page
    repository.plugins.enable("datacite", SYSTEM)
    page = panel.get("/control/plugins/datacite")
    for said in ("doi (datacite)", "test_mode", "muniment datacite status", "register_identifier_providers", "Quality"):
        assert said in page
    assert re.search(r"Personal data.*?<dd[^>]*>(?:<span[^>]*>)?[A-Z]", page, re.DOTALL)


def test_what_needs_attention_comes_first(panel: Any, fake_plugin: FakePlugins) -> None:
    def fail() -> None:
        raise RuntimeError("no flange")

    fake_plugin("zebra", {"title": "Zebra"}, on_import=fail)
    panel.post("/control/plugins/zebra/enable", 422)
    page = panel.get("/control/plugins")
    assert page.index("Needs attention") < page.index(">Zebra<") < page.index("Part of the core")


def test_required_plugins_are_offered_and_taken_along(repository: Any, panel: Any, fake_plugin: FakePlugins) -> None:
    fake_plugin("lower")
    fake_plugin("upper", {"requires": ["lower"]})
    assert "Switch on …" in panel.get("/control/plugins")
    assert "'upper' requires lower" in panel.post("/control/plugins/upper/enable", 422)
    assert not {"upper", "lower"} & repository.plugins.enabled()
    assert "Switch on with lower" in panel.get("/control/plugins/upper")
    panel.post("/control/plugins/upper/enable", with_required="lower")
    assert repository.plugins.enabled() >= {"upper", "lower"}


def test_dependents_are_named_and_only_those_are_taken_along(
    repository: Any, panel: Any, fake_plugin: FakePlugins
) -> None:
    fake_plugin("lower")
    fake_plugin("upper", {"requires": ["lower"]})
    fake_plugin("later", {"requires": ["lower"]})
    repository.plugins.enable("upper", SYSTEM, with_required=True)
    assert "upper depends on it and is switched off with it." in panel.get("/control/plugins/lower/disable")
    repository.plugins.enable("later", SYSTEM)  # by somebody else, while the question is read
    assert "later, upper depend on it and are switched off with it." in panel.get("/control/plugins/lower/disable")
    page = panel.post("/control/plugins/lower/disable", 422, with_dependents="upper")
    assert "'lower' is required by later, upper" in page
    assert "lower" in repository.plugins.enabled()
    panel.post("/control/plugins/lower/disable", with_dependents="later upper")
    assert not {"upper", "lower", "later"} & repository.plugins.enabled()


def test_tables_are_upgraded_after_a_question(repository: Any, panel: Any, used: Any, fake_plugin: FakePlugins) -> None:
    folder = fake_plugin(
        "probe",
        migrations={
            "one.py": REVISION.format(revision="one", before=None),
            "two.py": REVISION.format(revision="two", before="'one'"),
        },
    )
    assert folder is not None
    page = panel.get("/control/plugins/probe")
    assert "needs an upgrade" in page
    assert "needs an upgrade" in panel.get("/control/plugins")
    assert "from revision one to two" in panel.get("/control/plugins/probe/upgrade")
    assert "The tables are up to date." in panel.post("/control/plugins/probe/upgrade")
    assert not repository.plugins.report("probe").needs_upgrade


def test_data_is_downloaded_and_removed_after_the_name_was_typed(repository: Any, panel: Any, used: Any) -> None:
    assert "Remove its data" in panel.get("/control/plugins/probe")
    page = panel.get("/control/plugins/probe/purge")
    assert "probe_one" in page
    answer = panel.client.get("/control/plugins/probe/export.zip", buffered=True)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=probe-")
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        assert archive.read("tables/probe_one.jsonl") == b'{"id":1}\n'
    assert repository.audit.entries("plugin:probe")[0].action == "plugin.exported"
    assert not list(repository.instance.var.glob("export-*")), "nothing is left on the server"
    page = panel.post("/control/plugins/probe/purge", 422, confirmation="prob")
    assert 'aria-invalid="true"' in page
    assert repository.plugins.report("probe").has_data
    assert "All of its data is removed." in panel.post("/control/plugins/probe/purge", confirmation="probe")
    assert not repository.plugins.report("probe").has_data


def test_what_is_on_is_not_purged(repository: Any, panel: Any, used: Any) -> None:
    repository.plugins.enable("probe", SYSTEM)
    assert "Remove its data" not in panel.get("/control/plugins/probe")
    assert "disable it first" in panel.get("/control/plugins/probe/purge", 422)
    assert "disable it first" in panel.post("/control/plugins/probe/purge", 422, confirmation="probe")
    assert "disable it first" in panel.get("/control/plugins/probe/export.zip", 422)


def test_a_process_with_another_version_is_named(repository: Any, panel: Any) -> None:
    repository.plugins.enable("datacite", SYSTEM)
    with repository.database.write() as unit:
        row = ProcessRow(
            id="0" * 32, kind="worker", host="a", pid=4711, started=unit.now, seen=unit.now, generation=1,
            oldest_generation=1, software={"datacite": "0.0.1 0123456789abcdef"},
        )  # fmt: skip
        unit.session.add(row)
    for path in ("/control/plugins", "/control/plugins/datacite"):
        assert "restart needed" in panel.get(path)
    assert "worker process 4711 on a" in panel.get("/control/plugins/datacite")


def test_what_each_process_says_of_it_is_told(repository: Any, panel: Any) -> None:
    repository.plugins.enable("datacite", SYSTEM)
    trace = "Traceback (most recent call last):\n  …\nImportError: no libfoo on this machine"
    with repository.database.write() as unit:
        for number, failures in enumerate(({}, {"datacite": trace})):
            row = ProcessRow(
                id=str(number), kind="web", host="a", pid=4710 + number, started=unit.now, seen=unit.now,
                generation=1, oldest_generation=1, plugins=[] if failures else ["datacite"], failures=failures,
            )  # fmt: skip
            unit.session.add(row)
    assert "failed in web 2" in panel.get("/control/plugins")
    page = panel.get("/control/plugins/datacite")
    table = page[page.index('<h2 id="processes">') :].partition("</section>")[0]
    first, second = table.split("<tbody")[1].split("</tr>")[:2]
    assert "web 1" in first
    assert "runs" in first
    assert "process 4711 on a" in second
    assert "ImportError: no libfoo on this machine" in second


def test_the_quality_that_a_check_found_stands_beside_the_claim(repository: Any, panel: Any) -> None:
    assert "claims silver, not checked" in panel.get("/control/plugins/datacite")
    repository.plugins.remember_check("datacite", "bronze")
    page = panel.get("/control/plugins/datacite")
    assert "bronze, checked on" in page
    assert "It claims silver." in page
    repository.plugins.remember_check("datacite", "silver")
    assert "It claims" not in panel.get("/control/plugins/datacite")


def test_safe_mode_is_said(repository: Any, panel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Safe mode" not in panel.get("/control/plugins")
    monkeypatch.setattr(repository.plugins, "environ", {"MUNIMENT_SAFE_MODE": "1"})
    assert "Safe mode" in panel.get("/control/plugins")


def test_a_failure_of_the_service_is_no_error_page(panel: Any) -> None:
    """Names that nobody has, in every way in."""
    for path in ("", "/disable", "/upgrade", "/purge", "/settings", "/export.zip"):
        panel.get(f"/control/plugins/nonsense{path}", 404)
    for path in ("enable", "disable", "upgrade", "purge", "settings"):
        panel.post(f"/control/plugins/nonsense/{path}", 404)


def test_a_plugin_that_is_off_is_told_about_in_the_readers_language(
    repository: Any, fake_plugin: FakePlugins, panel: Any
) -> None:
    folder = fake_plugin("probe", {"title": "The probe", "description": "It probes."}).folder
    catalog = Catalog(locale="de")
    catalog.add("The probe", "Die Sonde")
    catalog.add("It probes.", "Sie sondiert.")
    place = folder / "translations" / "de" / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    for path in ("/control/plugins", "/control/plugins/probe"):
        page = panel.get(f"{path}?lang=de")
        assert "Die Sonde" in page
        assert "<span>Sie sondiert.</span>" in page
        assert "The probe" in panel.get(f"{path}?lang=en")
