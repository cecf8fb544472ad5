"""Embargoes over the REST API: accepted and refused, shown to everybody, files for nobody."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import ANONYMOUS, SearchRequest, ValidationFailed
from muniment_embargo.checks import NO_FILES, NOT_IN_FUTURE, NOT_OVER, NOT_RESTRICTED

pytestmark = pytest.mark.plugins("embargo")


def sent(document: Any, until: str | None = "2027-03-03", active: bool | None = True, **access: str) -> dict[str, Any]:
    embargo = {"active": active, "until": until, "reason": "Thesis"}
    return {**document, "access": {"record": "public", "files": "restricted", **access, "embargo": embargo}}


def problems(answer: Any) -> dict[str, list[str]]:
    return {error["field"]: error["messages"] for error in answer.json.get("errors", [])}


@pytest.mark.hook("register_record_parts")
@pytest.mark.hook("check_draft")
def test_an_embargo_is_kept_with_the_draft_and_published(api: Any, ada: Any, clock: Any, make_draft: Any) -> None:
    draft = make_draft(files={"data.csv": b"1"})
    client = api.as_(ada)
    saved = client.put(f"/api/records/{draft.id}/draft", json=sent(draft.data))
    assert saved.status_code == 200
    assert saved.json["access"] == {
        "record": "public",
        "files": "restricted",
        "embargo": {"active": True, "until": "2027-03-03", "reason": "Thesis"},
        "status": "embargoed",
    }
    assert client.post(f"/api/records/{draft.id}/draft/actions/publish").status_code == 202
    found = api.get(f"/api/records/{draft.id}").json
    assert found["access"] == saved.json["access"]
    assert found["metadata"]["title"]
    assert "entries" not in found["files"]


@pytest.mark.parametrize(
    ("until", "active", "access", "field", "message"),
    [
        ("2027-02-28", True, {}, "access.embargo.until", NOT_IN_FUTURE),
        ("2027-03-01", True, {}, "access.embargo.until", NOT_IN_FUTURE),
        (None, True, {}, "access.embargo.until", NOT_IN_FUTURE),
        ("2027-03-03", False, {}, "access.embargo.until", NOT_OVER),
        ("2027-03-03", True, {"files": "public"}, "access.files", NOT_RESTRICTED),
    ],
)
def test_what_is_refused_is_told_when_saving_and_when_publishing(
    api: Any, ada: Any, clock: Any, make_draft: Any, until: Any, active: bool, access: Any, field: str, message: str
) -> None:
    draft = make_draft(files={"data.csv": b"1"})
    client = api.as_(ada)
    saved = client.put(f"/api/records/{draft.id}/draft", json=sent(draft.data, until, active, **access))
    assert saved.status_code == 200
    assert problems(saved) == {field: [message]}
    refused = client.post(f"/api/records/{draft.id}/draft/actions/publish")
    assert refused.status_code == 400
    assert problems(refused) == {field: [message]}


def test_a_malformed_day_is_refused_at_its_field(api: Any, ada: Any, clock: Any, make_draft: Any) -> None:
    draft = make_draft(files={"data.csv": b"1"})
    saved = api.as_(ada).put(f"/api/records/{draft.id}/draft", json=sent(draft.data, "March"))
    assert "This is not a date. Write it like 2027-03-03." in problems(saved)["access.embargo.until"]
    assert api.as_(ada).post(f"/api/records/{draft.id}/draft/actions/publish").status_code == 400


def test_there_must_be_files(api: Any, ada: Any, clock: Any, make_draft: Any) -> None:
    draft = make_draft()
    saved = api.as_(ada).put(f"/api/records/{draft.id}/draft", json=sent(draft.data))
    assert problems(saved) == {"access.embargo.until": [NO_FILES]}


@pytest.mark.configuration("plugin", embargo={"longest_months": 6})
def test_the_site_limits_how_long(api: Any, ada: Any, clock: Any, make_draft: Any) -> None:
    draft = make_draft(files={"data.csv": b"1"})
    client = api.as_(ada)
    assert problems(client.put(f"/api/records/{draft.id}/draft", json=sent(draft.data, "2027-09-01"))) == {}
    assert problems(client.put(f"/api/records/{draft.id}/draft", json=sent(draft.data, "2027-09-02"))) == {
        "access.embargo.until": ["An embargo may end on 2027-09-01 at the latest."]
    }


def test_files_are_for_people_with_permission(api: Any, ada: Any, grace: Any, make_user: Any, embargoed: Any) -> None:
    record = embargoed()
    address = f"/api/records/{record.id}/files"
    moderator = make_user("moderator@example.org", roles=["moderator"])
    for client in (api, api.as_(grace)):
        assert client.get(address).status_code == 403
        assert client.get(f"{address}/data.csv/content").status_code == 403
        assert client.get(f"{address}-archive").status_code == 403
    for person in (ada, moderator):
        assert api.as_(person).get(f"{address}/data.csv/content").data == b"a,b\n1,2\n"


def test_the_owner_extends_and_ends_by_editing(api: Any, ada: Any, embargoed: Any) -> None:
    number = embargoed().id
    client = api.as_(ada)
    draft = client.post(f"/api/records/{number}/draft").json
    draft["access"]["embargo"]["until"] = "2027-12-24"
    client.put(f"/api/records/{number}/draft", json=draft)
    assert client.post(f"/api/records/{number}/draft/actions/publish").status_code == 202
    assert api.get(f"/api/records/{number}").json["access"]["embargo"]["until"] == "2027-12-24"
    draft = client.post(f"/api/records/{number}/draft").json
    draft["access"] = {"record": "public", "files": "public"}
    client.put(f"/api/records/{number}/draft", json=draft)
    assert client.post(f"/api/records/{number}/draft/actions/publish").status_code == 202
    found = api.get(f"/api/records/{number}").json["access"]
    assert (found["status"], found["embargo"]["active"]) == ("open", False)


def test_search_finds_and_counts_them(repository: Any, make_record: Any, embargoed: Any) -> None:
    record = embargoed(reason="Thesis")
    make_record()
    request = SearchRequest(facets={"access_status": ("embargoed",)}, with_facets=True)
    page = repository.records.search(ANONYMOUS, request)
    assert [hit.id for hit in page.hits] == [record.id]
    counts = {bucket["key"]: bucket["doc_count"] for bucket in page.aggregations["access_status"]["buckets"]}
    assert counts["embargoed"] == 1
    assert repository.records.search(ANONYMOUS, SearchRequest(q="access.status:embargoed")).total == 1


def test_a_new_version_starts_under_the_embargo(repository: Any, ada: Any, embargoed: Any) -> None:
    version = repository.records.new_version(ada.actor, embargoed().id)
    assert version.data["access"]["embargo"]["until"] == "2027-03-03"


def test_a_restricted_record_under_embargo_is_not_seen(repository: Any, api: Any, embargoed: Any) -> None:
    record = embargoed(record_access="restricted")
    assert api.get(f"/api/records/{record.id}").status_code == 403
    assert repository.records.search(ANONYMOUS, SearchRequest()).total == 0


def test_a_day_that_has_come_before_publishing_is_refused(
    repository: Any, ada: Any, clock: Any, make_draft: Any
) -> None:
    draft = make_draft(files={"data.csv": b"1"})
    repository.records.update_draft(ada.actor, draft.id, sent(draft.data))
    clock.at("2027-03-03 00:00")
    with pytest.raises(ValidationFailed) as caught:
        repository.records.publish(ada.actor, draft.id)
    assert [problem.field for problem in caught.value.errors] == ["access.embargo.until"]
