"""Which revisions a branch has is read from its files, and is what Alembic finds in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from muniment.db.engine import Database
from muniment.db.migrate import script_directory, upgrade
from muniment.db.revisions import CORE, Branch, current_revision, current_revisions, newest_revision, revisions
from muniment.errors import MunimentError


def write(folder: Path, name: str, before: object) -> None:
    (folder / f"{name}.py").write_text(f"revision = {name!r}\ndown_revision: object = {before!r}\n", encoding="utf-8")


def test_the_core_is_read_as_alembic_reads_it() -> None:
    scripts = script_directory(CORE)
    assert newest_revision(CORE) == scripts.get_current_head()
    assert set(revisions(CORE)) == {script.revision for script in scripts.walk_revisions()}


def test_a_branch_without_migrations_has_no_newest_one(tmp_path: Path) -> None:
    assert newest_revision(Branch("probe", tmp_path)) is None


def test_branches_that_were_merged_have_one_end(tmp_path: Path) -> None:
    write(tmp_path, "a", None)
    write(tmp_path, "b", "a")
    write(tmp_path, "c", "a")
    write(tmp_path, "d", ("b", "c"))
    branch = Branch("probe", tmp_path)
    assert newest_revision(branch) == "d" == script_directory(branch).get_current_head()
    assert revisions(branch)["d"] == ("b", "c")


def test_two_ends_are_an_error_that_names_both(tmp_path: Path) -> None:
    write(tmp_path, "a", None)
    write(tmp_path, "b", None)
    with pytest.raises(MunimentError, match=r"several ends: a, b"):
        newest_revision(Branch("probe", tmp_path))


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    branch = Branch("probe", tmp_path)
    write(tmp_path, "a", None)
    assert newest_revision(branch) == "a"
    (tmp_path / "a.py").write_text("revision = 'other'\ndown_revision = None\n", encoding="utf-8")
    assert newest_revision(branch) == "other"


def test_a_file_without_a_revision_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(MunimentError, match=r"a\.py names no revision"):
        newest_revision(Branch("probe", tmp_path))


def test_what_the_database_says(empty_database: Database, tmp_path: Path) -> None:
    probe, other = Branch("probe", tmp_path / "probe"), Branch("other", tmp_path / "other")
    probe.versions.mkdir()
    write(probe.versions, "one", None)
    branches = (CORE, other, probe)
    assert current_revision(empty_database, CORE) is None
    assert current_revisions(empty_database, branches) == {}
    upgrade(empty_database, CORE)
    assert current_revision(empty_database, CORE) == newest_revision(CORE)
    assert current_revisions(empty_database, branches) == {CORE: newest_revision(CORE)}
    with empty_database.write() as unit:
        unit.session.execute(text("CREATE TABLE alembic_version_probe (version_num VARCHAR(32))"))
        unit.session.execute(text("INSERT INTO alembic_version_probe VALUES ('one')"))
    assert current_revisions(empty_database, branches) == {CORE: newest_revision(CORE), probe: "one"}
