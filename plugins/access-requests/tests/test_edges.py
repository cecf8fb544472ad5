"""What ends, fails or goes between a question and its answer."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import Repository, RetryLater
from muniment_access_requests.asking import html_of
from muniment_access_requests.options import whole

pytestmark = pytest.mark.plugins("requests", "sharing", "access-requests")

ASK = {"message": "I compare surveys."}
GUEST = {
    **ASK,
    "email": "guest@example.org",
    "full_name": "Gil Guest",
    "consent_to_share_personal_data": True,
}


def access_requests(repository: Repository) -> Any:
    return next(one.plugin for one in repository.generation.plugins if one.name == "access-requests")


@pytest.fixture
def guest_request(api: Any, ada: Any, closed: Any, repository: Repository) -> str:
    """The id of what a guest has asked and confirmed."""
    from sqlalchemy import text

    api.post(f"/api/records/{closed.id}/access/request", json=GUEST)
    guests = access_requests(repository).guests
    with repository.database.read() as session:
        id = session.execute(text("SELECT id FROM access_requests_guests")).scalar_one()
    return str(guests.confirm(guests.token(id)).request.id)


def test_what_people_write_is_text() -> None:
    assert html_of("<b>one</b>\ntwo & three") == "<p>&lt;b&gt;one&lt;/b&gt;<br>two &amp; three</p>"


def test_days_are_whole_numbers() -> None:
    assert [whole(value) for value in ("", None, "0", 365, "366", -1, True, 1.5, "x", [1])] == [
        0,
        0,
        0,
        365,
        None,
        None,
        None,
        None,
        None,
        None,
    ]


def test_a_letter_waits_for_the_mail_server(
    api: Any, repository: Repository, closed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from muniment_access_requests.letters import Letters

    def away(*_arguments: Any, **_more: Any) -> None:
        raise ConnectionRefusedError

    api.post(f"/api/records/{closed.id}/access/request", json=GUEST)
    letters = Letters(access_requests(repository).guests)
    monkeypatch.setattr(repository.mail, "send", away)
    from sqlalchemy import text

    with repository.database.read() as session:
        id = session.execute(text("SELECT id FROM access_requests_guests")).scalar_one()

    class Entry:
        payload = {"letter": "confirm", "guest": id, "requested": repository.now().isoformat()}

    with pytest.raises(RetryLater):
        letters.send(repository, Entry())  # type: ignore[arg-type]


def test_a_link_that_was_revoked_at_once_is_not_sent(
    api: Any, ada: Any, closed: Any, guest_request: str, letters: Any
) -> None:
    before = len(letters())
    assert api.as_(ada).post(f"/api/requests/{guest_request}/actions/accept").status_code == 200
    links = f"/api/records/{closed.id}/access/links"
    [link] = api.as_(ada).get(links).json["hits"]["hits"]
    assert (link["origin"], link["description"]) == (
        f"access-request:{guest_request}",
        "Gil Guest <guest@example.org>",
    )
    assert api.as_(ada).delete(f"{links}/{link['id']}").status_code == 204
    assert len(letters()) == before


@pytest.mark.configuration("plugin", sharing={"longest_link_days": 10})
def test_links_end_as_the_site_asks(api: Any, ada: Any, guest_request: str) -> None:
    act = f"/api/requests/{guest_request}/actions/accept"
    for days in (0, 11):
        refused = api.as_(ada).post(act, json={"payload": {"secret_link_expiration": days}})
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (400, "secret_link_expiration")
    assert api.as_(ada).post(act, json={"payload": {"secret_link_expiration": 10}}).status_code == 200


def test_what_was_given_can_be_ended_at_once(api: Any, ada: Any, grace: Any, closed: Any) -> None:
    content = f"/api/records/{closed.id}/files/beetles.csv/content"
    made = api.as_(grace).post(f"/api/records/{closed.id}/access/request", json=ASK).json
    api.as_(ada).post(f"/api/requests/{made['id']}/actions/accept")
    assert api.as_(grace).get(content).status_code == 200
    assert api.as_(ada).delete(f"/api/records/{closed.id}/access/users/{grace.subject}").status_code == 204
    assert api.as_(grace).get(content).status_code == 403
    assert api.get(content).status_code == 403


def test_who_asks_can_withdraw(api: Any, ada: Any, grace: Any, closed: Any) -> None:
    path = f"/api/records/{closed.id}/access/request"
    made = api.as_(grace).post(path, json=ASK).json
    assert api.as_(grace).post(f"/api/requests/{made['id']}/actions/cancel").json["status"] == "cancelled"
    assert api.as_(ada).post(f"/api/requests/{made['id']}/actions/accept").status_code == 400
    assert api.as_(grace).post(path, json=ASK).status_code == 200


def test_an_address_that_has_an_account_gets_what_was_asked_with_it(
    repository: Repository, make_user: Any, guest_request: str
) -> None:
    person = make_user("guest@example.org")
    category = repository.privacy.categories["access-requests.guests"]
    assert category.export is not None
    [(name, rows)] = list(category.export(repository, person.subject))
    assert (name, rows[0]["name"]) == ("as-guest.json", "Gil Guest")


def test_the_record_page_asks_no_more_than_one_statement_of_visitors(
    client: Any, closed: Any, make_record: Any, sql_statements: list[str]
) -> None:
    opened = make_record("Open record", files={"a.txt": b"a"})
    counts = []
    for number in (opened.id, closed.id):
        client.get(f"/records/{number}")
        sql_statements.clear()
        client.get(f"/records/{number}")
        counts.append(sum("access_requests" in statement for statement in sql_statements))
    assert counts == [0, 1]
