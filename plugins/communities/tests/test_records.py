"""Records in communities: in their JSON, in searches, and on the page of the community."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import ANONYMOUS, SearchRequest, ValidationFailed

pytestmark = pytest.mark.plugins("communities", "requests")


@pytest.mark.hook("register_record_parts")
@pytest.mark.hook("register_facets")
@pytest.mark.hook("register_vocabularies")
def test_a_record_shows_its_communities(
    repository: Any, communities: Any, found: Any, put: Any, make_record: Any, ada: Any
) -> None:
    polar, ice = found(), found("ice", "Ice cores")
    record, other = make_record("Tides"), make_record("Dunes")
    put(record, polar)
    put(record, ice)
    shown = repository.records.read(ANONYMOUS, record.id).data["parent"]["communities"]
    assert (shown["ids"], shown["default"]) == ([polar.id, ice.id], polar.id)
    assert [entry["slug"] for entry in shown["entries"]] == ["polar", "ice"]
    put(record, ice, default=True)
    shown = repository.records.read(ANONYMOUS, record.id).data["parent"]["communities"]
    assert (shown["ids"], shown["default"]) == ([ice.id, polar.id], ice.id)

    search = lambda **asked: repository.records.search(ANONYMOUS, SearchRequest(**asked))  # noqa: E731
    assert [hit.id for hit in search(q=f'parent.communities.ids:"{polar.id}"').hits] == [record.id]
    assert [hit.id for hit in search(facets={"communities": ["ice"]}).hits] == [record.id]
    assert search(q="dunes", within="communities:polar").total == 0
    inside = search(within="communities:polar")
    assert [hit.id for hit in inside.hits] == [record.id]
    buckets = {one["key"]: one["label"] for one in inside.aggregations["communities"]["buckets"]}
    assert buckets == {"polar": "Polar research", "ice": "Ice cores"}
    assert search().total == 2
    assert other.data["parent"]["communities"] == {}


@pytest.mark.hook("register_event_handlers")
def test_a_new_name_reaches_its_records(
    repository: Any, communities: Any, polar: Any, put: Any, make_record: Any, ada: Any
) -> None:
    record = make_record("Tides")
    put(record, polar)
    communities.rename(ada.actor, "polar", "arctic")
    repository.deliveries.run_until_idle()
    shown = repository.records.read(ANONYMOUS, record.id).data["parent"]["communities"]
    assert shown["entries"][0]["slug"] == "arctic"


def test_what_leaves_is_gone_and_the_next_is_default(
    repository: Any, communities: Any, found: Any, put: Any, make_record: Any
) -> None:
    polar, ice = found(), found("ice", "Ice cores")
    record = make_record("Tides")
    put(record, polar)
    put(record, ice)
    parent = repository.records.parent_number_of(record.id)
    with repository.database.write() as unit:
        assert communities.records.unlink(unit, ANONYMOUS, parent, polar.id)
        assert not communities.records.unlink(unit, ANONYMOUS, parent, polar.id)
    communities.records.wait(unit)
    shown = repository.records.read(ANONYMOUS, record.id).data["parent"]["communities"]
    assert (shown["ids"], shown["default"]) == ([ice.id], ice.id)
    assert communities.records.counts([polar.id, ice.id]) == {polar.id: 0, ice.id: 1}


def test_a_community_with_public_records_cannot_be_closed(
    communities: Any, polar: Any, put: Any, ada: Any, make_record: Any
) -> None:
    closed = {"metadata": {"title": "Polar research"}, "access": {"visibility": "restricted"}}
    record = make_record()
    put(record, polar)
    with pytest.raises(ValidationFailed) as caught:
        communities.update(ada.actor, "polar", closed)
    assert [problem.field for problem in caught.value.errors] == ["access.visibility"]
    assert communities.get(ANONYMOUS, "polar").is_public
    communities.records.remove(ada.actor, record.id, polar)
    assert not communities.update(ada.actor, "polar", closed).is_public


@pytest.mark.hook("check_draft")
def test_a_record_of_a_restricted_community_cannot_be_opened(
    repository: Any, found: Any, put: Any, ada: Any, make_record: Any
) -> None:
    record = make_record(record_access="restricted", files_access="restricted")
    put(record, found("secret", "Secret", visibility="restricted"))
    draft = repository.records.edit(ada.actor, record.id)
    body = {**draft.data, "access": {"record": "public", "files": "public"}}
    repository.records.update_draft(ada.actor, record.id, body)
    with pytest.raises(ValidationFailed) as caught:
        repository.records.publish(ada.actor, record.id)
    assert [problem.field for problem in caught.value.errors] == ["access.record"]


@pytest.mark.hook("listing_labels")
def test_members_find_restricted_records_everywhere(
    repository: Any, communities: Any, found: Any, put: Any, ada: Any, grace: Any, make_record: Any, join: Any, api: Any
) -> None:
    polar, secret = found(), found("secret", "Secret", visibility="restricted")
    closed = {"record_access": "restricted", "files_access": "restricted"}
    hidden, other, alone = (make_record(title, **closed) for title in ("Hidden", "Other", "Alone"))
    put(hidden, secret)
    put(other, polar)
    make_record("Open")
    titles = lambda address: {  # noqa: E731
        hit["metadata"]["title"] for hit in api.as_(grace).get(address).json["hits"]["hits"]
    }
    assert titles("/api/records") == {"Open"}
    join(secret, grace)
    join(polar, grace, "curator")
    answer = api.as_(grace).get("/api/records?q=title:hidden").json
    assert (answer["hits"]["total"], answer["aggregations"]["access_status"]["buckets"][0]["doc_count"]) == (1, 1)
    assert titles("/api/records") == {"Open", "Hidden", "Other"}
    assert titles("/api/communities/secret/records") == {"Hidden"}
    assert titles("/api/records?all_versions=1&q=title:hidden") == {"Hidden"}
    assert titles("/api/user/records") == set()
    assert alone.id not in {hit["id"] for hit in api.as_(grace).get("/api/records").json["hits"]["hits"]}
    assert api.get("/api/records").json["hits"]["total"] == 1
    communities.members.remove(grace.actor, secret, {"members": [{"type": "user", "id": str(grace.subject)}]})
    assert titles("/api/records") == {"Open", "Other"}
    communities.records.remove(ada.actor, other.id, polar)
    assert titles("/api/records") == {"Open"}


@pytest.mark.hook("register_json_links")
def test_the_draft_of_a_new_version_tells_the_communities_of_the_work_to_who_may_see_it(
    repository: Any, api: Any, polar: Any, put: Any, make_record: Any, make_draft: Any, ada: Any, make_user: Any
) -> None:
    record = make_record("Tides")
    put(record, polar)
    version = repository.records.new_version(ada.actor, record.id)
    path = version.data["links"]["communities"].partition("5000")[2]
    assert [one["id"] for one in api.as_(ada).get(path).json["hits"]["hits"]] == [polar.id]
    assert api.as_(ada).get(f"/api/records/{make_draft('Dunes').id}/communities").json["hits"]["total"] == 0
    assert api.as_(make_user("eve@example.org")).get(path).status_code == 403
    assert api.as_(ada).get("/api/records/987654/communities").status_code == 404
