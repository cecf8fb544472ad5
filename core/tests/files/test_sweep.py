"""Leftovers go after their time, and nothing else does."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from muniment.backup.hold import no_removals
from muniment.files.errors import UploadGone
from muniment.files.models import File, RemovalHold, StoredObject, Upload
from muniment.files.storage import new_storage_key


@pytest.fixture
def draft(repository: Any, ada: Any) -> Any:
    return repository.records.create(ada.actor, {"metadata": {"title": "Bytes"}})


def kept(repository: Any) -> set[str]:
    return {key for key, _ in repository.files.storages.default.stored()}


def pass_days(repository: Any, days: float) -> None:
    """Let every clock of the tables look back as far as if `days` had passed."""
    back = timedelta(days=days)
    with repository.database.write() as unit:
        for row in unit.session.scalars(select(StoredObject).where(StoredObject.unreferenced.is_not(None))):
            row.unreferenced = row.unreferenced - back
        for upload in unit.session.scalars(select(Upload)):
            upload.expires = upload.expires - back


def test_unreferenced_bytes_go_after_seven_days(repository: Any, ada: Any, draft: Any) -> None:
    repository.files.add(ada.actor, draft.id, "a.txt", b"abc")
    repository.files.add(ada.actor, draft.id, "b.txt", b"bcd")
    repository.files.delete(ada.actor, draft.id, "a.txt")
    result = repository.files.sweep.run()
    assert (result.marked, result.objects) == (1, 0)
    pass_days(repository, 6.9)
    assert repository.files.sweep.run().objects == 0
    assert len(kept(repository)) == 2
    pass_days(repository, 0.2)
    assert repository.files.sweep.run().objects == 1
    assert len(kept(repository)) == 1
    with repository.files.download(ada.actor, draft.id, "b.txt", draft=True).open() as handle:
        assert handle.read() == b"bcd"


def test_bytes_that_are_used_again_stay(repository: Any, ada: Any, draft: Any) -> None:
    repository.files.add(ada.actor, draft.id, "a.txt", b"abc")
    with repository.database.read() as session:
        stored = session.scalars(select(StoredObject.id)).one()
    with repository.database.write() as unit:
        unit.session.execute(update(StoredObject).values(unreferenced=unit.now - timedelta(days=30)))
    assert repository.files.sweep.run().objects == 0
    with repository.database.read() as session:
        assert session.get_one(StoredObject, stored).unreferenced is None


def test_versions_share_bytes_until_the_last_is_gone(
    repository: Any, ada: Any, make_record: Callable[..., Any]
) -> None:
    record = make_record(files={"a.txt": b"abc"})
    draft = repository.records.new_version(ada.actor, record.id)
    repository.records.import_files(ada.actor, draft.id)
    repository.records.delete_draft(ada.actor, draft.id)
    repository.files.sweep.run()
    pass_days(repository, 30)
    assert repository.files.sweep.run().objects == 0
    assert len(kept(repository)) == 1


def test_nothing_is_removed_while_a_backup_reads(repository: Any, ada: Any, draft: Any) -> None:
    repository.files.add(ada.actor, draft.id, "a.txt", b"abc")
    repository.files.delete(ada.actor, draft.id, "a.txt")
    repository.files.sweep.run()
    pass_days(repository, 8)
    with no_removals(repository.database):
        result = repository.files.sweep.run()
        assert result.held
        assert "backup" in str(result)
        assert len(kept(repository)) == 1
    assert repository.files.sweep.run().objects == 1


def test_a_crashed_backup_does_not_hold_for_ever(repository: Any) -> None:
    with repository.database.write() as unit:
        unit.session.add(RemovalHold(reason="backup", expires=unit.now - timedelta(seconds=1)))
    assert not repository.files.sweep.run().held


def test_bytes_no_row_knows_of_go_after_seven_days(repository: Any, ada: Any, draft: Any) -> None:
    storage = repository.files.storages.default
    young, old = new_storage_key(), new_storage_key()
    for key in (young, old):
        storage.put(key, [b"left by a crash"])
    week_ago = time.time() - 7.1 * 86400
    os.utime(repository.instance.var / "files" / old[:2] / old, (week_ago, week_ago))
    repository.files.add(ada.actor, draft.id, "a.txt", b"abc")
    for key, _ in storage.stored():
        if key not in (young, old):
            os.utime(repository.instance.var / "files" / key[:2] / key, (week_ago, week_ago))
    assert repository.files.sweep.run().unknown == 1
    assert old not in kept(repository)
    assert young in kept(repository)
    with repository.files.download(ada.actor, draft.id, "a.txt", draft=True).open() as handle:
        assert handle.read() == b"abc"


def test_an_expired_resumable_upload_goes_with_its_file(repository: Any, ada: Any, draft: Any) -> None:
    upload = repository.files.resumable.create(ada.actor, draft.id, "a.bin", 100)
    repository.files.staging.data(upload.id).write_bytes(b"half")
    pass_days(repository, 6.9)
    assert repository.files.sweep.run().uploads == 0
    pass_days(repository, 0.2)
    assert repository.files.sweep.run().uploads == 1
    assert repository.files.listing(ada.actor, draft.id, draft=True).snapshot.count == 0
    assert list(repository.files.staging.path.iterdir()) == []


def test_a_finished_upload_is_forgotten_and_its_file_stays(repository: Any, ada: Any, draft: Any) -> None:
    import io

    from muniment.files.receive import Incoming

    upload = repository.files.resumable.create(ada.actor, draft.id, "a.bin", 3)
    repository.files.resumable.append(ada.actor, draft.id, upload.id, 0, Incoming(io.BytesIO(b"abc"), 3), None)
    pass_days(repository, 8)
    with pytest.raises(UploadGone):
        repository.files.resumable.state(ada.actor, draft.id, upload.id)
    repository.files.sweep.run()
    with repository.database.read() as session:
        assert session.scalars(select(Upload)).all() == []
        assert session.scalars(select(File.status)).all() == ["completed"]


def test_leftover_parts_go_and_the_file_can_be_sent_again(repository: Any, ada: Any, draft: Any) -> None:
    import io

    from muniment.files.receive import Incoming

    transfer = {"type": "M", "parts": 2, "part_size": 2}
    repository.files.declare(ada.actor, draft.id, [{"key": "m", "size": 3, "transfer": transfer}])

    def send(part: int, data: bytes) -> None:
        repository.files.set_part(ada.actor, draft.id, "m", part, Incoming(io.BytesIO(data), len(data)))

    send(1, b"ab")
    pass_days(repository, 8)
    repository.files.sweep.run()
    assert list(repository.files.staging.path.iterdir()) == []
    send(1, b"ab")
    send(2, b"c")
    assert repository.files.commit(ada.actor, draft.id, "m").size == 3


def test_gathered_bytes_without_an_upload_go_after_a_day(repository: Any) -> None:
    staging = repository.files.staging
    staging.path.mkdir(parents=True, exist_ok=True)
    young, old = staging.data(uuid4()), staging.data(uuid4())
    for path in (young, old):
        path.write_bytes(b"x")
    os.utime(old, (time.time() - 90_000, time.time() - 90_000))
    repository.files.sweep.run()
    assert young.exists()
    assert not old.exists()


def test_the_sweep_is_a_scheduled_job(repository: Any) -> None:
    assert "marked 0" in repository.jobs.run_now("files.sweep")
