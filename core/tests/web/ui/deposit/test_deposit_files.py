"""Files in the deposit form by its buttons alone: sent with the form, arranged, deleted; nothing typed is lost."""

from __future__ import annotations

import io
import re
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from muniment.testing.html_forms import Form


@pytest.fixture
def draft(repository: Any, ada: Any) -> str:
    return str(repository.records.create(ada.actor, {"metadata": {"title": "Sea ice"}}).id)


@pytest.fixture
def press(someone: Any, deposit_form: Callable[[Any], Form]) -> Callable[..., Any]:
    """`press(number, "file-upload", uploads=[…], **changes)`: a button of the section with files."""

    def pressed(number: str, do: str, uploads: Any = (), **changes: str) -> Any:
        form = deposit_form(someone.get(f"/uploads/{number or 'new'}"))
        data: dict[str, Any] = {}
        for name, value in form.filled(**changes):
            data.setdefault(name, []).append(value)
        data["do"] = do
        data["uploads"] = [(io.BytesIO(content), name) for name, content in uploads]
        headers = {"Sec-Fetch-Site": "same-origin"}
        address = f"/uploads/{number or 'new'}/files"
        return someone.post(address, data=data, headers=headers, content_type="multipart/form-data")

    return pressed


@pytest.fixture
def names(repository: Any, ada: Any) -> Callable[[str], list[str]]:
    """The complete files of a draft, in the order of its page."""

    def found(number: str) -> list[str]:
        data = repository.records.read_draft(ada.actor, number).data
        order = data["files"].get("order") or []
        return sorted(data["files"]["entries"], key=lambda key: (order.index(key) if key in order else 99, key))

    return found


def test_files_and_what_was_typed_are_kept(press, draft, names, repository, ada) -> None:
    answer = press(
        draft, "file-upload", [("a.csv", b"1,2\n"), ("b.txt", b"x" * 400_000)], **{"metadata.title": "Typed"}
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert answer.headers["Location"] == f"/uploads/{draft}?saved=1#files"
    assert names(draft) == ["a.csv", "b.txt"]
    assert repository.records.read_draft(ada.actor, draft).data["metadata"]["title"] == "Typed"


def test_the_first_upload_makes_the_draft(press, names, repository, ada) -> None:
    answer = press("", "file-upload", [("a.csv", b"1,2\n")], **{"metadata.title": "New"})
    number = re.fullmatch(r"/uploads/(\d+)\?saved=1#files", answer.headers["Location"])
    assert number is not None
    assert names(number[1]) == ["a.csv"]
    assert repository.records.read_draft(ada.actor, number[1]).data["metadata"]["title"] == "New"


@pytest.mark.configuration("files", max_count=3)
def test_what_cannot_be_taken_is_told_and_the_rest_is_kept(press, draft, names, repository, ada) -> None:
    repository.files.add(ada.actor, draft, "here.txt", b"old")
    sent = [
        ("here.txt", b"new"),
        ("nul.txt", b"x"),
        ("empty.txt", b""),
        ("a.txt", b"a"),
        ("b.txt", b"b"),
        ("c.txt", b"c"),
    ]
    answer = press(draft, "file-upload", sent, **{"metadata.title": "Typed"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert names(draft) == ["a.txt", "b.txt", "here.txt"]
    for told in (
        "here.txt: A file of this name is here already. Delete it, or rename yours.",
        ">“nul.txt” cannot be saved on Windows",
        "empty.txt: The file is empty",
        "c.txt: One record may have 3 files.",
    ):
        assert told in page
    assert 'value="Typed"' in page


def test_files_are_arranged_and_deleted(press, draft, names, repository, ada) -> None:
    for name in ("a.csv", "b.csv", "data/c.csv"):
        repository.files.add(ada.actor, draft, name, b"1\n")
    press(draft, "file-down:a.csv", **{"files.default_preview": "b.csv"})
    assert names(draft) == ["b.csv", "a.csv", "data/c.csv"]
    press(draft, "file-up:data/c.csv")
    assert names(draft) == ["b.csv", "a.csv", "data/c.csv"], "files move within their folder"
    press(draft, "file-delete:b.csv")
    settings = repository.records.read_draft(ada.actor, draft).data["files"]
    assert names(draft) == ["a.csv", "data/c.csv"]
    assert settings.get("default_preview") is None
    assert settings["order"] == ["a.csv", "data/c.csv"]
    press(draft, "file-sort")
    assert not repository.records.read_draft(ada.actor, draft).data["files"].get("order")


def test_files_of_the_previous_version_are_taken_over(press, make_record, names, repository, ada) -> None:
    record = make_record(files={"a.csv": b"1\n"})
    draft = repository.records.new_version(ada.actor, record.id)
    press(draft.id, "file-import")
    assert names(draft.id) == ["a.csv"]


def test_a_new_version_without_new_files_is_told_before_it_is_published(someone, make_record, repository, ada) -> None:
    told, mark = "The files are those of the version before.", "<m-files"
    record = make_record(files={"a.csv": b"1\n"})
    draft = repository.records.new_version(ada.actor, record.id).id

    def pages() -> tuple[str, str]:
        form, question = (someone.get(f"/uploads/{draft}{path}").get_data(as_text=True) for path in ("", "/publish"))
        assert told in form, "the dialog has it at hand"
        return form[form.index(mark) :].partition(">")[0], question

    repository.records.import_files(ada.actor, draft)
    files, question = pages()
    assert "data-same-files" in files
    assert told in question
    repository.files.add(ada.actor, draft, "b.csv", b"2\n")
    files, question = pages()
    assert "data-same-files" not in files
    assert told not in question
    first = repository.records.create(ada.actor, {"metadata": {"title": "First"}}).id
    assert told not in someone.get(f"/uploads/{first}").get_data(as_text=True)


def test_one_file_alone_is_neither_moved_nor_chosen(someone, draft, repository, ada) -> None:
    offered = ('value="file-up:', 'value="file-down:', "data-grip", "Show first", "Let the page choose")

    def shown() -> list[str]:
        page = someone.get(f"/uploads/{draft}").get_data(as_text=True)
        return [control for control in offered if control in page]

    repository.files.add(ada.actor, draft, "a.csv", b"1\n")
    assert shown() == []
    repository.files.add(ada.actor, draft, "data/b.csv", b"1\n")
    assert shown() == ["Show first", "Let the page choose"], "each is alone in its folder"
    repository.files.add(ada.actor, draft, "data/c.csv", b"1\n")
    assert shown() == list(offered)
    item = repository.records.read_draft(ada.actor, draft)
    repository.records.update_draft(
        ada.actor, draft, {**item.data, "files": {**item.data["files"], "default_preview": "a.csv"}}
    )
    for name in ("data/b.csv", "data/c.csv"):
        repository.files.delete(ada.actor, draft, name)
    assert shown() == ["Show first", "Let the page choose"], "a choice that was made can be taken back"


def test_buttons_pressed_twice_do_no_harm(press, draft, names, repository, ada) -> None:
    repository.files.add(ada.actor, draft, "a.csv", b"1\n")
    for _ in range(2):
        assert press(draft, "file-delete:a.csv").status_code == 303
    assert press(draft, "file-nonsense:a.csv").status_code == 303
    assert press(draft, "").status_code == 303


def test_files_of_published_records_are_shown_without_buttons(someone, make_record, repository, ada) -> None:
    record = make_record(files={"a.csv": b"1\n"})
    repository.records.edit(ada.actor, record.id)
    page = someone.get(f"/uploads/{record.id}").get_data(as_text=True)
    assert "a.csv" in page
    assert "file-delete" not in page
    assert "m-upload" not in page


def test_others_learn_nothing(client, sign_in, draft, make_user) -> None:
    sign_in(client, make_user("eve@example.org"))
    assert client.get(f"/uploads/{draft}/files").status_code == 403
    body = {"files": [{"key": "a", "size": 1}]}
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/uploads/new").get_data(as_text=True))
    assert token is not None
    headers = {"Sec-Fetch-Site": "same-origin", "X-CSRFToken": token[1]}
    assert client.post(f"/uploads/{draft}/files/check", json=body, headers=headers).status_code == 403


@pytest.mark.configuration("site", languages=["de", "en"])
def test_refusals_are_told_in_the_language_of_the_page(someone, draft) -> None:
    page = someone.get(f"/uploads/{draft}").get_data(as_text=True)
    token = re.search(r'data-csrf="([^"]+)"', page)
    assert token is not None
    answer = someone.post(
        f"/uploads/{draft}/files/check",
        json={"files": [{"key": "nul.txt", "size": 1}, {"key": "a.csv", "size": 1}]},
        headers={"Sec-Fetch-Site": "same-origin", "X-CSRFToken": token[1]},
    )
    refused, fine = answer.get_json()["files"]
    assert refused["state"] == "refused"
    assert fine == {"key": "a.csv", "state": "new"}


@pytest.mark.parametrize("body", [None, {}, {"files": 1}, {"files": [{}]}, {"files": [{"key": "a", "size": -1}]}])
def test_questions_that_are_none_are_refused(someone, draft, body) -> None:
    page = someone.get(f"/uploads/{draft}").get_data(as_text=True)
    token = re.search(r'data-csrf="([^"]+)"', page)
    assert token is not None
    headers = {"Sec-Fetch-Site": "same-origin", "X-CSRFToken": token[1]}
    assert someone.post(f"/uploads/{draft}/files/check", json=body, headers=headers).status_code == 400


class _Body(io.RawIOBase):
    """A multipart body that is made while it is read."""

    def __init__(self, head: bytes, size: int, tail: bytes) -> None:
        self.pieces = [head, size, tail]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while self.pieces:
            piece = self.pieces[0]
            if not piece:
                self.pieces.pop(0)
                continue
            if isinstance(piece, int):
                count = min(len(buffer), piece)
                buffer[:count] = bytes(count)
                self.pieces[0] = piece - count
            else:
                count = min(len(buffer), len(piece))
                buffer[:count] = piece[:count]
                self.pieces[0] = piece[count:]
            return count
        return 0


def test_memory_stays_flat_whatever_the_size(someone, draft, names) -> None:
    page = someone.get(f"/uploads/{draft}").get_data(as_text=True)
    token = re.search(r'data-csrf="([^"]+)"', page)
    assert token is not None
    size = 60_000_000
    head = (
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token[1]}\r\n'
        '--x\r\nContent-Disposition: form-data; name="do"\r\n\r\nfile-upload\r\n'
        '--x\r\nContent-Disposition: form-data; name="uploads"; filename="big.bin"\r\n\r\n'
    ).encode()
    tail = b"\r\n--x--\r\n"
    tracemalloc.start()
    try:
        answer = someone.post(
            f"/uploads/{draft}/files",
            environ_overrides={
                "wsgi.input": io.BufferedReader(_Body(head, size, tail)),
                "CONTENT_LENGTH": str(len(head) + size + len(tail)),
                "CONTENT_TYPE": "multipart/form-data; boundary=x",
            },
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert names(draft) == ["big.bin"]
    assert peak < 15_000_000


@pytest.mark.configuration("files", max_bytes=100_000)
def test_a_body_that_is_larger_than_a_record_is_refused_at_its_head(someone, draft) -> None:
    answer = someone.post(
        f"/uploads/{draft}/files",
        environ_overrides={"wsgi.input": io.BytesIO(b""), "CONTENT_LENGTH": "50000000"},
        content_type="multipart/form-data; boundary=x",
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 413


def test_a_file_is_renamed_with_its_place_and_the_choice_to_show_it_first(press, draft, names, repository, ada) -> None:
    for name in ("a.csv", "b.csv"):
        repository.files.add(ada.actor, draft, name, b"1,2\n")
    press(draft, "file-down:a.csv")
    assert names(draft) == ["b.csv", "a.csv"]
    answer = press(draft, "file-rename:b.csv", **{"rename.b.csv": " z.csv ", "metadata.title": "Typed"})
    assert answer.status_code == 303
    assert names(draft) == ["z.csv", "a.csv"]
    assert repository.records.read_draft(ada.actor, draft).data["metadata"]["title"] == "Typed"
    refused = press(draft, "file-rename:z.csv", **{"rename.z.csv": "a.csv", "metadata.title": "Later"})
    assert refused.status_code == 422
    assert "A file of this name is here already" in refused.get_data(as_text=True)
    assert press(draft, "file-rename:z.csv", **{"rename.z.csv": "../z.csv"}).status_code == 422
    assert names(draft) == ["z.csv", "a.csv"]


def test_a_script_renames_and_is_told_why_not(someone, deposit_form, draft, repository, ada) -> None:
    repository.files.add(ada.actor, draft, "a.csv", b"1,2\n")
    token = dict(deposit_form(someone.get(f"/uploads/{draft}")).pairs)["csrf_token"]
    headers = {"Sec-Fetch-Site": "same-origin", "X-CSRFToken": token}

    def rename(sent: object) -> Any:
        return someone.post(f"/uploads/{draft}/files/rename", json=sent, headers=headers)

    assert rename({"key": "a.csv", "name": "data/b.csv"}).get_json() == {"key": "data/b.csv"}
    refused = rename({"key": "data/b.csv", "name": "con.txt"})
    assert refused.status_code == 400
    assert "Windows" in refused.get_json()["problem"]
    assert rename({"key": "data/b.csv"}).status_code == 400
    assert rename({"key": "a.csv", "name": "c.csv"}).status_code == 404
