"""Checks of single records and of the whole repository, on the command line and in the control panel."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from muniment.api import SYSTEM, NotFound, Repository
from muniment.testing.documents import document
from muniment_openaire.checking import Checker
from muniment_openaire.models import Checked, Gap

pytestmark = pytest.mark.plugins("openaire")

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(instance: Any) -> Run:
    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "muniment", "--instance", str(instance.path), "openaire", "check", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return call


@pytest.fixture
def article(make_record: Any) -> Any:
    """A publication without a language, which is mandatory where there is one."""
    return make_record("Drift of ice", metadata={"resource_type": {"id": "publication-article"}, "languages": []})


def remembered(repository: Repository) -> tuple[int, set[str]]:
    with repository.database.read() as session:
        numbers = session.execute(select(Checked.record_id)).scalars().all()
        return len(numbers), set(session.execute(select(Gap.rule)).scalars())


def test_a_record_is_looked_at_when_it_changes(
    repository: Repository, article: Any, run_jobs: Callable[[], int], ada: Any
) -> None:
    run_jobs()
    count, rules = remembered(repository)
    assert count == 1
    assert {"language"} <= rules
    repository.records.edit(ada.actor, article.id)
    better = document("Drift of ice", metadata={"resource_type": {"id": "publication-article"}})
    repository.records.update_draft(ada.actor, article.id, better)
    repository.records.publish(ada.actor, article.id)
    run_jobs()
    assert "language" not in remembered(repository)[1]
    repository.records.delete(SYSTEM, article.id, {"removal_reason": {"id": "spam"}})
    run_jobs()
    assert remembered(repository) == (0, set())


def test_the_job_looks_at_everything(repository: Repository, make_record: Any, article: Any, ada: Any) -> None:
    make_record("Data")
    closed = {**document("Closed"), "access": {"record": "restricted", "files": "restricted"}}
    repository.records.publish(ada.actor, repository.records.create(ada.actor, closed).id)
    assert repository.jobs.run_now("openaire.check") == "2 records, 2 of them lack something mandatory"
    literature, data = Checker(repository).summaries()
    assert (literature.total, literature.complete, data.total, data.complete) == (1, 0, 1, 0)
    counts = {missing.rule.name: missing.count for missing in data.missing}
    assert (counts["identifier"], counts["title"]) == (1, 0)
    assert Checker(repository).lacking("literature", "language") == ([(article.id, "Drift of ice")], 1)
    with pytest.raises(NotFound):
        Checker(repository).lacking("literature", "nothing")


@pytest.mark.usefixtures("repository")
def test_the_command_tells_what_is_missing(run: Run, article: Any) -> None:
    one = run(article.id)
    assert one.returncode == 1
    assert f"{article.id}  literature  lacks Language (MA)" in one.stdout
    every = run("--json")
    assert every.returncode == 1
    found = json.loads(every.stdout)
    assert (found["total"], found["incomplete"]) == (1, 1)
    assert {"rule": "language", "level": "MA", "title": "Language"} in found["records"][0]["lacks"]
    missing = run("999999")
    assert missing.returncode == 2
    assert "Traceback" not in missing.stderr


def test_a_repository_without_gaps_is_told_so(run: Run, make_record: Any) -> None:
    funding = [{"funder": {"id": "00k4n6c32", "name": "EC"}, "award": {"number": "1"}}]
    number = make_record(metadata={"resource_type": {"id": "publication-article"}, "funding": funding}).id
    result = run(number)
    assert result.returncode == 0, result.stdout
    assert "1 records, 0 of them lack something mandatory." in result.stdout


@pytest.mark.hook("register_nav")
def test_the_panel_shows_counts_and_leads_to_records(
    repository: Repository, panel: Any, article: Any, run_jobs: Callable[[], int]
) -> None:
    assert "No records yet" in panel.get("/control/openaire")
    run_jobs()
    page = panel.get("/control/openaire")
    assert 'href="/control/openaire/literature/language"' in page
    inside = panel.get("/control/openaire/literature/language")
    assert f'href="/records/{article.id}"' in inside
    assert "1 record lacks it." in inside
    assert "No record lacks it" in panel.get("/control/openaire/literature/title")
    assert panel.client.get("/control/openaire/literature/nothing").status_code == 404
    assert panel.client.get("/control/openaire/literature/language?page=x").status_code == 200
    assert repository.hooks.contributions("register_nav")


@pytest.mark.plugins("oaipmh")
@pytest.mark.hook("oaipmh_sets")
def test_harvesters_get_publications_and_data_apart(
    client: Any, repository: Repository, make_record: Any, article: Any, ada: Any, run_jobs: Callable[[], int]
) -> None:
    del repository, ada
    funding = [{"funder": {"name": "EC"}, "award": {"number": "1"}}]
    paid = make_record("Paid", metadata={"resource_type": {"id": "publication-article"}, "funding": funding}).id
    data = make_record("Data").id
    run_jobs()

    def members(spec: str) -> str:
        return client.get(f"/oai2d?verb=ListIdentifiers&metadataPrefix=oai_openaire&set={spec}").text

    assert f":{paid}</identifier>" in members("openaire")
    assert f":{article.id}</identifier>" not in members("openaire")  # neither open nor funded
    assert f":{data}</identifier>" in members("openaire_data")
    assert f":{paid}</identifier>" not in members("openaire_data")
