"""Starting an upload from a DOI or a file, by plain forms."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from muniment_importers import pages, resolving
from muniment_importers.resolving import NotResolved

pytestmark = pytest.mark.plugins("importers")

BIBTEX = b"@misc{a, title={Found <b>title</b>}, author={Doe, Jane}, year=2020, doi={10.5072/x}, colour={red}}"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def someone(client: Any, ada: Any) -> Any:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").get_data(as_text=True))
    assert token is not None
    data = {"email": ada.email, "password": ada.password, "csrf_token": token[1]}
    assert client.post("/login", data=data, headers=SAME_SITE).status_code == 303
    return client


@pytest.fixture
def start(someone: Any) -> Callable[..., Any]:
    """`start(draft, file=…, doi=…)`: send the form; the page that comes back."""

    def send(draft: str = "", file: bytes | None = None, name: str = "a.bib", **fields: str) -> Any:
        page = someone.get(f"/uploads/{draft or 'new'}").get_data(as_text=True)
        assert 'action="/importers/start"' in page
        section = page[page.index('action="/importers/start"') :]
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', section)[:3])
        assert hidden["draft"] == draft
        data: dict[str, Any] = {**hidden, **fields}
        if file is not None:
            data["file"] = (io.BytesIO(file), name)
        return someone.post("/importers/start", data=data, headers=SAME_SITE, content_type="multipart/form-data")

    return send


def number_in(answer: Any) -> str:
    found = re.search(r'href="/uploads/(\d+)"', answer.get_data(as_text=True))
    assert found is not None
    return found[1]


@pytest.mark.hook("register_blueprints", "render_slot")
def test_a_file_makes_a_draft_and_tells_what_is_lost(start: Any, repository: Any, ada: Any) -> None:
    answer = start(file=BIBTEX, keep_doi="1")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200, page
    assert "A draft was made of it" in page
    assert "colour" in page
    data = repository.records.read_draft(ada.actor, number_in(answer)).data
    assert data["metadata"]["title"].startswith("Found")
    assert data["pids"]["doi"]["identifier"] == "10.5072/x"
    assert data["files"]["enabled"] is True


def test_the_doi_can_be_left(start: Any, repository: Any, ada: Any) -> None:
    data = repository.records.read_draft(ada.actor, number_in(start(file=BIBTEX))).data
    assert "doi" not in data["pids"]


def test_a_draft_is_filled_where_it_is_empty(start: Any, repository: Any, ada: Any) -> None:
    draft = repository.records.create(ada.actor, {"metadata": {"title": "Mine"}}).id
    page = start(draft, file=BIBTEX).get_data(as_text=True)
    assert re.search(r"Left as it was.*Title", page, re.DOTALL)
    metadata = repository.records.read_draft(ada.actor, draft).data["metadata"]
    assert metadata["title"] == "Mine"
    assert metadata["creators"][0]["person_or_org"]["family_name"] == "Doe"
    page = start(draft, file=BIBTEX, mode="replace").get_data(as_text=True)
    assert re.search(r"Replaced what was there.*Title", page, re.DOTALL)
    assert repository.records.read_draft(ada.actor, draft).data["metadata"]["title"].startswith("Found")


def test_a_doi_is_asked_for(start: Any, repository: Any, ada: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def describe(_client: Any, doi: str, resolver: str) -> dict[str, Any]:
        asked.append((doi, resolver))
        return {"type": "journal-article", "DOI": "10.5072/b", "title": ["By CSL"], "author": [{"family": "Doe"}]}

    monkeypatch.setattr(resolving, "describe", describe)
    data = repository.records.read_draft(ada.actor, number_in(start(doi="10.5072/b"))).data
    assert data["metadata"]["title"] == "By CSL"
    assert asked == [("10.5072/b", "https://doi.org")]


@pytest.mark.parametrize("reason", ["no_doi", "unknown", "undescribed", "unreachable"])
def test_what_went_wrong_is_told_beside_the_field(start: Any, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def describe(_client: Any, _doi: str, _resolver: str) -> dict[str, Any]:
        raise NotResolved(reason)

    monkeypatch.setattr(resolving, "describe", describe)
    answer = start(doi="10.5072/b")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page
    assert 'value="10.5072/b"' in page


@pytest.mark.parametrize(
    ("file", "name"),
    [(b"", "a.bib"), (b"no", "a.bib"), (b"{}", "a.json"), (b"[]", "a.json"), (b"\xff", "a.json"), (b"x: [", "a.cff"),
     (b"x" * 1001, "a.bib")],
)  # fmt: skip
def test_files_that_cannot_be_read_make_nothing(
    start: Any, file: bytes, name: str, repository: Any, ada: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from muniment.api import SearchRequest

    monkeypatch.setattr(pages, "_MOST_BYTES", 1000)
    assert start(file=file, name=name).status_code == 422
    assert repository.records.search_user(ada.actor, SearchRequest()).total == 0


def test_nothing_chosen_is_told(start: Any) -> None:
    assert "Enter a DOI, or choose a file." in start().get_data(as_text=True)


def test_sent_twice_makes_one_draft(someone: Any, repository: Any, ada: Any) -> None:
    page = someone.get("/uploads/new").get_data(as_text=True)
    section = page[page.index('action="/importers/start"') :]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', section)[:3])
    numbers = set()
    for _ in range(2):
        data = {**hidden, "file": (io.BytesIO(BIBTEX), "a.bib")}
        answer = someone.post("/importers/start", data=data, headers=SAME_SITE, content_type="multipart/form-data")
        numbers.add(number_in(answer))
    assert len(numbers) == 1


def test_drafts_of_others_are_left_alone(start: Any, someone: Any, repository: Any, make_user: Any) -> None:
    grace = make_user("grace@example.org")
    draft = repository.records.create(grace.actor, {"metadata": {"title": "Hers"}}).id
    page = someone.get("/uploads/new").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    data = {"csrf_token": token[1], "draft": draft, "mode": "replace", "file": (io.BytesIO(BIBTEX), "a.bib")}
    answer = someone.post("/importers/start", data=data, headers=SAME_SITE, content_type="multipart/form-data")
    assert answer.status_code == 403
    assert repository.records.read_draft(grace.actor, draft).data["metadata"]["title"] == "Hers"


def test_edits_of_published_records_are_not_offered_it(
    someone: Any, make_record: Any, repository: Any, ada: Any
) -> None:
    record = make_record(files={"a.txt": b"a"})
    repository.records.edit(ada.actor, record.id)
    assert "/importers/start" not in someone.get(f"/uploads/{record.id}").get_data(as_text=True)
