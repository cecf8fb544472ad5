"""What people and records may keep: in every way of uploading, set by operators, and asked for."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import MunimentError, PermissionDenied
from muniment.files.additions import NewFile
from muniment_quota.quotas import Quotas

pytestmark = pytest.mark.plugins("requests", "quota")


@pytest.fixture
def quotas(repository: Any) -> Quotas:
    found: Quotas = next(plugin.plugin.quotas for plugin in repository.generation.plugins if plugin.name == "quota")
    return found


def add(repository: Any, person: Any, draft: Any, name: str, size: int) -> None:
    repository.files.add_all(person.actor, draft.id, [NewFile(name, b"x" * size)])


@pytest.mark.hook("file_limits")
@pytest.mark.configuration("plugin", quota={"person_megabytes": 1})
def test_a_person_has_so_much_in_all(
    api: Any, repository: Any, quotas: Quotas, ada: Any, grace: Any, administrator: Any, make_draft: Any
) -> None:
    first, second = make_draft("First", files={"a": b"x" * 600_000}), make_draft("Second", files={"b": b"x"})
    base = f"/api/records/{second.id}/draft/files"
    answer = api.as_(ada).post(base, json=[{"key": "c", "size": 400_000}])
    assert answer.status_code == 413
    assert "1000000 bytes, and 600000 are used elsewhere" in answer.json["message"]
    add(repository, ada, second, "c", 399_999)
    assert api.as_(ada).get("/api/user/quota").json == {"used": 1_000_000, "quota_size": 1_000_000}
    assert api.as_(grace).get("/api/user/quota").json == {"used": 0, "quota_size": 1_000_000}
    path = f"/api/users/{ada.subject}/quota"
    assert api.as_(ada).post(path, json={"quota_size": 10**9}).status_code == 403
    assert api.as_(administrator).post(path, json={"quota_size": -1}).status_code == 400
    assert api.as_(administrator).post("/api/users/999/quota", json={"quota_size": 1}).status_code == 404
    assert api.as_(administrator).post(path, json={"quota_size": 2_000_000, "notes": "Survey"}).json == {}
    add(repository, ada, first, "d", 1_000_000)
    with pytest.raises(MunimentError, match="used elsewhere"):
        add(repository, ada, second, "e", 1)
    assert api.as_(administrator).post(path, json={"quota_size": None}).status_code == 200
    assert quotas.of_person(ada.subject).room == 0, "less than is used takes nothing away"
    acts = [entry.action for entry in repository.audit.entries() if entry.action.startswith("quota.")]
    assert acts == ["quota.person_set", "quota.person_set"]


def test_a_record_has_limits_of_its_own(
    api: Any, repository: Any, ada: Any, administrator: Any, make_record: Any, make_draft: Any
) -> None:
    record, other = make_record("Survey", files={"a": b"12345"}), make_draft("Other", files={"b": b"x"})
    path = f"/api/records/{record.id}/quota"
    assert api.as_(ada).post(path, json={"quota_size": 10}).status_code == 403
    assert api.as_(administrator).post(path, json={"quota_size": 10, "max_file_size": 4}).status_code == 200
    draft = repository.records.new_version(ada.actor, record.id)
    repository.records.import_files(ada.actor, draft.id)
    with pytest.raises(MunimentError, match="4 bytes are allowed"):
        add(repository, ada, draft, "b", 5)
    add(repository, ada, draft, "b", 4)
    with pytest.raises(MunimentError, match="1 bytes are allowed"):
        add(repository, ada, draft, "c", 2)
    add(repository, ada, other, "c", 20)
    assert api.as_(administrator).post(path, json={"quota_size": None}).status_code == 200
    add(repository, ada, draft, "c", 20)


def test_only_administrators_set(quotas: Quotas, ada: Any, make_record: Any) -> None:
    record = make_record("Survey")
    with pytest.raises(PermissionDenied):
        quotas.set_person(ada.actor, ada.subject, {"quota_size": "1 TB"})
    with pytest.raises(PermissionDenied):
        quotas.set_record(ada.actor, record.id, {"quota_size": "1 TB"})


@pytest.mark.hook("requests_types")
def test_more_is_asked_for_and_given(
    api: Any, repository: Any, ada: Any, grace: Any, administrator: Any, make_draft: Any, make_user: Any
) -> None:
    draft, moderator = make_draft("Survey", files={"b": b"x"}), make_user("mod@example.org", roles=["moderator"])
    path = f"/api/records/{draft.id}/quota-increase"
    wanted = {"quota_size": 80 * 10**9, "comment": "A <b>big</b> survey"}
    assert api.as_(grace).post(path, json=wanted).status_code == 403
    assert api.as_(ada).post(path, json={"quota_size": 0}).json["errors"][0]["field"] == "quota_size"
    refused = api.as_(ada).post(path, json={"quota_size": 10**13, "comment": " "})
    assert {error["field"] for error in refused.json["errors"]} == {"quota_size", "comment"}
    made = api.as_(ada).post(path, json=wanted).json
    assert made["title"] == "More storage for Survey"
    assert (made["type"], made["payload"]) == ("quota-increase", {"quota_size": 80 * 10**9})
    assert "<b>" not in made["description"]
    assert api.as_(ada).post(path, json=wanted).status_code == 409
    act = f"/api/requests/{made['id']}/actions/accept"
    assert api.as_(ada).post(act).status_code == 403
    assert api.as_(moderator).post(act).status_code == 404
    assert api.as_(administrator).post(act, json={"payload": {"quota_size": "lots"}}).status_code == 400
    done = api.as_(administrator).post(act, json={"payload": {"quota_size": "70 GB"}})
    assert done.json["payload"] == {"quota_size": 70 * 10**9}
    base = f"/api/records/{draft.id}/draft/files"
    announced = api.as_(ada).post(base, json=[{"key": "c", "size": 60 * 10**9}])
    assert announced.status_code == 201, announced.json
    own = api.as_(ada).post("/api/user/quota-increase", json=wanted).json
    assert own["type"] == "storage-increase"
    assert api.as_(administrator).post(f"/api/requests/{own['id']}/actions/accept").status_code == 200
    assert api.as_(ada).get("/api/user/quota").json["quota_size"] == 80 * 10**9


def test_a_draft_that_went_meanwhile(api: Any, repository: Any, ada: Any, administrator: Any, make_draft: Any) -> None:
    draft = make_draft("Survey")
    made = api.as_(ada).post(
        f"/api/records/{draft.id}/quota-increase", json={"quota_size": 10**9, "comment": "A survey"}
    )
    repository.records.delete_draft(ada.actor, draft.id)
    answer = api.as_(administrator).post(f"/api/requests/{made.json['id']}/actions/accept")
    assert (answer.status_code, answer.json["message"]) == (409, "The draft or record is gone.")


@pytest.mark.hook("render_slot")
@pytest.mark.hook("register_nav")
@pytest.mark.configuration("plugin", quota={"person_megabytes": 1})
def test_on_pages(panel_of: Any, panel: Any, ada: Any, grace: Any, make_draft: Any) -> None:
    draft, own = make_draft("Survey", files={"b": b"x" * 250_000}), panel_of(ada)
    form = own.get(f"/uploads/{draft.id}")
    assert "250 kB of 1 MB used" in form
    assert f'href="/uploads/{draft.id}/quota"' in form
    assert "250 kB of 1 MB" in own.get("/account/settings/quota")
    assert "Write a size" in own.post("/account/settings/quota", status=422, quota_size="much", comment="Please")
    asked = own.post("/account/settings/quota", quota_size="2 GB", comment="A survey")
    assert "Asked for, in all" in asked
    own.get(f"/uploads/{draft.id}/quota")
    assert "Say what" in own.post(f"/uploads/{draft.id}/quota", status=422, quota_size="5 GB", comment="")
    panel_of(grace).get(f"/uploads/{draft.id}/quota", status=403)
    own.get("/control/quota", status=403)
    assert "Nothing is set for anybody" in panel.get("/control/quota")
    assert "There is no such account" in panel.post("/control/quota/people", status=422, person="nobody")
    assert "There is no such record" in panel.post("/control/quota/records", status=422, record="nothing")
    set_ = panel.post("/control/quota/people", person=ada.email, quota_size="3 GB", notes="Survey")
    assert "250 kB of 3 GB used · Survey" in set_
    assert "Write a size" in panel.post("/control/quota/records", status=422, record=draft.id, quota_size="x")
    assert "5 GB, one file 1 GB" in panel.post(
        "/control/quota/records", record=draft.id, quota_size="5GB", max_file_size="1GB"
    )


@pytest.mark.configuration("plugin", quota={"person_megabytes": 1})
def test_statements_do_not_grow(
    repository: Any, ada: Any, make_record: Any, make_draft: Any, sql_statements: list[str]
) -> None:
    counts = []
    for number in (1, 4):
        for place in range(number):
            make_record(f"Record {number} {place}", files={"a": b"x", "b": b"y"})
        draft = make_draft("Draft", files={"a": b"x"})
        sql_statements.clear()
        add(repository, ada, draft, "c", 5)
        counts.append(len(sql_statements))
    assert counts[0] == counts[1]


@pytest.mark.hook("register_json_links")
def test_programs_written_for_invenio_rdm_ask_without_a_comment(api: Any, ada: Any, make_draft: Any) -> None:
    address = make_draft().data["links"]["quota_increase"]
    answer = api.as_(ada).post(address.partition("5000")[2], json={"quota_size": 80 * 10**9})
    assert (answer.status_code, answer.json["description"], answer.json["status"]) == (200, "", "submitted")
