"""What is said about files before their bytes travel is what would happen to them."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.errors import InvalidRequest, PermissionDenied
from muniment.files.limits import Limits
from muniment.files.proposals import Proposal, judge
from muniment.files.snapshots import FilesSnapshot

LIMITS = Limits(max_count=3, max_bytes=100, max_file_bytes=60, allow_empty=False, refused_endings=("exe", "tar.gz"))


@pytest.mark.parametrize(
    ("key", "size", "reason"),
    [
        ("a.csv", 60, ""),
        ("a.csv", 61, "file.too_large"),
        ("a.csv", 0, "file.empty"),
        ("Setup.EXE", 1, "file.type"),
        ("a.tar.gz", 1, "file.type"),
        ("exe", 1, ""),
        ("../a", 1, "name.dots"),
        ("nul.txt", 1, "name.windows"),
        ("a\\b", 1, "name.backslash"),
        ("a\u202eb", 1, "name.character"),
        ("data/ a", 1, "name.spaces"),
        ("a//b", 1, "name.empty_part"),
        ("", 1, "name.missing"),
        ("x" * 300, 1, "name.part_too_long"),
        ("x/" * 600, 1, "name.too_long"),
        ("\ud800", 1, "name.unicode"),
    ],
)
def test_each_refusal_has_a_reason(key: str, size: int, reason: str) -> None:
    (verdict,) = judge([Proposal(key, size)], FilesSnapshot(), {}, LIMITS)
    assert (verdict.refusal.reason if verdict.refusal else "") == reason


def test_files_of_one_drop_count_for_each_other() -> None:
    proposals = [Proposal("a", 60), Proposal("b", 41), Proposal("a", 1), Proposal("a/c", 1), Proposal("c", 40)]
    reasons = [verdict.refusal and verdict.refusal.reason for verdict in judge(proposals, FilesSnapshot(), {}, LIMITS)]
    assert reasons == [None, "files.full", "file.exists", "file.and_folder", None]
    crowd = [Proposal(str(number), 1) for number in range(5)]
    refused = [verdict.refusal and verdict.refusal.reason for verdict in judge(crowd, FilesSnapshot(), {}, LIMITS)]
    assert refused == [None, None, None, "files.too_many", "files.too_many"]


def test_names_are_told_as_they_will_be_kept() -> None:
    (verdict,) = judge([Proposal("Ku\u0308ste.csv", 1)], FilesSnapshot(), {}, LIMITS)
    assert verdict.key == "K\u00fcste.csv"


def test_files_that_are_there_are_shown_with_their_upload(repository: Any, ada: Any) -> None:
    draft = repository.records.create(ada.actor, {})
    files = repository.files
    files.add(ada.actor, draft.id, "done.txt", b"done")
    begun = files.resumable.create(ada.actor, draft.id, "begun.txt", 10)
    done, pending, new = files.propose(
        ada.actor, draft.id, [Proposal("done.txt", 4), Proposal("begun.txt", 10), Proposal("new.txt", 1)]
    )
    assert done.present is not None
    assert done.present.completed
    assert done.refusal is None
    assert pending.upload is not None
    assert pending.upload.id == begun.id
    assert new.present is None


def test_only_who_may_change_the_draft_learns_anything(repository: Any, ada: Any, make_user: Any) -> None:
    draft = repository.records.create(ada.actor, {})
    with pytest.raises(PermissionDenied):
        repository.files.propose(make_user(email="eve@example.org").actor, draft.id, [Proposal("a", 1)])


@pytest.mark.configuration("files", refused_endings=["exe"])
def test_endings_that_are_refused_are_refused_by_every_way_in(repository: Any, ada: Any) -> None:
    draft = repository.records.create(ada.actor, {})
    files = repository.files
    for way in (
        lambda: files.declare(ada.actor, draft.id, [{"key": "a.exe"}]),
        lambda: files.resumable.create(ada.actor, draft.id, "a.exe", 1),
        lambda: files.add(ada.actor, draft.id, "a.exe", b"x"),
    ):
        with pytest.raises(InvalidRequest, match="not accepted here"):
            way()
