"""DOIs from the draft to DataCite: reserved, registered after publishing, hidden and brought back."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import SYSTEM, InvalidRequest, ValidationFailed
from muniment.testing.documents import document

pytestmark = pytest.mark.plugins("datacite")


def registered(repository: Any) -> dict[str, Any]:
    """The DOIs that the stand-in knows, with their attributes."""
    from muniment_datacite.models import TestDOI

    with repository.database.read() as session:
        return {row.doi: {**row.attributes, "state": row.state} for row in session.query(TestDOI)}


@pytest.mark.hook("register_identifier_providers")
def test_publishing_gives_version_and_concept_doi(repository, make_record) -> None:
    record = make_record().data
    assert record["pids"]["doi"] == {
        "identifier": f"10.5072/muniment.{record['id']}",
        "provider": "datacite",
        "client": "datacite",
    }
    assert record["parent"]["pids"]["doi"]["identifier"] == f"10.5072/muniment.{record['parent']['id']}"
    assert record["links"]["self_doi"] == f"https://doi.org/10.5072/muniment.{record['id']}"


@pytest.mark.hook("register_event_handlers")
def test_registration_happens_after_publishing_and_keeps_to_the_schema(repository, make_record, run_jobs) -> None:
    record = make_record().data
    assert registered(repository) == {}
    run_jobs()
    found = registered(repository)
    own, concept = record["pids"]["doi"]["identifier"], record["parent"]["pids"]["doi"]["identifier"]
    assert {doi: entry["state"] for doi, entry in found.items()} == {own: "findable", concept: "findable"}
    assert found[own]["url"] == record["links"]["self_html"]
    assert found[own]["titles"] == [{"title": record["metadata"]["title"]}]
    assert {"relatedIdentifier": concept, "relatedIdentifierType": "DOI", "relationType": "IsVersionOf"} in found[own][
        "relatedIdentifiers"
    ]
    assert found[concept]["relatedIdentifiers"][-1]["relationType"] == "HasVersion"


def test_a_doi_can_be_reserved_before_publishing_and_released(repository, ada, make_draft) -> None:
    draft = make_draft()
    reserved = repository.records.reserve_identifier(ada.actor, draft.id, "doi").data
    assert reserved["pids"]["doi"]["identifier"] == f"10.5072/muniment.{draft.id}"
    with pytest.raises(InvalidRequest, match="already exists"):
        repository.records.reserve_identifier(ada.actor, draft.id, "doi")
    kept = repository.records.update_draft(ada.actor, draft.id, document("Another title")).data
    assert kept["pids"] == reserved["pids"]
    released = repository.records.release_identifier(ada.actor, draft.id, "doi").data
    assert released["pids"] == {}
    assert released["parent"]["pids"] == {}


def test_each_version_has_its_own_doi_and_all_share_the_concept_doi(repository, ada, make_record, run_jobs) -> None:
    first = make_record().data
    draft = repository.records.new_version(ada.actor, first["id"])
    assert draft.data["pids"] == {}
    second = repository.records.publish(ada.actor, draft.id).data
    run_jobs()
    assert second["pids"]["doi"]["identifier"] != first["pids"]["doi"]["identifier"]
    assert second["parent"]["pids"] == first["parent"]["pids"]
    concept = registered(repository)[first["parent"]["pids"]["doi"]["identifier"]]
    assert [entry["relatedIdentifier"] for entry in concept["relatedIdentifiers"]] == [
        second["pids"]["doi"]["identifier"],
        first["pids"]["doi"]["identifier"],
    ]


def test_an_edit_is_told_to_datacite(repository, ada, make_record, run_jobs) -> None:
    record = make_record().data
    run_jobs()
    repository.records.edit(ada.actor, record["id"])
    repository.records.update_draft(ada.actor, record["id"], document("A better title"))
    repository.records.publish(ada.actor, record["id"])
    run_jobs()
    assert registered(repository)[record["pids"]["doi"]["identifier"]]["titles"] == [{"title": "A better title"}]


def test_deletion_hides_the_doi_and_restoring_brings_it_back(repository, make_record, run_jobs) -> None:
    record = make_record().data
    run_jobs()
    own = record["pids"]["doi"]["identifier"]
    repository.records.delete(SYSTEM, record["id"], {"removal_reason": {"id": "spam"}})
    run_jobs()
    assert registered(repository)[own]["state"] == "registered"
    repository.records.restore(SYSTEM, record["id"])
    run_jobs()
    assert registered(repository)[own]["state"] == "findable"


def test_own_prefixes_cannot_be_external(repository, ada) -> None:
    pids = {"doi": {"identifier": "10.5072/something", "provider": "external"}}
    draft = repository.records.create(ada.actor, document(pids=pids))
    assert [problem.field for problem in draft.problems] == ["pids.doi"]
    assert draft.data["pids"] == {}


def test_an_external_doi_stays_external(repository, ada, run_jobs) -> None:
    pids = {"doi": {"identifier": "10.1234/elsewhere", "provider": "external"}}
    draft = repository.records.create(ada.actor, document(pids=pids))
    record = repository.records.publish(ada.actor, draft.id).data
    run_jobs()
    assert record["pids"]["doi"]["provider"] == "external"
    assert registered(repository) == {}


@pytest.mark.hook("register_jobs")
def test_the_nightly_job_registers_what_was_missed(repository, make_record) -> None:
    """Nobody delivered the event, as when the plugin was off meanwhile."""
    doi = make_record().data["pids"]["doi"]["identifier"]
    assert registered(repository) == {}
    assert repository.jobs.run_now("datacite.catch-up") == "2 DOIs registered"
    assert registered(repository)[doi]["state"] == "findable"
    assert repository.jobs.run_now("datacite.catch-up") == "0 DOIs registered"


@pytest.mark.hook("check_draft")
def test_a_doi_needs_a_publisher(repository, ada) -> None:
    draft = repository.records.create(ada.actor, document(metadata={"publisher": None}))
    with pytest.raises(ValidationFailed) as caught:
        repository.records.publish(ada.actor, draft.id)
    assert [problem.field for problem in caught.value.errors] == ["metadata.publisher"]


@pytest.mark.hook("register_record_parts")
def test_records_tell_that_their_dois_are_tests(make_record) -> None:
    assert make_record().data["ext"]["datacite"] == {"test": True}


def test_nothing_is_lost_while_the_plugin_is_off(repository, ada, make_draft) -> None:
    """A draft with a reserved DOI is edited, published and versioned while the plugin is off, then it is on again."""
    draft = make_draft()
    reserved = repository.records.reserve_identifier(ada.actor, draft.id, "doi").data["pids"]["doi"]
    repository.plugins.disable("datacite", SYSTEM)
    without = repository.successor()
    assert "datacite" not in without.generation.names
    edited = without.records.update_draft(ada.actor, draft.id, document("Written while DOIs were off"))
    assert edited.problems == ()
    assert edited.data["pids"] == {}
    published = without.records.publish(ada.actor, draft.id).data
    assert published["pids"] == {}
    next_draft = without.records.new_version(ada.actor, draft.id)
    second = without.records.publish(ada.actor, next_draft.id).data
    without.deliveries.run_until_idle()
    assert registered(without) == {}

    without.plugins.enable("datacite", SYSTEM)
    again = without.successor()
    shown = again.records.read(ada.actor, draft.id).data
    assert shown["pids"]["doi"] == reserved
    assert shown["parent"]["pids"]["doi"]["identifier"] == f"10.5072/muniment.{shown['parent']['id']}"
    again.deliveries.run_until_idle()
    assert set(registered(again)) == {reserved["identifier"], shown["parent"]["pids"]["doi"]["identifier"]}
    assert again.records.read(ada.actor, second["id"]).data["pids"] == {}
