"""Limits of one draft's own, and how much somebody keeps."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from muniment.api import FileLimits, FileUsage, MunimentError, RecordHandle
from muniment.files.additions import NewFile


def _twelve_bytes_each(value: FileLimits, draft: RecordHandle, usage: FileUsage) -> FileLimits:
    """Whoever owns a draft may keep twelve bytes in all."""
    return replace(value, max_bytes=max(0, 12 - usage.elsewhere), note="Twelve bytes are all there is.")


@pytest.fixture
def instance(instance: Any, fake_plugin: Any) -> Any:
    fake_plugin("probe", file_limits=_twelve_bytes_each)
    return instance


pytestmark = pytest.mark.plugins("probe")


@pytest.mark.hook("file_limits")
def test_every_way_of_uploading_is_limited(repository: Any, api: Any, ada: Any, grace: Any, make_draft: Any) -> None:
    first, second = make_draft("First", files={"a.txt": b"12345678"}), make_draft("Second", files={"b.txt": b"1"})
    assert repository.files.used_by(ada.subject) == 9
    client, base = api.as_(ada), f"/api/records/{second.id}/draft/files"
    with pytest.raises(MunimentError, match="Twelve bytes are all") as refused:
        repository.files.add_all(ada.actor, second.id, [NewFile("c.txt", b"1234")])
    assert (refused.value.status, refused.value.reason) == (413, "files.quota")
    announced = client.post(base, json=[{"key": "c.txt", "size": 4}])
    assert (announced.status_code, "3 bytes are allowed" in announced.json["message"]) == (413, True)
    assert client.post(base, json=[{"key": "c.txt"}]).status_code == 201
    sent = client.put(f"{base}/c.txt/content", data=b"1234", content_type="application/octet-stream")
    assert (sent.status_code, "Twelve bytes" in sent.json["message"]) == (413, True)
    tus = client.post(
        f"/api/records/{second.id}/draft/uploads",
        headers={"Tus-Resumable": "1.0.0", "Upload-Length": "4", "Upload-Metadata": "filename ZC50eHQ="},
    )
    assert tus.status_code == 413
    parts = {"key": "e.txt", "size": 4, "transfer": {"type": "M", "parts": 2, "part_size": 2}}
    assert client.post(base, json=[parts]).status_code == 413
    assert client.put(f"{base}/c.txt/content", data=b"123", content_type="application/octet-stream").status_code == 200
    assert client.post(f"{base}/c.txt/commit").status_code == 200
    assert repository.files.used_by(ada.subject) == 12
    other = make_draft("Hers", actor=grace.actor, files={"a.txt": b"123456789012"})
    assert repository.files.used_by(grace.subject) == 12
    repository.records.delete_draft(ada.actor, first.id)
    assert repository.files.used_by(ada.subject) == 4
    assert repository.files.used_by(int(other.data["parent"]["access"]["owned_by"]["user"])) == 12


def test_what_is_stored_once_counts_once(repository: Any, ada: Any, make_record: Any) -> None:
    record = make_record("Versions", files={"a.txt": b"1234567890"})
    draft = repository.records.new_version(ada.actor, record.id)
    repository.records.import_files(ada.actor, draft.id)
    assert repository.files.used_by(ada.subject) == 10
    repository.files.add_all(ada.actor, draft.id, [NewFile("b.txt", b"12")])
    with pytest.raises(MunimentError):
        repository.files.add_all(ada.actor, draft.id, [NewFile("c.txt", b"1")])


def test_two_uploads_at_once_do_not_get_more_together(repository: Any, ada: Any, make_draft: Any) -> None:
    drafts = [make_draft(f"Draft {number}", files={"s.txt": b"1"}) for number in range(4)]
    start, done, refused = threading.Barrier(4), [], []

    def upload(number: str) -> None:
        start.wait()
        try:
            repository.files.add_all(ada.actor, number, [NewFile("a.txt", b"1234567")])
            done.append(number)
        except MunimentError as error:
            refused.append(error.status)

    threads = [threading.Thread(target=upload, args=(draft.id,)) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), refused) == (1, [413, 413, 413])
    assert repository.files.used_by(ada.subject) == 11
