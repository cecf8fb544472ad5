"""Each check that plugins must pass finds what it is for, in a plugin that gets exactly this wrong."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from core.tests.testing.conformance.parts import LABELLED, job, migrations, pages, settings
from flask import signals
from marshmallow import ValidationError, fields

from muniment.api import Event, RecordPart, hook
from muniment.errors import Conflict
from muniment.hooks.caller import Hooks
from muniment.jobs.declarations import Job
from muniment.testing.conformance import PluginConformance
from muniment.testing.conformance.bench import find_installed

Check = Callable[..., None]


class Probe(PluginConformance):
    plugin = "probe"


# The package ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "manifest"),
    [
        ("sentence", {"description": "No sentence"}),
        ("nowhere", {"requires": ["nowhere"]}),
        ("slots that no page has", {"slots": ["record.sidebr"]}),
    ],
)
def test_a_manifest_with_a_mistake(check: Check, words: str, manifest: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match=words):
        check("its_manifest_is_valid", manifest)


@pytest.mark.parametrize(
    "line",
    [
        "from muniment.records.models import Record",
        "import muniment.db",
        "from muniment import db",
        "import muniment_other",
    ],
)
def test_an_import_behind_the_interface(check: Check, line: str) -> None:
    fine = (
        "from muniment.api import Job\nfrom muniment import api\nimport muniment.testing.fakes\nimport muniment_probe\n"
    )
    check("it_imports_the_public_interface_only", files={"fine.py": fine})
    with pytest.raises(AssertionError, match=r"muniment\.api"):
        check("it_imports_the_public_interface_only", files={"wrong.py": f"{line}\n"})


def test_an_import_that_comes_with_looking_for_plugins(site: Path) -> None:
    """In another process, as the check looks."""
    script = (
        "from muniment.testing.conformance import PluginConformance\n"
        "class Probe(PluginConformance):\n    plugin = 'probe'\n"
        "from muniment.testing.conformance.bench import find_installed\n"
        "Probe().test_it_is_found_without_being_imported(find_installed('probe'))\n"
    )
    command = [sys.executable, "-c", script]
    environment = {"PYTHONPATH": str(site), "PATH": ""}
    fine = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert fine.returncode == 0, fine.stderr
    (site / "sitecustomize.py").write_text("import muniment_probe.plugin\n", encoding="utf-8")
    wrong = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "something imports the plugin" in wrong.stderr


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with an installed plugin."""
    package, info = tmp_path / "muniment_probe", tmp_path / "muniment_probe-1.0.dist-info"
    for folder in (package, info):
        folder.mkdir()
    (package / "__init__.py").touch()
    (package / "plugin.py").write_text("class Plugin: ...\n", encoding="utf-8")
    manifest = 'name = "probe"\ntitle = "P"\ndescription = "A probe."\ncategory = "service"\nhook_api = 0\n'
    (package / "plugin.toml").write_text(manifest, encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: muniment-probe\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[muniment.plugins]\nprobe = muniment_probe.plugin:Plugin\n", "utf-8")
    return tmp_path


@dataclass(frozen=True)
class Stray(Event):
    """An event whose name is not the plugin's."""

    name: ClassVar[str] = "other.happened"


@pytest.mark.parametrize(
    ("words", "made"),
    [
        ("blueprint other", {"register_blueprints": pages(lambda number: "", name="other")}),
        ("permission other.manage", {"register_blueprints": pages(lambda number: "", who="other.manage")}),
        ("templates/other", {"files": {"templates/other/index.html": ""}}),
        ("part ext.other", {"register_record_parts": [RecordPart("ext.other")]}),
    ],
)
def test_a_name_that_is_not_its_own(check: Check, words: str, made: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match=words):
        check("its_names_begin_with_its_own", **made)


def test_an_event_with_a_name_that_is_not_its_own(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stray, "__module__", "muniment_probe.events")
    with pytest.raises(AssertionError, match=r"event other\.happened"):
        check("its_names_begin_with_its_own")


@pytest.mark.parametrize(
    ("words", "quality"),
    [
        ("needs a reason", "[exempt]\nsecrets_are_not_shown = ''"),
        ("needs a reason", "[exempt]\nsecrets_are_not_shown = 'because'"),
        ("did you mean 'secrets_are_not_shown'", "[exempt]\nsecrets_are_not_show = 'A reason in several words.'"),
        ("different tiers", "tier = 'silver'"),
        ("tier must be one of", "tier = 'platinum'"),
        ("unknown key", "level = 'gold'"),
        ("not valid TOML", "tier ="),
    ],
)
def test_a_quality_file_with_a_mistake(check: Check, words: str, quality: str) -> None:
    with pytest.raises(AssertionError, match=words):
        check("its_quality_file_is_in_order", files={"../quality.toml": quality})


def test_a_tier_that_is_claimed_without_a_quality_file(check: Check) -> None:
    with pytest.raises(AssertionError, match="claims a tier"):
        check("its_quality_file_is_in_order", {"tier": "silver"})


# Loading --------------------------------------------------------------------------------------------------------------


def test_a_plugin_that_is_not_installed_is_named() -> None:
    with pytest.raises(AssertionError, match="'probe' is not installed; install its distribution first"):
        find_installed("probe")


def test_a_plugin_that_does_not_load(check: Check) -> None:
    with pytest.raises(Conflict, match="stays off"):
        check("it_loads_with_nothing_but_what_it_requires", register_nothing_known=[])


@pytest.mark.parametrize("line", ["from lxml import etree", "import requests.sessions"])
def test_a_heavy_library_at_the_start(check: Check, site: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """The start is seen in another process, which finds the plugin that is installed in the folder."""
    monkeypatch.setenv("PYTHONPATH", str(site))
    (site / "muniment_probe" / "plugin.py").write_text(
        "class Plugin:\n    def __init__(self, context): ...\n", encoding="utf-8"
    )
    check("it_starts_without_heavy_libraries")
    with (site / "muniment_probe" / "plugin.py").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    with pytest.raises(AssertionError, match="import these in the functions that use them"):
        check("it_starts_without_heavy_libraries")


class Unmarked:
    def __init__(self, context: Any) -> None:
        self.context = context

    def register_jobs(self) -> list[Job]:
        return job()


def test_a_hook_that_is_not_marked(check: Check) -> None:
    with pytest.raises(AssertionError, match="mark them with @implements"):
        check("no_method_looks_like_a_hook_without_being_one", plugin_class=Unmarked)


def test_a_deprecated_hook(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Hooks.meta
    monkeypatch.setattr(Hooks, "meta", lambda self, name: replace(real(self, name), deprecated="since 0.2"))
    with pytest.raises(AssertionError, match="register_jobs"):
        check("it_implements_no_deprecated_hook", register_jobs=job())


@pytest.mark.parametrize(
    ("manifest", "made"),
    [({}, {"render_slot": lambda slot: []}), ({"slots": ["record.sidebar"]}, {})],
    ids=["fills and lists none", "lists one and fills none"],
)
def test_slots_that_are_not_listed(check: Check, manifest: dict[str, Any], made: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="list under 'slots'"):
        check("it_lists_the_slots_that_it_fills", manifest, **made)


def declaring(function: Any) -> type:
    """A plugin class that declares one hook."""
    marked = hook(kind="collect", when="request", errors="raise", since="1.0")(function)
    hooks = type("Hooks", (), {"probe_find": marked})
    return type("Plugin", (), {"Hooks": hooks, "__init__": lambda self, context: None})


def _fine(self: Any, key: str) -> list[str]:
    """Find what belongs to a key, outside any transaction.

    :param key: what is looked for.
    :returns: what was found.
    """
    return []


def _bare(self: Any, key: str) -> None: ...


def _untyped(self: Any, key) -> list[str]:  # type: ignore[no-untyped-def]
    """Find what belongs to a key, outside any transaction.

    :param key: what is looked for.
    :returns: what was found.
    """
    return []


def _silent(self: Any, key: str) -> list[str]:
    """Find what belongs to a key, outside any transaction.

    :param key: what is looked for.
    """
    return []


def test_own_hooks_that_are_not_described(check: Check) -> None:
    check("its_own_hooks_are_described", plugin_class=declaring(_fine))
    for function, words in ((_bare, "when it is called"), (_untyped, "a type"), (_silent, ":returns:")):
        with pytest.raises(AssertionError, match=words):
            check("its_own_hooks_are_described", plugin_class=declaring(function))


_kept: list[Any] = []


class Hoarder:
    """Keeps every instance of itself, as a module that remembers 'the' plugin does."""

    def __init__(self, context: Any) -> None:
        _kept.append(self)


class Listener:
    """Connects to a signal of Flask in every generation."""

    def __init__(self, context: Any) -> None:
        signals.request_started.connect(self._hear, weak=False)

    def _hear(self, *_arguments: Any, **_more: Any) -> None:
        pass


class Starter:
    """Starts a thread in every generation."""

    stop = threading.Event()

    def __init__(self, context: Any) -> None:
        threading.Thread(target=self.stop.wait, daemon=True).start()


@pytest.mark.parametrize("kind", [Hoarder, Listener, Starter])
def test_what_is_left_over_after_rebuilds(check: Check, kind: type, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dict(signals.request_started.receivers)
    monkeypatch.setattr(Starter, "stop", threading.Event())
    try:
        with pytest.raises(AssertionError):
            check("nothing_of_it_is_left_over_after_rebuilds", plugin_class=kind)
    finally:
        _kept.clear()
        Starter.stop.set()
        for key in signals.request_started.receivers.keys() - before.keys():
            del signals.request_started.receivers[key]


# Switching ------------------------------------------------------------------------------------------------------------


def test_a_table_that_does_not_begin_with_its_name(check: Check) -> None:
    with pytest.raises(AssertionError, match="other_things"):
        check("switching_it_on_and_off_leaves_the_core_as_it_was", migrations=migrations("other_things", "pass"))


def test_a_migration_that_writes_into_the_core(check: Check) -> None:
    writes = migrations(down="op.drop_table('probe_things')")
    writes["one.py"] = writes["one.py"].replace(
        "\ndef downgrade", '    op.execute("UPDATE vocabularies SET generation = generation + 1")\n\ndef downgrade'
    )
    with pytest.raises(AssertionError, match="core's tables have changed"):
        check("switching_it_on_and_off_leaves_the_core_as_it_was", migrations=writes)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("purging_it_leaves_no_table_and_no_setting", "purging leaves tables"),
        ("migrations_go_down_to_nothing_and_up_again", "the way down leaves tables"),
    ],
)
def test_a_way_down_that_leaves_tables(check: Check, name: str, words: str) -> None:
    more = "op.create_table('probe_left', sa.Column('id', sa.Integer(), primary_key=True))"
    two = migrations()
    two["one.py"] = two["one.py"].replace("\ndef downgrade", f"    {more}\n\ndef downgrade")
    with pytest.raises(AssertionError, match=words):
        check(name, migrations=two)


# Tables ---------------------------------------------------------------------------------------------------------------


def test_migrations_without_models(check: Check) -> None:
    with pytest.raises(AssertionError, match="models and migrations both"):
        check("migrations_make_what_the_models_say", migrations=migrations())


def test_classes_and_relationships_on_those_of_the_core() -> None:
    """In another process: what is mapped once stays mapped."""
    script = """
import muniment.models as models
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, backref, configure_mappers, mapped_column, relationship
from muniment.testing.conformance.table_checks import classes_on_the_core

configure_mappers()
print(classes_on_the_core())

class ProbeNote(models.Base):
    __tablename__ = "probe_notes"
    __module__ = "muniment_probe.models"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.subject_id"))

from muniment.users.account_models import User
User.probe_notes = relationship(ProbeNote)
configure_mappers()
print(classes_on_the_core())
"""
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert result.stdout.splitlines() == ["[]", "['ProbeNote', 'User.probe_notes']"], result.stderr


def test_a_column_of_its_own_in_a_core_table(check: Check) -> None:
    changed = migrations()
    changed["one.py"] = changed["one.py"].replace(
        "\ndef downgrade", "    op.add_column('users', sa.Column('probe_note', sa.Integer()))\n\ndef downgrade"
    )
    with pytest.raises(AssertionError, match="the core's tables are not as its models say"):
        check("it_leaves_tables_and_classes_of_the_core_alone", migrations=changed)


# Settings -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "made"),
    [
        ("label", {"size": fields.Integer(load_default=1, metadata={"help": "How large."})}),
        ("help", {"size": fields.Integer(load_default=1, metadata={"label": "Size"})}),
        ("needs a default", {"size": fields.Integer(required=True, metadata=LABELLED)}),
        ("small letters", {"Size": fields.Integer(load_default=1, metadata=LABELLED)}),
        (
            "would be refused",
            {"size": fields.Integer(load_default=0, validate=lambda value: _refuse(value), metadata=LABELLED)},
        ),
    ],
)
def test_a_setting_that_is_not_explained_or_not_valid(check: Check, words: str, made: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match=words):
        check("settings_are_explained_and_their_defaults_are_valid", settings=settings(**made))


def _refuse(value: int) -> None:
    if value < 1:
        raise ValidationError("must be greater than 0")


def test_a_secret_that_is_not_kept(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AssertionError, match="looks like a secret"):
        check("secrets_are_not_shown", settings=settings(api_key=fields.String(load_default="", metadata=LABELLED)))
    secret = {**LABELLED, "secret": True}
    with pytest.raises(AssertionError, match="stands in the source"):
        check("secrets_are_not_shown", settings=settings(key=fields.String(load_default="hunter2", metadata=secret)))
    monkeypatch.setattr("muniment.plugins.setting_fields.is_secret", lambda schema, key: False)
    with pytest.raises(AssertionError, match="the form shows key"):
        check("secrets_are_not_shown", settings=settings(key=fields.String(load_default="", metadata=secret)))


def test_every_check_is_proven() -> None:
    """Whoever adds a check adds a plugin that gets it wrong."""
    source = "".join(file.read_text("utf-8") for file in Path(__file__).parent.glob("test_*.py"))
    tried = set(re.findall(r'"(\w+)"(?:,\s|\))', source)) | set(re.findall(r"test_(\w+)\(", source))
    assert {name.removeprefix("test_") for name in dir(PluginConformance) if name.startswith("test_")} - tried == set()
