"""Secrets of plugins in a backup: encrypted as in the database, and readable where the backup's key is restored."""

from __future__ import annotations

from pathlib import Path

import pytest
from marshmallow import Schema, fields

from muniment.access.actor import SYSTEM
from muniment.backup.restoring import Choices, restore
from muniment.backup.writing import back_up
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.testing.fakes import FakePlugins

SETTINGS = type("Settings", (Schema,), {"password": fields.String(load_default="", metadata={"secret": True})})


@pytest.fixture
def backup(repository: Repository, fake_plugin: FakePlugins, tmp_path: Path) -> Path:
    """A backup of an instance with a secret setting."""
    fake_plugin("probe", settings=SETTINGS)
    repository.plugins.enable("probe", SYSTEM)
    repository.plugin_settings.change("probe", {"password": "correct horse"}, SYSTEM)
    target = tmp_path / "backup"
    back_up(repository.instance, repository.database, target)
    return target


def test_the_tables_of_a_backup_tell_no_secret(backup: Path) -> None:
    assert b"correct horse" not in b"".join(file.read_bytes() for file in backup.rglob("*.jsonl"))


def test_a_restored_instance_reads_its_secrets(backup: Path, tmp_path: Path) -> None:
    restored = restore(backup, tmp_path / "other", _elsewhere(tmp_path), environ={}).instance
    repository = Repository(restored, environ={})
    assert repository.settings("probe").password == "correct horse"
    repository.close()


def test_with_another_key_the_secret_is_asked_for_again(backup: Path, tmp_path: Path) -> None:
    restored = restore(backup, tmp_path / "other", _elsewhere(tmp_path), environ={}).instance
    (restored.var / "secret_key").write_bytes(b"another key that is long enough ...")
    repository = Repository(Instance.load(restored.path, {}), environ={})
    assert repository.settings("probe").password == ""
    (problem,) = repository.plugin_settings.problems()
    assert "bring back the key that belongs to this database, or set the value again" in problem.message
    repository.close()


def _elsewhere(tmp_path: Path) -> Choices:
    return Choices(database_url=f"sqlite:///{tmp_path / 'other.db'}")
