"""What operators see of the plugin: its command, and its word on personal data."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.plugins("datacite")


def status(instance, *options: str) -> str:
    command = [sys.executable, "-m", "muniment", "--instance", str(instance.path), "datacite", "status", *options]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.hook("register_commands")
def test_the_command_tells_what_is_outstanding(instance, repository, make_record, run_jobs) -> None:
    offered = repository.hooks.contributions("register_commands")
    assert [item.value.name for item in offered if item.plugin == "datacite"] == [
        "status",
        "retry",
        "verify",
        "sync",
        "rehearse",
    ]
    doi = make_record().data["pids"]["doi"]["identifier"]
    waiting = status(instance)
    assert f"{doi}  waiting" in waiting.replace("    ", "  ")
    assert "2 outstanding." in waiting
    run_jobs()
    assert status(instance) == "Test mode: these DOIs are tests.\n0 outstanding.\n"
    assert " ".join(status(instance, "--all").split()).count(f"{doi} findable findable 0 201") == 1


@pytest.mark.hook("privacy_none")
def test_it_says_why_it_holds_nothing_about_people(repository) -> None:
    assert any("metadata of public records" in reason for reason in repository.hooks.privacy_none())


def run(instance, *words: str, status: int = 0) -> str:
    command = [sys.executable, "-m", "muniment", "--instance", str(instance.path), "datacite", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_an_outage_on_the_command_line(instance, make_record, run_jobs, registered) -> None:
    assert "The stand-in plays: away." in run(instance, "rehearse", "away")
    doi = make_record().data["pids"]["doi"]["identifier"]
    run_jobs()
    assert "DataCite cannot be reached" in run(instance, "status")
    assert "Nothing is lost; it is tried again by itself." in run(instance, "retry", status=1)
    assert "DataCite cannot be reached" in run(instance, "verify", status=1)
    run(instance, "rehearse", "nothing")
    assert run(instance, "retry", doi) == "1 registered, 1 outstanding.\n"
    assert run(instance, "retry") == "1 registered, 0 outstanding.\n"
    assert set(json.loads(run(instance, "status", "--all", "--json"))["dois"][0]) >= {"doi", "state", "answer"}
    assert {entry["state"] for entry in registered().values()} == {"findable"}


def test_what_differs_is_told_and_brought_up_to_date(repository, instance, make_record, run_jobs, registered) -> None:
    from muniment_datacite.models import TestDOI

    doi = make_record().data["pids"]["doi"]["identifier"]
    run_jobs()
    assert run(instance, "verify") == "2 compared, 0 different.\n"
    with repository.database.write() as unit:
        row = unit.session.get(TestDOI, doi)
        changed = {"titles": [{"title": "Changed in Fabrica"}], "url": "https://old.example.org/1"}
        row.attributes = {**row.attributes, **changed}
        row.state = "registered"
    told = run(instance, "verify", doi, status=1)
    assert "the state is registered, should be findable; url is 'https://old.example.org/1'" in told
    assert "titles differ" in told
    assert run(instance, "sync") == "0 sent, 0 refused.\n", "DataCite took what it was told last"
    assert f"{doi}  would be findable" in run(instance, "sync", "--everything", "--dry-run")
    assert "2 sent, 0 refused." in run(instance, "sync", "--everything")
    assert registered()[doi]["state"] == "findable"
    assert run(instance, "verify") == "2 compared, 0 different.\n"
    assert "DataCite was never told of a DOI 10.5072/nothing" in run(instance, "verify", "10.5072/nothing", status=1)


def test_works_that_datacite_cannot_be_told_of_are_named(repository, instance, make_record, run_jobs) -> None:
    works = [
        {"identifier": "10.5281/zenodo.1", "scheme": "doi", "relation_type": {"id": "cites"}},
        {"identifier": "Shelf 7, box 4", "scheme": "other", "relation_type": {"id": "cites"}},
        {"identifier": "10.5281/zenodo.2", "scheme": "doi", "relation_type": {"id": "other"}},
    ]
    record = make_record(metadata={"related_identifiers": works})
    run_jobs()
    doi = record.data["pids"]["doi"]["identifier"]
    told = run(instance, "verify")
    lost = ["other Shelf 7, box 4", "doi 10.5281/zenodo.2"]
    assert told.splitlines()[-1] == "2 compared, 0 different."
    assert all(f"{doi}: DataCite's form has no place for" in told and work in told for work in lost)
    assert json.loads(run(instance, "verify", "--json"))["untold"] == {doi: lost}
    assert repository.exports.left_out(record.data, "datacite-xml") == ["metadata.related_identifiers (in part)"]
    assert repository.exports.left_out(make_record().data, "datacite-json") == []
