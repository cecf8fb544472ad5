"""The page of the control panel, and what other pages say about test DOIs."""

from __future__ import annotations

import pytest

from muniment.api import SYSTEM
from muniment.testing.documents import document

pytestmark = pytest.mark.plugins("datacite")


@pytest.mark.hook("register_blueprints")
def test_a_doi_from_an_outage_to_its_end(repository, panel, make_record, run_jobs) -> None:
    assert "Nothing is outstanding" in panel.get("/control/datacite")
    assert "The stand-in plays it from now on" in panel.post("/control/datacite/rehearse", plays="away")
    doi = make_record().data["pids"]["doi"]["identifier"]
    run_jobs()
    page = panel.get("/control/datacite")
    assert doi in page
    assert "DataCite cannot be reached: the stand-in rehearses an outage" in page
    assert "2 DOIs are not registered as they should be." in panel.get("/control")
    panel.post("/control/datacite/rehearse", plays="")
    assert "A worker tries it within seconds" in panel.post("/control/datacite/retry", doi=doi)
    repository.jobs.run_due()
    page = panel.get("/control/datacite")
    assert f">{doi}</a>" not in page
    panel.post("/control/datacite/retry")
    repository.jobs.run_due()
    assert "Nothing is outstanding" in panel.get("/control/datacite")
    assert f">{doi}</a>" in panel.get("/control/datacite?state=findable")
    assert "Nothing of that is outstanding any more" in panel.post("/control/datacite/retry", doi=doi)


def test_what_cannot_be_rehearsed(panel) -> None:
    panel.get("/control/datacite")
    assert "'fire' cannot be rehearsed" in panel.post("/control/datacite/rehearse", 422, plays="fire")


@pytest.mark.hook("register_nav")
def test_it_stands_in_the_menu(panel) -> None:
    assert 'href="/control/datacite"' in panel.get("/control")


@pytest.mark.hook("render_slot")
def test_pages_say_that_dois_are_tests(repository, panel, make_record) -> None:
    record = make_record().data
    assert "Test DOI" in panel.get(f"/records/{record['id']}")
    assert "This repository gives test DOIs." in panel.get("/uploads/new")
    assert "They are tests: they do not resolve" in panel.get("/control/datacite")


def test_every_page_says_so_in_its_foot_and_that_of_a_deleted_record_too(repository, panel, make_record) -> None:
    told = "DOIs of this site that begin with 10.5072 are tests"
    record = make_record("Withdrawn")
    for path in ("/", "/search", "/me/uploads", "/uploads/new", f"/records/{record.id}"):
        assert told in panel.get(path), path
    repository.records.delete(SYSTEM, record.id, {})
    page = panel.get(f"/records/{record.id}", 410)
    assert told in page
    assert "The DOI of this record was a test." in page


def test_real_dois_have_no_badge(repository, ada, panel) -> None:
    pids = {"doi": {"identifier": "10.1234/elsewhere", "provider": "external"}}
    draft = repository.records.create(ada.actor, document(pids=pids))
    record = repository.records.publish(ada.actor, draft.id).data
    assert "Test DOI" not in panel.get(f"/records/{record['id']}")
