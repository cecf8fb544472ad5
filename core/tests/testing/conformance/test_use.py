"""The checks of what a plugin does find what they are for: records, pages, work, people, texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import Mock

import click
import pytest
from core.tests.testing.conformance.parts import LABELLED, handler, job, pages, settings
from flask import request
from markupsafe import Markup
from marshmallow import fields

from muniment.access.permission_table import ROLES, Table
from muniment.api import Event, Fragment, RecordPart
from muniment.jobs.declarations import Job
from muniment.repository import Repository
from muniment.testing.conformance import PluginConformance
from muniment.testing.conformance.text_checks import bare_texts, readme_of
from muniment.testing.extraction import texts_in
from muniment.testing.fakes import FakePlugins

Check = Callable[..., None]


class Probe(PluginConformance):
    plugin = "probe"


README = "# muniment-probe\n\n`size` says how large; `muniment probe status` tells. The job `probe.sweep` sweeps.\n"


def test_every_check_passes_for_a_plugin_that_is_as_it_should_be(check: Check) -> None:
    names = [name.removeprefix("test_") for name in dir(Probe) if name.startswith("test_")]
    assert len(names) >= 26
    elsewhere = {"it_is_found_without_being_imported", "it_starts_without_heavy_libraries"}  # look from other processes
    for name in sorted(set(names) - elsewhere):
        check(
            name,
            {"slots": ["record.sidebar"]},
            settings=settings(size=fields.Integer(load_default=3, metadata=LABELLED)),
            register_jobs=job(),
            register_event_handlers=handler(),
            register_blueprints=pages(lambda number: "text"),
            register_record_parts=lambda: [note()],
            register_commands=[click.Command("status", help="Tells.")],
            render_slot=lambda slot: [Fragment("text")],
            files={"../../README.md": README, "templates/probe/index.html": "<p>{{ _('A text') }}</p>"},
            suite=WithNote,
        )


def note(**changes: Any) -> RecordPart:
    """A part that clients write, and that is shown as they wrote it."""
    made: dict[str, Any] = {
        "path": "ext.probe",
        "load": lambda given, stored: (given if given is not None else stored, []),
        "dump": lambda repository, subjects: {one.record_id: one.stored for one in subjects if one.stored},
        **changes,
    }
    return RecordPart(**made)


class WithNote(Probe):
    part_values: ClassVar[dict[str, Any]] = {"ext.probe": {"note": "kept"}}


# Records --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "part", "suite"),
    [
        ("in part_values", {}, Probe),
        ("sent and are not shown", {"dump": lambda repository, subjects: {}}, WithNote),
        ("sent and are not shown", {"load": lambda given, stored: (None, [])}, WithNote),
    ],
)
def test_a_part_that_is_not_kept(check: Check, words: str, part: dict[str, Any], suite: type[Probe]) -> None:
    with pytest.raises(AssertionError, match=words):
        check("a_record_keeps_its_parts_while_the_plugin_is_off", register_record_parts=[note(**part)], suite=suite)


def test_a_part_that_is_kept_outside_of_the_record(check: Check) -> None:
    """It shows the newest value that it has seen, from memory, and so loses it with the process."""
    seen: dict[str, Any] = {}

    def load(given: Any, stored: Any) -> tuple[Any, list[Any]]:
        seen["value"] = given
        return True, []

    part = note(load=load, dump=lambda repository, subjects: {one.record_id: seen.get("value") for one in subjects})

    class Forgetful(WithNote):
        def prepare(self, repository: Repository) -> None:
            seen.clear()

    with pytest.raises(AssertionError, match="was lost"):
        check("a_record_keeps_its_parts_while_the_plugin_is_off", register_record_parts=[part], suite=Forgetful)


# Endpoints ------------------------------------------------------------------------------------------------------------


def _shows_everything(number: str) -> str:
    from muniment.api import SYSTEM as everybody
    from muniment.api import NotFound, the_repository

    records = the_repository().records
    try:
        return str(records.read(everybody, number).data["metadata"]["title"])
    except NotFound:
        return "nothing"


@pytest.mark.parametrize(
    ("words", "view", "who"),
    [
        ("500", lambda number: str(1 // 0), "public"),
        ("500", lambda number: str(int(request.args.get("page", "1"))), "public"),
        ("500", lambda number: request.form["name"] and str([][1]), "public"),
        ("hidden from them", _shows_everything, "public"),
    ],
)
def test_an_endpoint_that_fails_or_tells_too_much(check: Check, words: str, view: Any, who: str) -> None:
    with pytest.raises(AssertionError, match=words):
        check("every_endpoint_answers_everybody_as_it_should", register_blueprints=pages(view, who=who))


def test_an_endpoint_that_lets_people_in_who_are_not_meant(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    made = pages(lambda number: "text", who="administration")
    check("every_endpoint_answers_everybody_as_it_should", register_blueprints=made)
    monkeypatch.setattr("muniment.access.actor.Actor.can", lambda self, permission: True)
    with pytest.raises(AssertionError, match="is for administration, and was answered 200"):
        check("every_endpoint_answers_everybody_as_it_should", register_blueprints=made)


@pytest.mark.parametrize(
    ("words", "table"),
    [
        (r"GET /probe/<number> is not in the table", None),
        (r"GET /probe/<number> for other: the table says 403, the answer is 200", "403"),
        (r"GET /gone is in the table, and there is no such route", "200"),
    ],
)
def test_a_table_of_permissions_that_is_not_so(check: Check, tmp_path: Path, words: str, table: str | None) -> None:
    if table is not None:
        written = Table(tuple(ROLES))
        for method in ("GET", "POST"):
            written.add("probe", (method, "/probe/<number>"), ["200", table, "200", "200", "200"])
        if "gone" in words:
            written.add("probe", ("GET", "/gone"), ["404"] * 5)
        (tmp_path / "permissions.md").write_text(written.written())
    suite = type("Elsewhere", (PluginConformance,), {"plugin": "probe", "beside": tmp_path})
    made = pages(lambda number: "text", who="public")
    with pytest.raises(AssertionError, match=words):
        check("its_routes_answer_as_its_table_says", register_blueprints=made, suite=suite)


@pytest.mark.parametrize(
    "made",
    [
        {"render_slot": lambda slot, context: [Fragment(Markup("<b>" + context["record"].title + "</b>"))]
         if slot == "record.sidebar" else []},
        {"register_blueprints": pages(lambda number: f"<p>{request.args.get('q', '')}</p>")},
    ],
)  # fmt: skip
def test_a_text_that_becomes_markup(check: Check, made: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="hold a script"):
        check("no_text_of_people_becomes_markup", **made)


# Work -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "made"),
    [
        (r"must be called probe\.", job("sweep")),
        ("needs a title", job(title="")),
        ("not a short text", job(does=lambda repository: None)),
        ("may run for", [Job("probe.sweep", "0 3 * * *", lambda repository: "", "Sweeps", timedelta(weeks=2))]),
    ],
)
def test_a_job_that_is_not_as_it_should_be(check: Check, words: str, made: list[Job]) -> None:
    with pytest.raises(AssertionError, match=words):
        check("jobs_carry_its_name_and_can_be_repeated", register_jobs=made)


def test_a_job_that_cannot_be_repeated(check: Check) -> None:
    done: list[int] = []

    def once(repository: Repository) -> str:
        assert not done, "cannot be run again"
        done.append(1)
        return "done"

    with pytest.raises(AssertionError, match="cannot be run again"):
        check("jobs_carry_its_name_and_can_be_repeated", register_jobs=job(does=once))


def test_a_handler_that_follows_nothing(check: Check) -> None:
    with pytest.raises(AssertionError, match="that nobody emits"):
        check("handlers_follow_events_that_exist", register_event_handlers=handler(event="record.publishd"))
    with pytest.raises(AssertionError, match=r"must be called probe\."):
        check("handlers_follow_events_that_exist", register_event_handlers=handler("follow"))


@dataclass(frozen=True)
class Happened(Event):
    """What a handler emits."""

    name: ClassVar[str] = "probe.happened"


def test_a_handler_that_does_its_work_twice(check: Check) -> None:
    def again(repository: Repository, entry: Any) -> None:
        with repository.database.write() as unit:
            unit.emit(Happened())

    with pytest.raises(AssertionError, match=r"emits events for record\.published twice"):
        check("handlers_can_be_repeated", register_event_handlers=handler(does=again))


# People ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "manifest"),
    [("declare categories", {"personal_data": True}), ("personal_data_reason", {"personal_data_reason": ""})],
)
def test_a_plugin_that_does_not_say_what_it_holds(check: Check, words: str, manifest: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match=words):
        check("it_says_what_it_holds_about_people", manifest)


# Texts ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("docstring", click.Command("status")),
        ("needs help", click.Command("status", help="Tells.", params=[click.Option(["--all"])])),
    ],
)
def test_a_command_that_does_not_explain_itself(check: Check, words: str, command: click.Command) -> None:
    with pytest.raises(AssertionError, match=words):
        check("commands_explain_themselves", register_commands=[command])


@pytest.mark.parametrize(
    ("words", "files"),
    [
        ("Read this", {"templates/probe/index.html": "<p>Read this</p>"}),
        ("Search here", {"templates/probe/index.html": '<input placeholder="Search here">'}),
        ("put together", {"texts.py": "def title(name):\n    return _(f'Hello {name}')\n"}),
    ],
)
def test_a_text_that_cannot_be_translated(check: Check, words: str, files: dict[str, str]) -> None:
    with pytest.raises(AssertionError, match=words):
        check("its_texts_can_be_translated", files=files)


def test_a_catalogue_that_lacks_a_text(check: Check, fake_plugin: FakePlugins) -> None:
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo

    folder = fake_plugin("probe").folder / "translations" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, Catalog(locale="de"))
    with pytest.raises(AssertionError, match="de: A text"):
        check("its_texts_can_be_translated", files={"templates/probe/index.html": "<p>{{ _('A text') }}</p>"})


def test_a_catalogue_that_was_changed_and_not_compiled(check: Check, fake_plugin: FakePlugins) -> None:
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import write_po

    installed = fake_plugin("probe")
    folder = installed.folder / "translations" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    german = Catalog(locale="de")
    for text in texts_in(installed.folder):
        german.add(text, "Deutsch")
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, german)
    with (folder / "messages.po").open("wb") as file:
        write_po(file, german)
    check("its_texts_can_be_translated")
    (folder / "messages.po").write_text(
        (folder / "messages.po").read_text("utf-8").replace("Deutsch", "Anders"), "utf-8"
    )
    with pytest.raises(AssertionError, match="de, not compiled"):
        check("its_texts_can_be_translated")


def test_words_in_templates_are_found_and_code_is_none() -> None:
    assert (
        list(bare_texts("{# a note #}<p>{{ _('words') }} {% if item %}·{% endif %}</p><a title=\"{{ x }}\">1</a>"))
        == []
    )
    assert list(bare_texts('Plain words<img alt="A picture">')) == ["Plain words", "A picture"]


@pytest.mark.parametrize("left_out", ["`size`", "probe status", "probe.sweep"])
def test_a_readme_that_leaves_something_out(check: Check, left_out: str) -> None:
    made: dict[str, Any] = {
        "settings": settings(size=fields.Integer(load_default=1, metadata=LABELLED)),
        "register_commands": [click.Command("status", help="Tells.")],
        "register_jobs": job(),
    }
    check("its_readme_names_what_it_adds", files={"../../README.md": README}, **made)
    with pytest.raises(AssertionError, match=re.escape(left_out)):
        check("its_readme_names_what_it_adds", files={"../../README.md": README.replace(left_out, "…")}, **made)


def test_a_plugin_without_a_readme(check: Check) -> None:
    with pytest.raises(AssertionError, match=r"write a README\.md"):
        check("its_readme_names_what_it_adds")


def test_the_readme_of_an_installed_plugin_is_found_in_what_its_wheel_says(tmp_path: Path) -> None:
    installed = Mock(folder=tmp_path / "site-packages" / "muniment_shelf", distribution="pluggy")
    assert "pluggy" in (readme_of(installed) or "")
    assert readme_of(Mock(folder=installed.folder, distribution="muniment-nothing")) is None
