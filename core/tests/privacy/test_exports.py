"""What people get when they ask for what is stored about them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from muniment.db.base import Base
from muniment.errors import NotFound, TooManyRequests
from muniment.privacy import exports
from muniment.privacy.archive import SECRET
from muniment.privacy.job import sweep
from muniment.repository import Repository
from muniment.testing.people import Person


@pytest.fixture
def rich(repository: Repository, ada: Person, make_record: Any, make_draft: Any) -> dict[str, str]:
    """Ada with something in every table of the core that has a subject; the secrets and numbers by name."""
    repository.users.update_profile(
        ada.actor,
        ada.subject,
        {"full_name": "Needle Fullname", "affiliations": "Needle Institute", "username": "needle_user"},
    )
    repository.users.request_email_change(ada.subject, "needle-new@example.org", ada.password)
    repository.sessions.start(ada.subject, ip="192.0.2.77", user_agent="Mozilla/5.0 (X11; Linux) Firefox/140.0")
    record = make_record(files={"data/a.csv": b"a,b\n"})
    return {
        "token": repository.tokens.create(ada.subject, "needle token"),
        "link": repository.users.one_time_link(ada.subject, "invite").partition("token=")[2],
        "record": record.id,
        "draft": make_draft("Needle draft").id,
    }


def archive_of(repository: Repository, person: Person) -> dict[str, Any]:
    """Every file of a person's export; JSON is read."""
    target = io.BytesIO()
    repository.data_exports.write(person.subject, target)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        return {
            name: json.loads(archive.read(name)) if name.endswith(".json") else archive.read(name).decode()
            for name in archive.namelist()
        }


def test_it_holds_every_category_with_its_reasons_and_the_rows(
    repository: Repository, ada: Person, rich: dict[str, str]
) -> None:
    found = archive_of(repository, ada)
    for category, store in repository.privacy.owned_tables():
        told = found[f"data/{category.id}.json"]
        assert told["category"]["purposes"] == list(category.purposes)
        assert store.model.__tablename__ in told["tables"]
    assert found["data/user.email.json"]["tables"]["users"][0]["email"] == ada.email
    assert found["data/user.email.json"]["tables"]["users"][0]["pending_email"] == "needle-new@example.org"
    assert found["data/user.full_name.json"]["tables"]["users"][0]["full_name"] == "Needle Fullname"
    assert found["data/session.devices.json"]["tables"]["sessions"][0]["ip"] == "192.0.2.77"
    assert found["data/oauth.tokens.json"]["tables"]["access_tokens"][0]["name"] == "needle token"
    assert [row["action"] for row in found["data/audit.user.json"]["tables"]["audit_entries"]].count(
        "token.create"
    ) == 1
    assert "README.txt" in found
    assert {entry["id"] for entry in found["privacy-notice.json"]} == set(repository.privacy.categories)


def test_every_marked_column_of_a_table_with_a_subject_is_in_it(
    repository: Repository, ada: Person, rich: dict[str, str]
) -> None:
    """A new column is exported without anybody thinking of it."""
    found = archive_of(repository, ada)
    for category, store in repository.privacy.owned_tables():
        rows = found[f"data/{category.id}.json"]["tables"][store.model.__tablename__]
        wanted = {column.name for column in store.model.__table__.columns if column.info.get("privacy") == category.id}
        for row in rows:
            assert wanted <= set(row), (category.id, store.model.__tablename__)


def test_secrets_are_left_out(repository: Repository, ada: Person, rich: dict[str, str]) -> None:
    found = archive_of(repository, ada)
    assert found["data/oauth.tokens.json"]["tables"]["access_tokens"][0]["token_hash"] == SECRET
    assert found["data/user.credentials.json"]["tables"]["password_credentials"][0]["password_hash"] == SECRET
    text = json.dumps(found)
    assert "argon2" not in text.replace("argon2 hash of the password", "")
    assert rich["token"] not in text


def test_every_column_of_a_hash_in_a_personal_table_is_marked_as_secret() -> None:
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if "privacy" in column.info and "hash" in column.name:
                assert column.info.get("privacy_secret"), f"{table.name}.{column.name}"


def test_drafts_records_and_files_are_listed(repository: Repository, ada: Person, rich: dict[str, str]) -> None:
    found = archive_of(repository, ada)
    assert found[f"user.deposits/drafts/{rich['draft']}.json"]["metadata"]["title"] == "Needle draft"
    assert found[f"user.deposits/records/{rich['record']}.json"]["id"] == rich["record"]
    assert {(entry["kind"], entry["id"]) for entry in found["user.deposits/uploads.json"]} == {
        ("draft", rich["draft"]),
        ("record", rich["record"]),
    }
    (file,) = found["user.deposits/files.json"]
    assert (file["record"], file["name"], file["size"]) == (rich["record"], "data/a.csv", 4)
    assert file["link"].startswith("http")


def test_nothing_of_somebody_else_is_in_it(
    repository: Repository, ada: Person, grace: Person, rich: dict[str, str]
) -> None:
    text = json.dumps(archive_of(repository, grace))
    assert "eedle" not in text
    assert ada.email not in text


def test_a_small_export_is_ready_at_once_and_kept_for_a_week(repository: Repository, ada: Person) -> None:
    with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as clock:
        row = repository.data_exports.request(ada.actor, ada.subject)
        assert row.state == "ready"
        path, _ = repository.data_exports.file(ada.subject, row.id)
        assert path.stat().st_size == row.size
        assert path.stat().st_mode & 0o077 == 0
        clock.shift(timedelta(days=7, seconds=-1))
        sweep(repository)
        assert path.exists()
        clock.shift(1)
        assert repository.data_exports.of(ada.subject) is None
        with pytest.raises(NotFound):
            repository.data_exports.file(ada.subject, row.id)
        assert "privacy.exports: 1" in sweep(repository)
        assert not path.exists()


def test_the_worker_makes_a_large_one_and_tells_the_person(
    repository: Repository,
    ada: Person,
    rich: dict[str, str],
    run_jobs: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    row = repository.data_exports.request(ada.actor, ada.subject)
    assert row.state == "waiting"
    with pytest.raises(NotFound):
        repository.data_exports.file(ada.subject, row.id)
    run_jobs()
    made = repository.data_exports.of(ada.subject)
    assert made is not None
    assert made.state == "ready"
    assert repository.data_exports.file(ada.subject, row.id)[0].is_file()
    (message,) = repository.mail.mailbox.glob("*data-export-ready*.eml")
    assert "/account/settings/privacy" in message.read_text()


def test_another_request_replaces_the_file_of_the_one_before(repository: Repository, ada: Person) -> None:
    first = repository.data_exports.request(ada.actor, ada.subject)
    path, _ = repository.data_exports.file(ada.subject, first.id)
    second = repository.data_exports.request(ada.actor, ada.subject)
    assert not path.exists()
    found = repository.data_exports.of(ada.subject)
    assert found is not None
    assert found.id == second.id
    with pytest.raises(NotFound):
        repository.data_exports.file(ada.subject, first.id)


def test_asking_is_limited(repository: Repository, ada: Person) -> None:
    for _ in range(5):
        repository.data_exports.request(ada.actor, ada.subject)
    with pytest.raises(TooManyRequests):
        repository.data_exports.request(ada.actor, ada.subject)


def test_nobody_gets_the_file_of_somebody_else(repository: Repository, ada: Person, grace: Person) -> None:
    row = repository.data_exports.request(ada.actor, ada.subject)
    with pytest.raises(NotFound):
        repository.data_exports.file(grace.subject, row.id)


def test_files_that_belong_to_no_export_are_swept(repository: Repository, ada: Person) -> None:
    row = repository.data_exports.request(ada.actor, ada.subject)
    path, _ = repository.data_exports.file(ada.subject, row.id)
    left = repository.data_exports.folder / "left.zip.part"
    left.write_bytes(b"half")
    sweep(repository)
    assert not left.exists()
    assert path.exists()
    path.unlink()
    with pytest.raises(NotFound, match="gone"):
        repository.data_exports.file(ada.subject, row.id)
