"""Checks on their way with a draft: set by managers, shown to the depositor and the reviewers, in the background."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from muniment.api import (
    SYSTEM,
    InvalidRequest,
    NotFound,
    OutgoingClient,
    PermissionDenied,
    Repository,
    ValidationFailed,
)
from muniment.testing.partners import Answered, Asked, played
from muniment_communities.api import Community
from muniment_curation.checking import CheckService
from muniment_curation.models import CheckResultRow
from muniment_curation.reviews import ReviewService
from muniment_requests.api import Request

pytestmark = pytest.mark.plugins("requests", "communities", "curation")

Submitted = Callable[..., tuple[Any, Request]]
SwitchedOn = Callable[..., None]


def states(checks: CheckService, actor: Any, number: str) -> dict[str, tuple[str, int]]:
    outcomes = checks.of_draft(actor, number)[2]
    return {one.setting.check.id: (one.status, len(one.findings)) for one in outcomes}


@pytest.mark.hook("check_draft")
def test_an_error_blocks_submission_and_advice_does_not(
    checks: CheckService,
    reviews: ReviewService,
    repository: Repository,
    switched_on: SwitchedOn,
    make_draft: Any,
    polar: Community,
    ada: Any,
    panel_of: Any,
) -> None:
    switched_on("curation-fields", "error", fields=["version"])
    switched_on("curation-identifiers", "advice")
    draft = make_draft("Tides")
    reviews.choose(ada.actor, draft.id, polar.id)
    own = panel_of(ada)
    form = own.get(f"/uploads/{draft.id}")
    assert "Checks of Polar" in form
    assert "Say which version it is: the community asks for it." in form
    assert "has no ROR here." in form, "the author is an organization"
    with pytest.raises(ValidationFailed) as refused:
        reviews.submit(ada.actor, draft.id)
    assert [problem.field for problem in refused.value.errors] == ["metadata.version"]
    document = repository.records.read_draft(ada.actor, draft.id).data
    document["metadata"]["version"] = "1.0"
    saved = repository.records.update_draft(ada.actor, draft.id, document)
    assert ("metadata.creators.0", "warning") in [(one.field, one.severity) for one in saved.problems]
    assert reviews.submit(ada.actor, draft.id).status == "submitted"


def test_reviewers_see_them_and_decide_themselves(
    reviews: ReviewService, switched_on: SwitchedOn, submitted: Submitted, grace: Any, ada: Any, panel_of: Any
) -> None:
    draft, request = submitted()
    switched_on("curation-fields", "error", fields=["version"])
    panel = panel_of(grace)
    page = panel.get(f"/me/requests/{request.id}")
    assert "to be mended" in page
    assert f"/uploads/{draft.id}#f-metadata.version" in page
    revision = page.partition('name="revision" value="')[2].partition('"')[0]
    assert "to be mended" in panel.get(f"/curation/{draft.id}/checks")
    panel.post(f"/me/requests/{request.id}", do="accept", content="Yes.", revision=revision)
    assert reviews.repository.records.read(ada.actor, draft.id).data["is_published"]


def test_a_published_record_is_checked_when_it_is_offered(
    inclusion: Any, repository: Repository, switched_on: SwitchedOn, make_draft: Any, polar: Community, ada: Any,
    grace: Any, panel_of: Any
) -> None:  # fmt: skip
    switched_on("curation-fields", "error", fields=["version"])
    record = repository.records.publish(ada.actor, make_draft("Tides").id)
    request = inclusion.ask(ada.actor, record.id, polar.id)
    assert "Say which version it is: the community asks for it." in panel_of(grace).get(f"/me/requests/{request.id}")


def test_what_does_not_concern_a_community_is_not_checked(
    repository: Repository, switched_on: SwitchedOn, make_draft: Any, ada: Any, checks: CheckService, grace: Any
) -> None:
    switched_on("curation-fields", "error", fields=["version"])
    draft = make_draft("Tides")
    with pytest.raises(NotFound):
        checks.of_draft(ada.actor, draft.id)
    assert repository.records.publish(ada.actor, draft.id).data["is_published"]


def test_who_may_see_and_change_checks(
    checks: CheckService, switched_on: SwitchedOn, submitted: Submitted, polar: Community, api: Any, ada: Any,
    grace: Any, olga: Any, make_user: Any
) -> None:  # fmt: skip
    switched_on("curation-fields", "advice", fields=["version"])
    draft, _request = submitted()
    for person in (grace, ada):
        with pytest.raises(PermissionDenied):
            checks.settings.get(person.actor, polar)
        assert states(checks, person.actor, draft.id) == {"curation-fields": ("done", 1)}
    with pytest.raises((PermissionDenied, NotFound)):
        checks.of_draft(make_user("eve@example.org").actor, draft.id)
    path = f"/api/communities/{polar.slug}/checks"
    assert api.as_(grace).get(path).status_code == 403
    hits = api.as_(olga).get(path).json["hits"]["hits"]
    assert [(one["check_id"], one["enabled"]) for one in hits][:2] == [
        ("curation-fields", True),
        ("curation-licence", False),
    ]
    sent = {"checks": [{"check_id": "curation-fields", "severity": "error", "params": {"fields": ["version"]}}]}
    assert api.as_(olga).put(path, json=sent).json["hits"]["hits"][0]["severity"] == "error"
    run = api.as_(ada).get(f"/api/records/{draft.id}/draft/checks").json["hits"]["hits"][0]
    assert (run["status"], run["success"], run["severity"]) == ("C", False, "error")
    assert run["errors"][0]["field"] == "metadata.version"


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"checks": [{}]},
        {"checks": [{"check_id": "nothing"}]},
        {"checks": [{"check_id": "curation-fields", "severity": "fatal"}]},
        {"checks": [{"check_id": "curation-fields", "params": {"fields": ["nonsense"]}}]},
        {"checks": [{"check_id": "curation-fields", "params": {"fields": []}}]},
        {"checks": [{"check_id": "curation-fields", "params": {"fields": 7}}]},
        {"checks": [{"check_id": "curation-fields", "params": {"others": []}}]},
        {"checks": [{"check_id": "curation-licence", "params": {"licences": ["no-such"]}}]},
    ],
)
def test_what_cannot_be_set_is_told(sent: dict[str, Any], api: Any, polar: Community, olga: Any) -> None:
    answer = api.as_(olga).put(f"/api/communities/{polar.id}/checks", json=sent)
    assert (answer.status_code, bool(answer.json["errors"])) == (400, True)


@pytest.mark.hook("communities_tabs")
def test_managers_set_them_on_a_page(
    checks: CheckService, polar: Community, olga: Any, grace: Any, panel_of: Any
) -> None:
    page = f"/curation/communities/{polar.slug}/checks"
    panel = panel_of(olga)
    assert page in panel.get(f"/communities/{polar.slug}")
    assert page not in panel_of(grace).get(f"/communities/{polar.slug}")
    panel_of(grace).get(page, status=403)
    wrong = {"curation-fields": "error", "curation-fields.fields": "nonsense"}
    again = panel.post(page, status=422, **wrong)
    assert "nonsense" in again
    sent = {
        "curation-fields": "error",
        "curation-fields.fields": "version",
        "curation-licence": "advice",
        "curation-licence.licences": "cc0-1.0\n\ncc-by-4.0",
        "curation-links": "advice",
    }
    assert "The checks are saved" in panel.post(page, **sent)
    assert [(one.check.id, one.level) for one in checks.settings.active(polar.id)] == [
        ("curation-fields", "error"),
        ("curation-licence", "advice"),
        ("curation-links", "advice"),
    ]
    assert [one.parameters for one in checks.settings.active(polar.id)] == [
        {"fields": ("version",)},
        {"licences": ("cc0-1.0", "cc-by-4.0")},
        {},
    ]


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def elsewhere(asked: list[str], repository: Repository) -> Iterator[str]:
    def answer(request: Asked) -> Answered:
        asked.append(request.path)
        return Answered(404 if request.path == "/gone" else 200)

    with played(answer) as url:
        repository.__dict__["outgoing"] = OutgoingClient([url.removeprefix("http://")])
        yield url


@pytest.mark.hook("register_event_handlers")
def test_links_are_asked_in_the_background(
    checks: CheckService,
    reviews: ReviewService,
    repository: Repository,
    switched_on: SwitchedOn,
    make_draft: Any,
    polar: Community,
    ada: Any,
    run_jobs: Any,
    elsewhere: str,
    asked: list[str],
    panel_of: Any,
) -> None:
    switched_on("curation-links", "error")
    draft = make_draft("Tides")
    reviews.choose(ada.actor, draft.id, polar.id)

    def describe(text: str, title: str = "Tides") -> None:
        document = repository.records.read_draft(ada.actor, draft.id).data
        document["metadata"].update(description=text, title=title)
        repository.records.update_draft(ada.actor, draft.id, document)

    describe(f'<p><a href="{elsewhere}/gone">data</a></p>')
    assert states(checks, ada.actor, draft.id) == {"curation-links": ("pending", 0)}
    assert asked == [], "nobody waits for a server elsewhere"
    run_jobs()
    assert states(checks, ada.actor, draft.id) == {"curation-links": ("done", 1)}
    with pytest.raises(ValidationFailed):
        reviews.submit(ada.actor, draft.id)
    count = len(asked)
    describe(f'<p><a href="{elsewhere}/gone">data</a></p>', "Another title")
    run_jobs()
    assert len(asked) == count, "the links are the same"
    own = panel_of(ada)
    assert "Checked on" in own.get(f"/curation/{draft.id}/checks")
    assert "is being checked again" in own.post(f"/curation/{draft.id}/checks")
    assert states(checks, ada.actor, draft.id) == {"curation-links": ("pending", 0)}
    run_jobs()
    assert len(asked) > count
    describe(f'<p><a href="{elsewhere}/here">data</a></p>')
    run_jobs()
    assert states(checks, ada.actor, draft.id) == {"curation-links": ("done", 0)}
    assert reviews.submit(ada.actor, draft.id).status == "submitted"


def test_links_of_a_published_record_are_asked_until_it_is_decided(
    inclusion: Any, repository: Repository, switched_on: SwitchedOn, make_draft: Any, polar: Community, ada: Any,
    grace: Any, panel_of: Any, run_jobs: Any, elsewhere: str, asked: list[str]
) -> None:  # fmt: skip
    switched_on("curation-links", "advice")
    record = repository.records.publish(ada.actor, make_draft("Tides").id)

    def edit(link: str) -> None:
        draft = repository.records.edit(ada.actor, record.id)
        draft.data["metadata"]["description"] = f'<a href="{elsewhere}/{link}">data</a>'
        repository.records.update_draft(ada.actor, record.id, draft.data)
        repository.records.publish(ada.actor, record.id)
        run_jobs()

    edit("gone")
    assert asked == [], "no community is asked to take it"
    page = f"/me/requests/{inclusion.ask(ada.actor, record.id, polar.id).id}"
    panel = panel_of(grace)
    assert "Checked on" not in panel.get(page)
    run_jobs()
    assert f"{elsewhere}/gone" in panel.get(page)
    edit("here")
    assert f"{elsewhere}/gone" not in panel.get(page)
    assert "Checked on" in panel.get(page)
    assert kept_results(repository) == 1
    panel.post(page, do="decline", content="No.")
    assert kept_results(repository) == 0


def test_results_go_with_the_draft(
    checks: CheckService, repository: Repository, switched_on: SwitchedOn, submitted: Submitted, run_jobs: Any,
    ada: Any, elsewhere: str
) -> None:  # fmt: skip
    switched_on("curation-links", "advice")
    accepted, request = submitted("Accepted")
    draft, _request = submitted()
    run_jobs()
    assert kept_results(repository) == 2
    checks.reviews.requests.act(SYSTEM, request.id, "accept")
    assert repository.records.read(ada.actor, accepted.id).data["is_published"]
    assert kept_results(repository) == 1
    assert states(checks, ada.actor, draft.id) == {"curation-links": ("done", 0)}
    repository.records.delete_draft(ada.actor, draft.id)
    run_jobs()
    with pytest.raises((NotFound, InvalidRequest)):
        checks.of_draft(ada.actor, draft.id)
    assert kept_results(repository) == 0


def kept_results(repository: Repository) -> int:
    with repository.database.read() as session:
        return len(list(session.execute(select(CheckResultRow.check_id)).scalars()))
