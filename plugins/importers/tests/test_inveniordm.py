"""Records of InvenioRDM sites, with their own vocabularies and fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import ImportedRecord, KnownTerms, RecordRefused
from muniment_importers import inveniordm

Document = Callable[[str], dict[str, Any]]


def minimal(**metadata: Any) -> dict[str, Any]:
    complete = {
        "title": "Deep-sea life",
        "publication_date": "2019-03-04",
        "resource_type": {"id": "dataset", "title": {"en": "Dataset"}},
        "creators": [{"person_or_org": {"type": "personal", "family_name": "Kimura", "given_name": "Taro"}}],
    }
    return {
        "id": "fq14q-7ja92",
        "links": {"self": "https://data.example.org/api/records/fq14q-7ja92"},
        "metadata": {**complete, **metadata},
    }


@pytest.fixture
def read(known: KnownTerms) -> Callable[..., ImportedRecord]:
    return lambda **metadata: inveniordm.read(minimal(**metadata), known)


def metadata(record: ImportedRecord) -> dict[str, Any]:
    return dict(record.data["metadata"])


def lost(record: ImportedRecord) -> dict[str, str]:
    return {loss.field: loss.reason for loss in record.losses}


def test_the_least_record_is_known_by_its_site_and_id(read: Callable[..., ImportedRecord]) -> None:
    record = read()
    assert inveniordm.detect(minimal())
    assert (record.source, record.source_id) == ("data.example.org", "fq14q-7ja92")
    assert metadata(record)["resource_type"] == {"id": "dataset"}
    assert record.losses == ()


def test_a_blog_post(document: Document, known: KnownTerms) -> None:
    source = document("inveniordm/10.53731_m7gng-jmm19.json")
    assert inveniordm.detect(source)
    record = inveniordm.read(source, known)
    found = metadata(record)
    assert found["resource_type"] == {"id": "publication-other"}
    assert found["rights"] == [{"id": "cc-by-4.0"}]
    assert found["languages"] == [{"id": "eng"}]
    assert found["references"][0]["scheme"] == "doi"
    assert record.data["custom_fields"]["journal:journal"]["title"] == "Front Matter"
    assert record.data["pids"]["doi"]["provider"] == "external"
    concept = {"identifier": "10.53731/dj4cp-2b786", "scheme": "doi", "relation_type": {"id": "isversionof"}}
    assert concept in found["related_identifiers"]
    assert {"metadata.resource_type", "parent.communities"} <= set(lost(record))


def test_relations_of_other_sites_are_reported(document: Document, known: KnownTerms) -> None:
    record = inveniordm.read(document("inveniordm/10.7554_elife.01567.json"), known)
    assert any("'hasreview'" in reason for reason in lost(record).values())
    assert metadata(record)["related_identifiers"]


def test_notes_of_moderators_stay_where_they_were(known: KnownTerms) -> None:
    record = inveniordm.read({**minimal(), "internal_notes": [{"id": "1", "note": "Call her."}]}, known)
    assert lost(record) == {"internal_notes": "notes of moderators (1) are not taken over"}
    assert "internal_notes" not in record.data
    assert inveniordm.read({**minimal(), "internal_notes": []}, known).losses == ()


def test_terms_that_are_not_known_here_are_kept_as_words(read: Callable[..., ImportedRecord]) -> None:
    record = read(
        subjects=[{"id": "http://example.org/42", "subject": "Oceans", "scheme": "X"}, {"id": "http://example.org/43"}],
        languages=[{"id": "eng"}, {"id": "qqq"}],
        rights=[{"id": "house-rules", "title": {"de": "Hausordnung"}, "props": {"url": "https://example.org/rules"}}],
        funding=[{"funder": {"id": "00k4n6c32", "name": "European Commission"}, "award": {"number": "246686"}}],
    )
    found = metadata(record)
    assert found["subjects"] == [{"subject": "Oceans"}]
    assert found["languages"] == [{"id": "eng"}]
    assert found["rights"] == [{"title": {"de": "Hausordnung"}, "link": "https://example.org/rules"}]
    assert found["funding"] == [{"funder": {"name": "European Commission"}, "award": {"number": "246686"}}]
    assert set(lost(record)) == {
        "metadata.subjects.0",
        "metadata.subjects.1",
        "metadata.languages.1",
        "metadata.funding.0.funder",
    }


def test_people_keep_their_affiliations_and_lose_bad_identifiers(read: Callable[..., ImportedRecord]) -> None:
    person = {
        "type": "personal",
        "family_name": "Kimura",
        "given_name": "Taro",
        "identifiers": [
            {"scheme": "orcid", "identifier": "0000-0003-1419-2407"},
            {"scheme": "gnd", "identifier": "118559737"},
        ],
    }
    affiliations = [{"id": "01ggx4157", "name": "CERN"}, {"id": "04wxnsj81", "name": "DataCite"}]
    record = read(creators=[{"person_or_org": person, "affiliations": affiliations, "role": {"id": "editor"}}])
    creator = metadata(record)["creators"][0]
    assert [item["scheme"] for item in creator["person_or_org"]["identifiers"]] == ["gnd"]
    assert creator["affiliations"] == [{"id": "01ggx4157"}, {"name": "DataCite"}]
    assert creator["role"] == {"id": "editor"}
    assert len(record.losses) == 2


def test_restrictions_and_a_running_embargo_are_kept(known: KnownTerms) -> None:
    embargo = {"active": True, "until": "2035-01-01", "reason": None}
    source = {**minimal(), "access": {"record": "restricted", "files": "restricted", "embargo": embargo}}
    assert inveniordm.read(source, known).data["access"] == {
        "record": "restricted",
        "files": "restricted",
        "embargo": {"active": True, "until": "2035-01-01"},
    }


def test_a_deleted_record_is_refused(known: KnownTerms) -> None:
    source = {**minimal(), "deletion_status": {"is_deleted": True, "status": "D"}}
    with pytest.raises(RecordRefused, match="deleted at its source"):
        inveniordm.read(source, known)
