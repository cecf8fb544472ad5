"""What a draft holds already limits what comes beside it."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.errors import InvalidRequest
from muniment.files.additions import NewFile
from muniment.files.present import Present


@pytest.mark.parametrize(
    ("there", "name", "reason", "other"),
    [
        (["b", "a"], "a", "file.exists", None),
        (["b", "a/x.txt"], "a", "file.and_folder", "a/x.txt"),
        (["a/b/x.txt"], "a/b", "file.and_folder", "a/b/x.txt"),
        (["a"], "a/x.txt", "file.and_folder", "a"),
        (["a/b"], "a/b/c/x.txt", "file.and_folder", "a/b"),
        (["a", "ab/c"], "a.txt", "", None),
        (["a/b"], "a/c", "", None),
        ([], "a/b", "", None),
    ],
)
@pytest.mark.parametrize("one_by_one", [False, True])
def test_a_name_is_taken_once_and_is_no_file_and_folder(
    there: list[str], name: str, reason: str, other: str | None, one_by_one: bool
) -> None:
    present = Present() if one_by_one else Present((key, 0, 1) for key in there)
    for key in there if one_by_one else ():
        present.add(key, 1)
    if not reason:
        present.refuse_taken(name)
        return
    with pytest.raises(InvalidRequest) as refused:
        present.refuse_taken(name)
    assert (refused.value.reason, refused.value.values.get("other")) == (reason, other)


def test_the_next_one_comes_last_whatever_was_taken_out() -> None:
    present = Present([("b", 7, 10), ("a", 2, 5)])
    assert (present.count, present.used, present.next_position) == (2, 15, 8)
    present.add("c", 1)
    assert (present.count, present.used, present.next_position) == (3, 16, 9)
    assert Present().next_position == 0


def test_a_file_cannot_be_renamed_into_a_folder_of_others(repository: Any, ada: Any) -> None:
    draft = repository.records.create(ada.actor, {"metadata": {"title": "Names"}})
    repository.files.add_all(ada.actor, draft.id, [NewFile("data", b"1"), NewFile("more/a.csv", b"2")])
    with pytest.raises(InvalidRequest, match="one name would be file and folder"):
        repository.files.rename(ada.actor, draft.id, "data", "more")
    assert repository.files.rename(ada.actor, draft.id, "data", "data/data").key == "data/data"
