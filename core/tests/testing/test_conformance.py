"""Each check that plugins must pass finds what it is for, in a plugin that gets exactly this wrong."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import click
import pytest
from marshmallow import Schema, fields

from muniment.access.actor import SYSTEM
from muniment.jobs.declarations import EventHandler, Job
from muniment.plugins.installed import InstalledPlugin
from muniment.repository import Repository
from muniment.testing.conformance import PluginConformance
from muniment.testing.fakes import FakePlugins

REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "probe_1"
down_revision = None

def upgrade():
    op.create_table({table!r}, sa.Column("id", sa.Integer(), primary_key=True))

def downgrade():
    {down}
"""


class Probe(PluginConformance):
    plugin = "probe"


def migrations(table: str = "probe_things", down: str = "op.drop_table('probe_things')") -> dict[str, str]:
    return {"one.py": REVISION.format(table=table, down=down)}


def settings(**schema: fields.Field[Any]) -> type[Schema]:
    return type("Settings", (Schema,), dict(schema))


def handler(name: str = "probe.follow", event: str = "record.published") -> list[EventHandler]:
    return [EventHandler(name, (event,), lambda repository, entry: None)]


def job(name: str = "probe.sweep", title: str = "Sweeps") -> list[Job]:
    return [Job(name, "0 3 * * *", lambda repository: "", title)]


class Unmarked:
    def __init__(self, context: Any) -> None:
        self.context = context

    def register_jobs(self) -> list[Job]:
        return job()


LABELLED = {"label": "Size", "help": "How large."}


@pytest.fixture
def check(repository: Repository, fake_plugin: FakePlugins) -> Callable[..., None]:
    """Runs one check on a plugin made like this, as pytest would with its fixtures."""

    def run(name: str, manifest: dict[str, Any] | None = None, **made: Any) -> None:
        installed = fake_plugin("probe", manifest, **made)
        method = getattr(Probe(), f"test_{name}")
        wanted = inspect.signature(method).parameters
        arguments: dict[str, Any] = {"installed": installed, "repository": repository}
        if "enabled" in wanted:
            repository.plugins.enable("probe", SYSTEM, with_required=True)
            arguments["enabled"] = repository.successor()
        method(**{key: arguments[key] for key in wanted})

    return run


def test_every_check_passes_for_a_plugin_that_is_as_it_should_be(check: Callable[..., None]) -> None:
    outside = {"it_is_found_without_being_imported"}  # looks at installed distributions in another process
    names = [name.removeprefix("test_") for name in dir(Probe) if name.startswith("test_")]
    assert len(names) >= 18
    for name in sorted(set(names) - outside - {"its_readme_names_settings_and_commands"}):
        check(
            name,
            settings=settings(size=fields.Integer(load_default=3, metadata=LABELLED)),
            register_jobs=job(),
            register_event_handlers=handler(),
        )


@pytest.mark.parametrize(
    ("name", "words", "made"),
    [
        ("the_manifest_is_valid", "sentence", {"manifest": {"description": "No sentence"}}),
        ("the_manifest_is_valid", "nowhere", {"manifest": {"requires": ["nowhere"]}}),
        ("no_method_looks_like_a_hook_without_being_one", "mark them with @implements", {"plugin_class": Unmarked}),
        (
            "switching_it_on_and_off_leaves_the_core_as_it_was",
            "other_things",
            {"migrations": migrations("other_things", "pass")},
        ),
        ("migrations_make_what_the_models_say", "models and migrations both", {"migrations": migrations()}),
        ("migrations_go_down_to_nothing_and_up_again", "probe_things", {"migrations": migrations(down="pass")}),
        (
            "settings_are_labelled_and_their_defaults_are_valid",
            "label",
            {"settings": settings(size=fields.Integer(load_default=1, metadata={"help": "How large."}))},
        ),
        (
            "settings_are_labelled_and_their_defaults_are_valid",
            "help",
            {"settings": settings(size=fields.Integer(load_default=1, metadata={"label": "Size"}))},
        ),
        (
            "settings_are_labelled_and_their_defaults_are_valid",
            "needs a default",
            {"settings": settings(size=fields.Integer(required=True, metadata=LABELLED))},
        ),
        (
            "settings_are_labelled_and_their_defaults_are_valid",
            "looks like a secret",
            {"settings": settings(api_key=fields.String(load_default="", metadata=LABELLED))},
        ),
        ("it_says_what_it_holds_about_people", "declare categories", {"manifest": {"personal_data": True}}),
        (
            "it_says_what_it_holds_about_people",
            "personal_data_reason",
            {"manifest": {"personal_data_reason": ""}},
        ),
        ("jobs_and_handlers_carry_its_name", "sweep", {"register_jobs": job("sweep")}),
        ("jobs_and_handlers_carry_its_name", "needs a title", {"register_jobs": job(title="")}),
        ("jobs_and_handlers_carry_its_name", "follow", {"register_event_handlers": handler("follow")}),
        (
            "handlers_follow_events_that_exist",
            "that nobody emits",
            {"register_event_handlers": handler(event="record.publishd")},
        ),
        ("commands_explain_themselves", "docstring", {"register_commands": [click.Command("status")]}),
        (
            "commands_explain_themselves",
            "needs help",
            {"register_commands": [click.Command("status", help="Tells.", params=[click.Option(["--all"])])]},
        ),
    ],
)
def test_what_is_wrong_is_found(check: Callable[..., None], name: str, words: str, made: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match=words):
        check(name, **made)


@pytest.mark.parametrize(
    "line",
    [
        "from muniment.records.models import Record",
        "import muniment.db",
        "from muniment import db",
        "import muniment_other",
    ],
)
def test_an_import_behind_the_interface_is_found(fake_plugin: FakePlugins, line: str) -> None:
    installed = fake_plugin("probe")
    check_imports = Probe().test_it_imports_the_public_interface_only
    (installed.folder / "fine.py").write_text(
        "from muniment.api import Job\nfrom muniment import api\n"
        "import muniment.testing.fakes\nimport muniment_probe.rest\n"
    )
    check_imports(installed)
    (installed.folder / "wrong.py").write_text(f"{line}\n")
    with pytest.raises(AssertionError, match=r"muniment\.api"):
        check_imports(installed)


def test_an_undocumented_setting_or_command_is_found(
    repository: Repository, fake_plugin: FakePlugins, make_readme: Callable[[InstalledPlugin, str], None]
) -> None:
    installed = fake_plugin(
        "probe",
        settings=settings(size=fields.Integer(load_default=1, metadata=LABELLED)),
        register_commands=[click.Command("status", help="Tells.")],
    )
    repository.plugins.enable("probe", SYSTEM)
    enabled = repository.successor()
    check_readme = Probe().test_its_readme_names_settings_and_commands
    with pytest.raises(pytest.skip.Exception):
        check_readme(enabled, installed)
    make_readme(installed, "`size` says how large; `muniment probe status` tells.")
    check_readme(enabled, installed)
    for text in ("`size`", "probe status", ""):
        make_readme(installed, text)
        with pytest.raises(AssertionError):
            check_readme(enabled, installed)


@pytest.fixture
def make_readme() -> Callable[[InstalledPlugin, str], None]:
    def write(installed: InstalledPlugin, text: str) -> None:
        (installed.folder.parents[1] / "README.md").write_text(text, encoding="utf-8")

    return write


def test_a_plugin_that_does_not_load_is_found(repository: Repository, fake_plugin: FakePlugins) -> None:
    from muniment.errors import Conflict

    with pytest.raises(Conflict, match="stays off"):
        Probe.enabled.__wrapped__(Probe(), repository, fake_plugin("probe", register_nothing_known=[]))  # type: ignore[attr-defined]


def test_a_plugin_that_is_not_installed_is_named() -> None:
    with pytest.raises(AssertionError, match="'probe' is not installed; install its distribution first"):
        Probe.installed.__wrapped__(Probe())  # type: ignore[attr-defined]
