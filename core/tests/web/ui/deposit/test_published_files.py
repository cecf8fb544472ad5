"""Changing the files of a published record from the form: offered while it is allowed, with what it means."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from muniment.testing.html_forms import Form

HEADERS = {"Sec-Fetch-Site": "same-origin"}
OFFER, FILES = "Change files …", "Choose files"

allowed = pytest.mark.configuration("records", file_modification_days=30)


@pytest.fixture
def page(someone: Any) -> Callable[[str], str]:
    return lambda path: str(someone.get(path).get_data(as_text=True))


@pytest.fixture
def press(someone: Any, deposit_form: Callable[[Any], Form]) -> Callable[..., Any]:
    """`press(number, "files-open", **changes)`: a button of the section with files."""

    def pressed(number: str, do: str, uploads: Any = (), **changes: str) -> Any:
        data: dict[str, Any] = {}
        for name, value in deposit_form(someone.get(f"/uploads/{number}")).filled(**changes):
            data.setdefault(name, []).append(value)
        data |= {"do": do, "uploads": [(io.BytesIO(content), name) for name, content in uploads]}
        return someone.post(f"/uploads/{number}/files", data=data, headers=HEADERS, content_type="multipart/form-data")

    return pressed


@pytest.fixture
def edited(repository: Any, ada: Any, make_record: Any) -> str:
    record = make_record("Sea ice", files={"a.txt": b"old"})
    return str(repository.records.edit(ada.actor, record.id).id)


def test_where_owners_may_not_it_is_not_offered(page: Any, press: Any, edited: str) -> None:
    form = page(f"/uploads/{edited}")
    assert "Its files stay as they are" in form
    assert OFFER not in form
    assert FILES not in form
    assert "Its files can be replaced" not in page(f"/records/{edited}/edit")
    refused = press(edited, "files-open")
    assert (refused.status_code, "cannot be changed here by its owner" in refused.get_data(as_text=True)) == (422, True)


@allowed
def test_the_owner_changes_files_in_the_form(page: Any, press: Any, edited: str, repository: Any, ada: Any) -> None:
    assert "Its files can be replaced too" in page(f"/records/{edited}/edit")
    locked = page(f"/uploads/{edited}")
    assert OFFER in locked
    assert FILES not in locked
    opened = press(edited, "files-open", **{"metadata.title": "Typed before"})
    assert (opened.status_code, opened.headers["Location"]) == (303, f"/uploads/{edited}?saved=1#files")
    form = page(f"/uploads/{edited}")
    assert FILES in form
    assert OFFER not in form
    assert "You are changing a published record and its files." in form
    assert 'value="file-delete:a.txt"' in form
    assert press(edited, "file-upload", [("b.txt", b"new")]).status_code == 303
    assert press(edited, "file-delete:a.txt").status_code == 303
    assert "take the place of the published ones" in page(f"/uploads/{edited}/publish")
    repository.records.publish(ada.actor, edited)
    data = repository.records.read(ada.actor, edited).data
    assert (data["metadata"]["title"], list(data["files"]["entries"])) == ("Typed before", ["b.txt"])


@allowed
def test_when_the_time_is_over_the_form_says_so(
    page: Any, press: Any, edited: str, repository: Any, someone: Any, sign_in: Any, ada: Any
) -> None:
    press(edited, "files-open")
    press(edited, "file-upload", [("b.txt", b"new")])
    real = repository.database.now
    repository.database.now = lambda: real() + timedelta(days=46)
    sign_in(someone, ada)
    form = page(f"/uploads/{edited}")
    assert "The time to publish changed files of this record is over." in form
    assert FILES not in form
    assert OFFER not in form


@allowed
def test_administrators_see_how_the_files_changed(
    app: Any, sign_in: Any, press: Any, edited: str, repository: Any, ada: Any, administrator: Any
) -> None:
    press(edited, "files-open")
    press(edited, "file-upload", [("b.txt", b"new")])
    repository.records.publish(ada.actor, edited)
    other = app.test_client()
    sign_in(other, administrator)
    comparison = other.get(f"/control/records/{edited}/revisions").get_data(as_text=True)
    assert "b.txt" in comparison


@allowed
def test_the_files_of_the_version_before_are_offered_to_an_empty_draft(
    page: Any, press: Any, edited: str, repository: Any, ada: Any
) -> None:
    repository.records.delete_draft(ada.actor, edited)
    second = repository.records.new_version(ada.actor, edited).id
    repository.files.add(ada.actor, second, "two.txt", b"2")
    repository.records.publish(ada.actor, second)
    repository.records.edit(ada.actor, second)
    press(second, "files-open")
    assert "Take over the files" not in page(f"/uploads/{second}")
    press(second, "file-delete:two.txt")
    assert "Take over the files" in page(f"/uploads/{second}")
    assert press(second, "file-import").status_code == 303
    assert list(repository.records.read_draft(ada.actor, second).data["files"]["entries"]) == ["a.txt"]


@allowed
def test_before_publishing_it_is_said_until_when_files_can_be_replaced(page: Any, make_draft: Any) -> None:
    assert "for 30 days you can replace them" in page(f"/uploads/{make_draft(files={'a.txt': b'a'}).id}/publish")
    assert "For 30 days after publishing you can also replace them" in page("/help/deposit")
