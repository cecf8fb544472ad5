"""`muniment init`, `upgrade`, `backup` and `restore` on whole instances."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import Result

from muniment.cli.init import SetUp
from muniment.cli.session import Session
from muniment.cli.start import how_to_sign_in, prepare
from muniment.repository import Repository
from muniment.settings.instance import Instance

Run = Callable[..., Result]


@pytest.fixture
def empty(tmp_path: Path, run: Run) -> Path:
    """A new instance without vocabularies."""
    result = run("init", tmp_path / "new", "--without-vocabularies", "--name", 'A "new" one')
    assert result.exit_code == 0, result.output
    return tmp_path / "new"


def test_a_new_instance_has_everything_but_a_default_password(empty: Path, run: Run) -> None:
    instance = Instance.load(empty, environ={})
    assert instance.config.site.name == 'A "new" one'
    assert {"datacite", "importers"} <= set(instance.config.plugins.enabled)
    for name in ("templates", "static", "plugins", "var"):
        assert (empty / name).is_dir()
    assert stat.S_IMODE((empty / "var" / "secret_key").stat().st_mode) == 0o600
    assert not (empty / "var" / "setting-up").exists()
    rows = orjson.loads(run("--instance", empty, "users", "list", "--json").stdout)
    assert [row["email"] for row in rows] == ["admin@localhost"]
    assert run("--instance", empty, "upgrade", "--check").exit_code == 0


def test_init_prints_a_link_that_sets_the_password(tmp_path: Path, run: Run) -> None:
    result = run("init", tmp_path / "new", "--without-vocabularies", "--administrator", "marie@example.org")
    link = result.output.splitlines()[-1]
    assert link.startswith("http://localhost:5000/set-password?token=")
    repository = Repository(Instance.load(tmp_path / "new", environ={}))
    try:
        repository.users.reset_password(link.partition("=")[2], "a very long sentence as password")
        user = repository.users.authenticate("marie@example.org", "a very long sentence as password")
        assert [role.name for role in user.roles] == ["administrator"]
    finally:
        repository.close()


def test_init_again_changes_nothing_but_the_link(empty: Path, run: Run) -> None:
    text = (empty / "instance.toml").read_text()
    result = run("--instance", empty, "init")
    assert result.exit_code == 0
    assert "Made the database" not in result.output
    assert (empty / "instance.toml").read_text() == text


def test_init_refuses_a_folder_with_other_things(tmp_path: Path, run: Run) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "holiday.jpg").touch()
    result = run("init", tmp_path / "photos")
    assert result.exit_code == 1
    assert "not empty" in result.output
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["holiday.jpg"]


def test_init_names_a_plugin_that_cannot_be_enabled(tmp_path: Path, run: Run) -> None:
    (tmp_path / "instance.toml").write_text('[plugins]\nenabled = ["teleport"]\n')
    result = run("--instance", tmp_path, "init")
    assert result.exit_code == 1
    assert "plugins.enabled" in result.output
    assert "teleport" in result.output


def test_setting_up_goes_on_after_a_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "instance.toml").write_text('[plugins]\nenabled = ["importers"]\n')
    session = Session(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(SetUp, "_enable_plugins", lambda _self: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            prepare(session, with_sample=False)
    session.close()
    session = Session(tmp_path)
    prepare(session, with_sample=False)
    assert "importers" in session.repository.generation.names
    assert not SetUp(session).needed
    session.close()


def test_the_sample_is_loaded_to_its_end_after_a_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "instance.toml").write_text("[site]\n")
    calls = []

    def load(_session: Session) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr("muniment.cli.sample.load_sample_of", load)
    with pytest.raises(KeyboardInterrupt):
        prepare(Session(tmp_path), with_sample=True)
    session = Session(tmp_path)
    prepare(session, with_sample=True)
    prepare(session, with_sample=True)
    assert len(calls) == 2
    session.close()


def test_an_older_instance_is_upgraded_and_says_so(empty: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    (empty / "var" / "release").write_text("0.0.9\n")
    assert run("--instance", empty, "upgrade", "--check").exit_code == 1
    session = Session(empty)
    prepare(session, with_sample=True)
    session.close()
    assert "Upgraded the instance to this version." in capsys.readouterr().out
    assert run("--instance", empty, "upgrade", "--check").exit_code == 0


def test_pending_migrations_are_named_backed_up_and_applied(empty: Path, run: Run) -> None:
    session = Session(empty)
    with session.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version_datacite")
        for (name,) in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'datacite_%'"
        ).fetchall():
            connection.exec_driver_sql(f"DROP TABLE {name}")
    session.close()
    result = run("--instance", empty, "upgrade", "--check")
    assert result.exit_code == 1
    assert "datacite: from nothing to" in result.output
    assert run("--instance", empty, "db", "status").exit_code == 1
    result = run("--instance", empty, "upgrade")
    assert result.exit_code == 0, result.output
    assert "Backed up to" in result.output
    assert "datacite: tables upgraded" in result.output
    (backup,) = (empty / "var" / "backups").iterdir()
    assert run("restore", backup, "--verify").exit_code == 0
    result = run("--instance", empty, "upgrade")
    assert "Backed up" not in result.output


@pytest.mark.parametrize("arguments", [("upgrade",), ("upgrade", "--check"), ("db", "upgrade"), ("doctor",)])
def test_tables_of_newer_software_are_refused(empty: Path, run: Run, arguments: tuple[str, ...]) -> None:
    session = Session(empty)
    with session.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
    session.close()
    result = run("--instance", empty, *arguments)
    assert result.exit_code == 1
    assert "0999" in result.output
    assert "newer software" in result.output


def test_backup_and_restore(empty: Path, run: Run, tmp_path: Path) -> None:
    run("--instance", empty, "users", "create", "marie@example.org", "--confirmed")
    result = run("--instance", empty, "backup", "--verify", "--json")
    assert result.exit_code == 0, result.output
    folder = Path(orjson.loads(result.stdout)["folder"])
    assert folder.parent == empty / "var" / "backups"
    result = run("--instance", tmp_path / "restored", "restore", folder)
    assert result.exit_code == 0, result.output
    before, after = (
        orjson.loads(run("--instance", path, "users", "list", "--json").stdout)
        for path in (empty, tmp_path / "restored")
    )
    assert before == after
    assert run("--instance", tmp_path / "restored", "doctor").exit_code == 0
    assert run("--instance", tmp_path / "restored", "upgrade", "--check").exit_code == 0
    result = run("--instance", empty, "restore", folder)
    assert result.exit_code == 1
    assert "--database-url" in result.output


def test_a_backup_with_missing_files_exits_with_1(
    run: Run, instance: Instance, repository: Repository, make_record: Callable[..., Any], tmp_path: Path
) -> None:
    make_record("With a file", files={"a.txt": b"bytes"})
    for path in (instance.var / "files").glob("??/*"):
        path.unlink()
    repository.deliveries.run_until_idle()
    result = run("--instance", instance.path, "backup", tmp_path / "backup")
    assert result.exit_code == 1
    assert "Not backed up" in result.output
    assert "Backed up" in result.output


def test_restoring_what_is_no_backup(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    result = run("--instance", tmp_path / "new", "restore", tmp_path / "x")
    assert result.exit_code == 1
    assert "no backup" in result.output
    assert run("--instance", tmp_path / "new", "restore", tmp_path / "none").exit_code == 2
    assert not (tmp_path / "new").exists()


def test_the_last_line_of_a_start_tells_how_to_sign_in() -> None:
    line = how_to_sign_in("http://localhost:5000", "admin@localhost", "http://localhost:5000/set-password?token=x")
    assert "http://localhost:5000/set-password?token=x" in line
    assert "http://localhost:5000/login" in how_to_sign_in("http://localhost:5000", "admin@localhost", None)
