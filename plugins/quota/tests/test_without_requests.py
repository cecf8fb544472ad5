"""While `requests` is off nothing can be asked for, and limits hold."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import MunimentError
from muniment.files.additions import NewFile

pytestmark = [
    pytest.mark.plugins("quota"),
    pytest.mark.configuration("plugin", quota={"person_megabytes": 1}),
]


def test_nothing_can_be_asked_for(api: Any, panel_of: Any, ada: Any, make_draft: Any) -> None:
    draft = make_draft("Survey")
    sent = {"quota_size": 10**9, "comment": "A survey"}
    for path in (f"/api/records/{draft.id}/quota-increase", "/api/user/quota-increase"):
        answer = api.as_(ada).post(path, json=sent)
        assert (answer.status_code, answer.json["message"]) == (400, "More storage cannot be asked for on this site.")
    own = panel_of(ada)
    assert "Ask for more" not in own.get(f"/uploads/{draft.id}")
    assert "Ask for more" not in own.get("/account/settings/quota")
    own.get(f"/uploads/{draft.id}/quota", status=404)


def test_limits_hold(repository: Any, ada: Any, make_draft: Any) -> None:
    draft = make_draft("Survey", files={"a": b"x" * 900_000})
    with pytest.raises(MunimentError, match="100000 bytes are allowed"):
        repository.files.add_all(ada.actor, draft.id, [NewFile("b", b"x" * 100_001)])


def test_a_record_that_changes_hands_counts_for_its_new_owner(
    repository: Any, ada: Any, grace: Any, make_record: Any, make_draft: Any
) -> None:
    record = make_record("Survey", files={"a": b"x" * 900_000})
    parent = repository.records.parent_for(ada.actor, record.id)
    repository.records.transfer(ada.actor, parent.id, giver=ada.subject, receiver=grace.subject)
    assert (repository.files.used_by(ada.subject), repository.files.used_by(grace.subject)) == (0, 900_000)
    repository.files.add_all(ada.actor, make_draft("New", files={"s": b"x"}).id, [NewFile("b", b"x" * 900_000)])
    hers = make_draft("Hers", actor=grace.actor, files={"s": b"x"})
    with pytest.raises(MunimentError, match="used elsewhere"):
        repository.files.add_all(grace.actor, hers.id, [NewFile("b", b"x" * 100_000)])


def test_what_an_account_is_allowed_is_in_the_copy_of_its_data(
    api: Any, repository: Any, ada: Any, administrator: Any
) -> None:
    api.as_(administrator).post(f"/api/users/{ada.subject}/quota", json={"quota_size": 5, "notes": "Survey"})
    assert "quota.people" in repository.privacy.categories
    [store] = repository.privacy.categories["quota.people"].stores
    with repository.database.read() as session:
        assert session.get(store.model, ada.subject).note == "Survey"


@pytest.mark.hook("register_blueprints")
def test_what_was_announced_counts_until_it_is_deleted(api: Any, ada: Any, make_draft: Any) -> None:
    first, second = make_draft("First", files={"a": b"x"}), make_draft("Second", files={"a": b"x"})
    base, other = (f"/api/records/{draft.id}/draft/files" for draft in (first, second))
    client = api.as_(ada)
    assert client.post(base, json=[{"key": "b", "size": 900_000}]).status_code == 201
    assert client.get("/api/user/quota").json["used"] == 900_002
    assert client.post(other, json=[{"key": "b", "size": 200_000}]).status_code == 413
    assert client.delete(f"{base}/b").status_code == 204
    assert client.post(other, json=[{"key": "b", "size": 200_000}]).status_code == 201
