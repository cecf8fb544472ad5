"""Plugins of one file in the instance's folder: six lines are enough, and what is wrong with one is told."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from muniment.access.actor import SYSTEM
from muniment.backup.restoring import Choices, restore
from muniment.backup.writing import back_up
from muniment.errors import Conflict
from muniment.plugins.discovery import discover
from muniment.plugins.local import _in_memory, local_plugins
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.web.app import create_app
from muniment.web.generations import RepositoryGenerations
from muniment.web.wsgi import Application

SIX_LINES = """\
from muniment.api import Fragment, implements

class Plugin:
    @implements
    def render_slot(self, slot):
        return [Fragment("Hello, world")] if slot == "front.main" else []
"""


@pytest.fixture
def drop(instance: Instance) -> Iterator[Callable[[str, str], Path]]:
    """Drops a file into the instance's folder of plugins."""

    def make(name: str, text: str) -> Path:
        instance.plugins.mkdir(exist_ok=True)
        file = instance.plugins / f"{name}.py"
        file.write_text(text)
        return file

    yield make
    _in_memory.clear()


def test_six_lines_are_a_plugin(repository: Repository, drop: Callable[[str, str], Path]) -> None:
    drop("hello", SIX_LINES)
    assert repository.plugins.enable("hello", SYSTEM) == ["hello"]
    client = create_app(repository.successor()).test_client()
    assert "Hello, world" in client.get("/").text
    report = repository.successor().plugins.report("hello")
    assert (report.state, report.title, report.version) == ("enabled", "Hello", "local")
    repository.plugins.disable("hello", SYSTEM)
    assert "Hello, world" not in create_app(repository.successor()).test_client().get("/").text


def test_a_running_site_takes_it(repository: Repository, drop: Callable[[str, str], Path]) -> None:
    site = Application(RepositoryGenerations(repository))
    drop("hello", SIX_LINES)
    repository.plugins.enable("hello", SYSTEM)
    before = site.number
    site.refresh(force=True)
    assert site.number > before


def test_it_describes_itself_without_being_imported(
    instance: Instance, drop: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(
        "well_said",
        '''# /// plugin
# title = "Well said"
# guards = false
# slots = ["front.main"]
# ///
"""Says something well.

And more."""
raise RuntimeError("imported")
''',
    )
    plugin = discover(instance.plugins).plugins["well-said"]
    manifest = plugin.manifest
    assert (manifest.title, manifest.description) == ("Well said", "Says something well.")
    assert (manifest.guards, manifest.slots, manifest.personal_data) == (False, ("front.main",), False)
    assert (plugin.migrations, plugin.is_imported) == (None, False)


def test_files_that_begin_with_an_underscore_are_no_plugins(
    instance: Instance, drop: Callable[[str, str], Path]
) -> None:
    drop("_shared", "x = 1")
    assert local_plugins(instance.plugins) == ({}, {})
    assert local_plugins(instance.path / "nowhere") == ({}, {})


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("hello", "def", "hello.py is no valid Python: .* in line 1"),
        ("hello", "# /// plugin\n# title = \n# ///\n", "the comment after '# /// plugin' is not valid TOML"),
        ("hello", '# /// plugin\n# titel = "x"\n# ///\n', "unknown key 'titel'. Did you mean 'title'"),
        ("hello", '# /// plugin\n# name = "other"\n# ///\n', "plugin 'hello' calls itself 'other'"),
        ("password", SIX_LINES, r"a plugin named 'password' is installed already \(muniment-core\); rename the file"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(
    repository: Repository, drop: Callable[[str, str], Path], name: str, text: str, words: str
) -> None:
    drop(name, text)
    if name == "hello":
        with pytest.raises(Conflict, match=words):
            repository.plugins.enable(name, SYSTEM)
        assert repository.plugins.report(name).state == "broken"
    else:
        assert repository.plugins.report(name).state == "built in"
    assert discover(repository.instance.plugins).broken.keys() == {name}
    assert not repository.successor().read_only


def test_one_without_the_class_is_told(repository: Repository, drop: Callable[[str, str], Path]) -> None:
    drop("hello", "class Plugn: ...")
    with pytest.raises(Conflict, match=r"hello\.py has no class Plugin; that is what is loaded"):
        repository.plugins.enable("hello", SYSTEM)


def test_one_that_raises_is_imported_again_after_it_was_mended(
    repository: Repository, drop: Callable[[str, str], Path]
) -> None:
    drop("hello", "raise ValueError('broken on purpose')")
    with pytest.raises(Conflict, match="broken on purpose"):
        repository.plugins.enable("hello", SYSTEM)
    drop("hello", SIX_LINES)
    assert repository.plugins.enable("hello", SYSTEM) == ["hello"]


@pytest.mark.parametrize("gone", [True, False])
def test_a_file_that_changes_while_it_runs_needs_a_restart(
    repository: Repository, drop: Callable[[str, str], Path], gone: bool
) -> None:
    file = drop("hello", SIX_LINES)
    repository.plugins.enable("hello", SYSTEM)
    serving = repository.successor()
    assert serving.plugins.report("hello").trouble is None
    if gone:
        file.unlink()
    else:
        file.write_text(SIX_LINES.replace("world", "universe"))
        os.utime(file, (1, 1))
    after = serving.successor()
    assert ("hello" in after.generation.names) is not gone
    report = after.plugins.report("hello")
    assert report.trouble is not None
    assert ("enabled but not installed" if gone else "Restart the site") in report.trouble.sentence


def test_it_has_settings_like_any_other(repository: Repository, drop: Callable[[str, str], Path]) -> None:
    drop(
        "hello",
        "from marshmallow import Schema, fields\n"
        "class Plugin:\n"
        "    class Settings(Schema):\n"
        "        whom = fields.String(load_default='world')\n",
    )
    repository.plugin_settings.change("hello", {"whom": "Ada"}, SYSTEM)
    repository.plugins.enable("hello", SYSTEM)
    after = repository.successor()
    assert after.settings("hello").whom == "Ada"
    assert after.generation.plugins[-1].plugin.context.settings.whom == "Ada"


def test_it_goes_with_the_backup(repository: Repository, drop: Callable[[str, str], Path], tmp_path: Path) -> None:
    drop("hello", SIX_LINES)
    repository.plugins.enable("hello", SYSTEM)
    back_up(repository.instance, repository.database, tmp_path / "backup")
    choices = Choices(database_url=f"sqlite:///{tmp_path / 'other.db'}")
    restored = restore(tmp_path / "backup", tmp_path / "other", choices, environ={}).instance
    other = Repository(Instance.load(restored.path, {}), environ={})
    assert "hello" in other.generation.names
    other.close()
