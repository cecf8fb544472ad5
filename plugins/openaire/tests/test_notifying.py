"""OpenAIRE is told of what is published, changed and deleted, by a real server that stands in for it."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from muniment.api import SYSTEM, Repository, RetryLater
from muniment.testing.documents import document
from muniment.testing.partners import Answered, Asked, played
from muniment_openaire.notifying import Notifier, Refused
from muniment_openaire.settings import Settings

pytestmark = pytest.mark.plugins("openaire")


class StandIn:
    """Keeps what it was sent; answers with `status`."""

    def __init__(self) -> None:
        self.status = 200
        self.headers: dict[str, str] = {}
        self.known: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []
        self.url = ""

    def answer(self, asked: Asked) -> Answered:
        self.calls.append(f"{asked.method} {asked.path}")
        assert asked.headers["Authorization"] == "Basic bWU6c2VjcmV0"
        if self.status == 200 and asked.method == "POST":
            self.known[asked.json["originalId"]] = asked.json
        elif self.status == 200:
            self.known.pop(asked.json["originalId"], None)
        return Answered(self.status, b"words", self.headers)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    made = StandIn()
    with played(made.answer) as url:
        made.url = f"{url}/results"
        yield made


@pytest.fixture
def told(repository: Repository, stand_in: StandIn) -> Repository:
    """The repository with the notification on."""
    values = {"api_url": stand_in.url, "datasource": "opendoar____::1", "username": "me", "password": "secret"}
    repository.plugin_settings.change("openaire", {**values, "notify": True}, SYSTEM)
    return repository.successor()


def deliver(repository: Repository) -> None:
    repository.deliveries.run_until_idle()


def test_it_is_off_by_default(repository: Repository, make_record: Any, stand_in: StandIn) -> None:
    repository.plugin_settings.change("openaire", {"api_url": stand_in.url}, SYSTEM)
    make_record()
    deliver(repository.successor())
    assert Settings().load({})["notify"] is False
    assert stand_in.calls == []


@pytest.mark.parametrize("missing", ["api_url", "datasource", "username", "password"])
def test_it_needs_an_address_and_an_account(missing: str) -> None:
    given = {"api_url": "https://x.org", "datasource": "o", "username": "u", "password": "p", "notify": True}
    assert missing in Settings().validate({**given, missing: ""})
    assert Settings().validate(given) == {}


@pytest.mark.hook("register_event_handlers")
def test_a_record_from_its_publication_to_its_deletion(told: Repository, make_record: Any, stand_in: StandIn) -> None:
    funding = [
        {
            "funder": {"id": "00k4n6c32", "name": "European Commission"},
            "award": {"number": "777483", "program": "H2020", "title": {"en": "ICEDIG"}},
        }
    ]
    number = make_record("Drift of ice", metadata={"funding": funding, "resource_type": {"id": "dataset"}}).id
    deliver(told)
    (known,) = stand_in.known.values()
    assert {key: known[key] for key in ("title", "type", "licenseCode", "linksToProjects", "collectedFromId")} == {
        "title": "Drift of ice",
        "type": "dataset",
        "licenseCode": "CLOSED",
        "linksToProjects": ["info:eu-repo/grantAgreement/EC/H2020/777483"],
        "collectedFromId": "opendoar____::1",
    }
    assert known["originalId"].endswith(f":{number}")
    told.records.delete(SYSTEM, number, {"removal_reason": {"id": "spam"}})
    deliver(told)
    assert stand_in.known == {}
    told.records.restore(SYSTEM, number)
    deliver(told)
    assert len(stand_in.known) == 1
    assert stand_in.calls == ["POST /results/feedObject", "DELETE /results", "POST /results/feedObject"]


def test_an_edit_is_told_and_what_changes_nothing_is_not(
    told: Repository, ada: Any, make_record: Any, stand_in: StandIn
) -> None:
    number = make_record("First").id
    deliver(told)
    told.records.edit(ada.actor, number)
    told.records.publish(ada.actor, number)
    deliver(told)
    assert len(stand_in.calls) == 1
    told.records.edit(ada.actor, number)
    told.records.update_draft(ada.actor, number, document("Second"))
    told.records.publish(ada.actor, number)
    deliver(told)
    assert [known["title"] for known in stand_in.known.values()] == ["Second"]


def test_a_restricted_record_is_never_told(told: Repository, ada: Any, stand_in: StandIn) -> None:
    access = {"record": "restricted", "files": "restricted"}
    draft = told.records.create(ada.actor, {**document("Closed"), "access": access})
    told.records.publish(ada.actor, draft.id)
    deliver(told)
    assert stand_in.calls == []


@pytest.mark.parametrize(
    ("status", "headers", "expected", "words"),
    [
        (500, {}, RetryLater, "answered 500"),
        (429, {"Retry-After": "7"}, RetryLater, "answered 429"),
        (400, {}, Refused, "answered 400: words"),
        (302, {"Location": "http://127.0.0.1:1/"}, Refused, "answered 302"),
    ],
)
def test_what_openaire_answers(
    told: Repository,
    make_record: Any,
    stand_in: StandIn,
    status: int,
    headers: dict[str, str],
    expected: type[Exception],
    words: str,
) -> None:
    record = make_record()
    stand_in.status, stand_in.headers = status, headers
    entry: Any = SimpleNamespace(payload={"record_id": int(record.id)})
    with pytest.raises(expected, match=words) as caught:
        Notifier(told, told.settings("openaire")).follow(entry)
    assert getattr(caught.value, "seconds", None) == (7.0 if status == 429 else None)
