"""`muniment doctor` finds what is wrong and names it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from click.testing import Result
from sqlalchemy import text, update

from muniment.backup.marker import NAME as RESTORING
from muniment.cli.session import Session
from muniment.events.models import Delivery
from muniment.health.examination import examine
from muniment.health.finding import Finding
from muniment.jobs.models import JobRow
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.settings.instance_lock import RunLock


@pytest.fixture
def findings(instance: Instance, repository: Repository) -> Iterator[Callable[..., dict[str, Finding]]]:
    """What doctor finds, the worst of each check."""
    sessions = []

    def look(*, deep: bool = False) -> dict[str, Finding]:
        session = Session(instance.path)
        sessions.append(session)
        worst: dict[str, Finding] = {}
        for finding in examine(session, deep=deep):
            known = worst.get(finding.check)
            if known is None or _RANK[finding.state] > _RANK[known.state]:
                worst[finding.check] = finding
        return worst

    yield look
    for session in sessions:
        session.close()


_RANK = {"ok": 0, "warning": 1, "error": 2}


def test_a_new_instance_is_well(command: Callable[..., Result], instance: Instance) -> None:
    from muniment.health.release import mark_current

    mark_current(instance)
    result = command("doctor", "--json")
    assert result.exit_code == 0, result.output
    found = {row["check"]: row["state"] for row in orjson.loads(result.stdout)}
    assert {name for name, state in found.items() if state == "warning"} == {"mail", "backup"}
    assert "ERROR" not in command("doctor").output


def test_a_wrong_configuration(command: Callable[..., Result], instance: Instance) -> None:
    (instance.path / "instance.toml").write_text("[site]\nnmae = 'x'\n")
    result = command("doctor")
    assert result.exit_code == 1
    assert "nmae" in result.output


def test_a_key_that_others_can_read(findings: Any, instance: Instance) -> None:
    _ = instance.secret_key
    (instance.var / "secret_key").chmod(0o644)
    assert "chmod 600" in findings()["secret key"].message


def test_a_restore_that_was_cut_off(findings: Any, instance: Instance) -> None:
    (instance.var / RESTORING).write_text("x")
    found = findings()
    assert found.keys() == {"configuration"}
    assert "muniment restore" in found["configuration"].message


def test_a_damaged_database(findings: Any, repository: Repository) -> None:
    if not repository.database.is_sqlite:
        pytest.skip("PostgreSQL looks after its own files")
    repository.close()
    path = repository.database.path
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 40] = b"\xff" * (4096 * 37)
    path.write_bytes(content)
    found = findings()
    assert found["database"].state == "error"
    assert "plugins" not in found


def test_rows_that_refer_to_nothing(findings: Any, repository: Repository) -> None:
    if not repository.database.is_sqlite:
        pytest.skip("PostgreSQL cannot be told to forget its references")
    with repository.database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("INSERT INTO user_roles (user_id, role_id) VALUES (77, 88)")
        raw.commit()
        raw.execute("PRAGMA foreign_keys=ON")
    assert "user_roles" in findings()["database"].message


def test_tables_of_an_older_version(findings: Any, repository: Repository) -> None:
    with repository.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    assert findings()["tables"].state == "error"


@pytest.mark.plugins("datacite")
def test_a_plugin_that_cannot_run(findings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from muniment_datacite.plugin import Plugin

    def broken(_self: object, _context: object) -> None:
        raise RuntimeError("no ticket")

    monkeypatch.setattr(Plugin, "__init__", broken)
    found = findings()
    assert found["plugins"].state == "error"


def test_a_full_disk(findings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(total=10, used=9, free=1))
    found = findings()["disk"]
    assert found.state == "error"
    assert "files.min_free_bytes" in found.message


def test_a_file_that_is_gone(findings: Any, instance: Instance, make_record: Callable[..., Any]) -> None:
    make_record("With a file", files={"a.txt": b"bytes"})
    assert findings()["files"].state == "ok"
    (path,) = (instance.var / "files").glob("??/*")
    path.unlink()
    assert "is missing" in findings()["files"].message


def test_a_file_with_other_bytes_is_found_by_a_deep_look(
    findings: Any, instance: Instance, make_record: Callable[..., Any]
) -> None:
    make_record("With a file", files={"a.txt": b"bytes"})
    assert findings(deep=True)["files"].state == "ok"
    (path,) = (instance.var / "files").glob("??/*")
    path.chmod(0o600)
    path.write_bytes(b"BYTES")
    assert findings()["files"].state == "ok"
    assert "other bytes" in findings(deep=True)["files"].message


def test_a_file_that_was_cut(findings: Any, instance: Instance, make_record: Callable[..., Any]) -> None:
    make_record("With a file", files={"a.txt": b"bytes"})
    (path,) = (instance.var / "files").glob("??/*")
    path.chmod(0o600)
    path.write_bytes(b"by")
    assert "2 bytes instead of 5" in findings()["files"].message


def test_deliveries_that_were_given_up(findings: Any, repository: Repository) -> None:
    repository.users.invite("marie@example.org")
    repository.deliveries.spread()
    assert findings()["deliveries"].state == "ok"
    with repository.database.write() as unit:
        unit.session.execute(update(Delivery).values(state="dead"))
    assert "1 were set aside" in findings()["deliveries"].message


def test_a_job_that_fails(findings: Any, repository: Repository) -> None:
    repository.jobs.run_due()  # plans them
    with repository.database.write() as unit:
        unit.session.execute(update(JobRow).values(last_error="Traceback\nOSError: no mail today", failures=3))
    found = findings()["jobs"]
    assert found.state == "warning"
    assert "no mail today" in found.message


def test_a_served_site_without_a_worker(findings: Any, instance: Instance) -> None:
    lock = RunLock(instance)
    lock.acquire()
    try:
        assert findings()["worker"].state == "error"
    finally:
        lock.release()
    assert findings()["worker"].state == "ok"


def test_an_upgrade_that_is_due(findings: Any, instance: Instance) -> None:
    from muniment.health.release import mark_current

    mark_current(instance)
    assert findings()["release"].state == "ok"
    (instance.var / "release").write_text("0.0.1")
    assert "muniment upgrade" in findings()["release"].message


def test_setting_up_that_was_cut_off(findings: Any, instance: Instance) -> None:
    (instance.var / "setting-up").touch()
    assert "muniment init" in findings()["release"].message


@pytest.mark.configuration("site", url="http://repository.example.org")
def test_a_public_site_without_encryption(findings: Any) -> None:
    assert "not encrypted" in findings()["site"].message


def test_backups(findings: Any, command: Callable[..., Result], instance: Instance, tmp_path: Path) -> None:
    assert "none was made" in findings()["backup"].message
    assert command("backup", tmp_path / "elsewhere").exit_code == 0
    assert findings()["backup"].state == "ok"
    (instance.var / "last-backup").unlink()
    assert command("backup").exit_code == 0
    (instance.var / "last-backup").unlink()
    assert findings()["backup"].state == "ok"
    (manifest,) = (instance.var / "backups").glob("*/manifest.json")
    manifest.write_text("{}")
    assert findings()["backup"].state == "warning"
    shutil.rmtree(instance.var / "backups")
