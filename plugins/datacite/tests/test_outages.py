"""DataCite away, busy, refusing or out of its mind: publishing goes on, nothing is lost, operators see it."""

from __future__ import annotations

import importlib
import threading
import time
from datetime import timedelta

import pytest

from muniment.api import SYSTEM, RetryLater
from muniment.testing.documents import document
from muniment.testing.partners import Answered, Asked, played

pytestmark = pytest.mark.plugins("datacite")


@pytest.fixture
def ledger(repository):
    from muniment_datacite.ledger import Ledger

    return Ledger(repository)


@pytest.fixture
def registrar(repository):
    from muniment_datacite.registration import Registrar

    return Registrar(repository, repository.settings("datacite"))


def doi_of(record) -> str:
    return record["pids"]["doi"]["identifier"]


@pytest.mark.parametrize(
    ("plays", "told"),
    [
        ("away", "DataCite cannot be reached"),
        ("broken", "503 Service Unavailable"),
        ("busy", "429 Your request has been rate limited."),
        ("nonsense", "this is no answer of DataCite's API"),
    ],
)
def test_publishing_goes_on_and_nothing_is_lost(
    repository, make_record, run_jobs, play, registered, ledger, registrar, plays: str, told: str
) -> None:
    run_jobs()
    play(plays)
    record = make_record().data
    run_jobs()
    assert registered() == {}
    entry = ledger.find(doi_of(record))
    assert (entry.state, entry.known, entry.attempts) == ("waiting", "", 1)
    assert told in entry.answer
    (delivery,) = repository.deliveries.outstanding(handler="datacite.register").deliveries
    assert (delivery.state, delivery.attempts) == ("failed", 0)

    play("")
    assert registrar.retry(ledger.due(everything=True)) == 2
    repository.deliveries.retry()
    run_jobs()
    assert {entry["state"] for entry in registered().values()} == {"findable"}
    assert ledger.counts() == {"waiting": 0, "refused": 0, "findable": 2, "registered": 0}
    assert repository.deliveries.outstanding().deliveries == []


def test_an_answer_that_came_too_late_is_asked_for_once_more(repository, ada, ledger, monkeypatch) -> None:
    """DataCite did what it was told when nobody listened any more: told the same again, it has each DOI once."""
    monkeypatch.setattr("muniment_datacite.transport.TIMEOUT", (5, 0.3))
    done, told, is_slow = {}, [], threading.Event()

    def answer(asked: Asked) -> Answered:
        told.append(asked.path)
        status = 200 if done.get(asked.path) == asked.json else 201
        done[asked.path] = asked.json
        if is_slow.is_set():
            time.sleep(1)
        return Answered(status, {"data": {"attributes": {"state": "findable"}}})

    with played(answer) as url:
        settings = {"test_mode": False, "prefix": "10.1234", "username": "A.B", "password": "secret", "api_url": url}
        repository.plugin_settings.change("datacite", settings, SYSTEM)
        real = repository.successor()
        is_slow.set()
        record = real.records.publish(ada.actor, real.records.create(ada.actor, document()).id).data
        real.deliveries.run_until_idle()
        entry = ledger.find(doi_of(record))
        assert (entry.state, entry.known) == ("waiting", "")
        assert "DataCite cannot be reached: ReadTimeout" in entry.answer
        is_slow.clear()
        Registrar = importlib.import_module("muniment_datacite.registration").Registrar
        registrar = Registrar(real, real.settings("datacite"))
        assert registrar.retry(registrar.ledger.due(everything=True)) == 2
    own, concept = (f"/dois/{doi}" for doi in (doi_of(record), record["parent"]["pids"]["doi"]["identifier"]))
    assert sorted(told) == sorted([own, own, concept])
    assert (ledger.find(doi_of(record)).state, ledger.find(doi_of(record)).answer) == ("findable", "200")
    assert ledger.counts()["waiting"] == 0


def test_what_is_refused_waits_for_a_better_day(repository, make_record, run_jobs, play, registered, ledger) -> None:
    run_jobs()
    play("refusing")
    record = make_record().data
    run_jobs()
    entry = ledger.find(doi_of(record))
    assert (entry.state, entry.answer, entry.attempts) == ("refused", "422 creators Can't be blank", 1)
    assert repository.deliveries.outstanding().deliveries == [], "asking again would change nothing"
    assert repository.jobs.run_now("datacite.retry") == "0 DOIs registered", "the next try is in an hour"
    play("")
    assert ledger.make_due() == 2
    assert repository.jobs.run_now("datacite.retry") == "2 DOIs registered"
    assert ledger.find(doi_of(record)).answer == "201"


def test_an_outage_makes_no_refusal_wait_longer(repository, make_record, run_jobs, play, ledger, registrar) -> None:
    run_jobs()
    play("away")
    doi = doi_of(make_record().data)
    run_jobs()
    for _ in range(3):
        with pytest.raises(RetryLater):
            registrar.retry_one(ledger.find(doi))
    assert ledger.find(doi).attempts == 4
    play("refusing")
    registrar.retry_one(ledger.find(doi))
    entry = ledger.find(doi)
    assert (entry.attempts, entry.next_attempt - entry.updated) == (1, timedelta(hours=1))


def test_a_refused_update_tells_what_datacite_still_has(repository, ada, make_record, run_jobs, play, ledger) -> None:
    record = make_record().data
    run_jobs()
    play("refusing")
    repository.records.edit(ada.actor, record["id"])
    repository.records.update_draft(ada.actor, record["id"], document("Better"))
    repository.records.publish(ada.actor, record["id"])
    run_jobs()
    entry = ledger.find(doi_of(record))
    assert (entry.state, entry.known) == ("refused", "findable")


def test_a_deletion_while_it_is_away(repository, make_record, run_jobs, play, registered, registrar, ledger) -> None:
    record = make_record().data
    run_jobs()
    play("away")
    repository.records.delete(SYSTEM, record["id"], {"removal_reason": {"id": "spam"}})
    run_jobs()
    assert registered()[doi_of(record)]["state"] == "findable"
    play("")
    registrar.retry(ledger.due(everything=True))
    assert {entry["state"] for entry in registered().values()} == {"registered"}
    assert ledger.counts()["registered"] == 2


def test_what_was_deleted_before_it_was_registered_needs_no_doi(
    repository, make_record, run_jobs, play, registered, registrar, ledger
) -> None:
    play("away")
    record = make_record().data
    run_jobs()
    repository.records.delete(SYSTEM, record["id"], {"removal_reason": {"id": "spam"}})
    play("")
    registrar.retry(ledger.due(everything=True))
    assert registered() == {}
    assert ledger.counts() == {"waiting": 0, "refused": 0, "findable": 0, "registered": 0}


def test_the_concept_doi_outlives_its_newest_version(repository, ada, make_record, run_jobs, registered) -> None:
    first = make_record().data
    second = repository.records.publish(ada.actor, repository.records.new_version(ada.actor, first["id"]).id).data
    run_jobs()
    repository.records.delete(SYSTEM, second["id"], {"removal_reason": {"id": "spam"}})
    run_jobs()
    concept = registered()[first["parent"]["pids"]["doi"]["identifier"]]
    assert concept["state"] == "findable"
    assert [entry["relatedIdentifier"] for entry in concept["relatedIdentifiers"]] == [doi_of(first)]
    repository.records.delete(SYSTEM, first["id"], {"removal_reason": {"id": "spam"}})
    run_jobs()
    assert {entry["state"] for entry in registered().values()} == {"registered"}


def test_a_restricted_record_tells_datacite_nothing(repository, ada, make_record, run_jobs, registered) -> None:
    metadata = {"title": "Where the orchids grow", "description": "Secret"}
    record = make_record(record_access="restricted", files_access="restricted", metadata=metadata).data
    run_jobs()
    for entry in registered().values():
        assert entry["state"] == "registered"
        assert entry["titles"] == [{"title": ":unal"}]
        assert "orchids" not in str(entry)
        assert "Secret" not in str(entry)
    repository.records.edit(ada.actor, record["id"])
    repository.records.update_draft(ada.actor, record["id"], document("Orchids of the Alps"))
    repository.records.publish(ada.actor, record["id"])
    run_jobs()
    assert registered()[doi_of(record)]["state"] == "findable"


def test_a_record_that_becomes_restricted_is_taken_back(repository, ada, make_record, run_jobs, registered) -> None:
    record = make_record(metadata={"description": "Where the orchids grow"}).data
    run_jobs()
    assert "orchids" in str(registered())
    repository.records.edit(ada.actor, record["id"])
    closed = document("Orchids", record_access="restricted", files_access="restricted")
    repository.records.update_draft(ada.actor, record["id"], closed)
    repository.records.publish(ada.actor, record["id"])
    run_jobs()
    assert {entry["state"] for entry in registered().values()} == {"registered"}
    assert "orchids" not in str(registered()).lower()


def test_a_description_that_is_removed_is_removed_there(repository, ada, make_record, run_jobs, registered) -> None:
    record = make_record(metadata={"description": "Too much said"}).data
    run_jobs()
    repository.records.edit(ada.actor, record["id"])
    repository.records.update_draft(ada.actor, record["id"], document("Orchids"))
    repository.records.publish(ada.actor, record["id"])
    run_jobs()
    assert "Too much said" not in str(registered()[doi_of(record)])


def test_the_same_event_twice_asks_once(repository, make_record, run_jobs, registrar, monkeypatch) -> None:
    record = make_record().data
    run_jobs()
    asked = []
    monkeypatch.setattr(registrar.datacite, "put", lambda *args, **_: asked.append(args))
    number = repository.records.number_of(record["id"])
    states = registrar.bring(number, repository.records.number_of(record["parent"]["id"]))
    assert (states, asked) == (["findable", "findable"], [])


def test_a_mended_setting_brings_what_waited(repository, make_record, run_jobs, play, registered) -> None:
    play("refusing")
    make_record()
    run_jobs()
    play("")
    repository.plugin_settings.change("datacite", {"suffix": "new.{id}"}, SYSTEM)
    repository.successor().deliveries.run_until_idle()
    assert {entry["state"] for entry in registered().values()} == {"findable"}
