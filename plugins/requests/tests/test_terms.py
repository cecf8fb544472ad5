"""What a type adds to its requests: details, terms of what is accepted, and askers without an account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from markupsafe import Markup

from muniment.api import SYSTEM, NotFound, Problem, Repository, ValidationFailed
from muniment_requests.api import Party, Request, RequestService, RequestType, Terms

pytestmark = pytest.mark.plugins("requests", "probe")


def _days(_request: Request, sent: Mapping[str, Any]) -> dict[str, Any]:
    if not str(sent.get("days", "")).isdigit():
        raise ValidationFailed(errors=[Problem("days", "How many days?")])
    return {"days": int(sent["days"])}


def _control(_request: Request, sent: Mapping[str, Any], problems: Any) -> Markup:
    return Markup('<input name="days" value="{}">{}').format(sent.get("days", ""), [text for _, text in problems])


@pytest.fixture
def instance(instance: Any, fake_plugin: Any) -> Any:
    """An instance with a type ``loan`` that takes a number of days."""
    loan = RequestType(
        "loan", "A loan", details=lambda _actor, request: Markup("<p>Details</p>"), terms=Terms(_control, _days)
    )
    fake_plugin("probe", {"requires": ["requests"]}, requests_types=[loan])
    return instance


def test_terms_are_read_when_it_is_accepted(
    repository: Repository, panel_of: Any, api: Any, asked: Any, ada: Any, grace: Any
) -> None:
    request = asked(type="loan", payload={"of": "a book"})
    page, own = panel_of(grace), f"/me/requests/{request.id}"
    shown = page.get(own)
    assert "<p>Details</p>" in shown
    assert '<input name="days" value="">' in shown
    assert "days" not in panel_of(ada).get(own), "who asks sets no terms"
    refused = page.post(own, status=422, do="accept", days="soon", content="Gladly.")
    assert 'value="soon"' in refused
    assert "How many days?" in refused
    act = f"/api/requests/{request.id}/actions/accept"
    answer = api.as_(grace).post(act, json={"payload": {"content": "Yes"}})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (400, "days")
    done = api.as_(grace).post(act, json={"payload": {"content": "Yes", "format": "html", "days": "7", "of": "mine"}})
    assert (done.json["status"], done.json["payload"]) == ("accepted", {"of": "a book", "days": 7})


def test_somebody_without_an_account_asks(
    requests: RequestService, repository: Repository, ada: Any, grace: Any, make_user: Any
) -> None:
    mary = make_user("mary@example.org")
    guest = Party("email", "guest@example.org")
    made = requests.create(
        SYSTEM,
        "loan",
        receiver=Party("user", str(ada.subject)),
        also=[Party("group", "moderator")],
        topic=Party("record", "1"),
        creator=guest,
    )
    assert made.creator == guest
    assert requests.open_about(Party("record", "1"), "loan") == [made.id]
    assert requests.about(SYSTEM, "loan", Party("record", "1"), guest) is not None
    moderator = make_user("mod@example.org", roles=["moderator"])
    assert requests.get(moderator.actor, made.id).parts == {"receiver"}
    with repository.database.write() as unit:
        requests.readdress(unit, made.id, Party("user", str(mary.subject)))
    for person in (ada, moderator):
        with pytest.raises(NotFound):
            requests.get(person.actor, made.id)
    requests.act(SYSTEM, made.id, "cancel", by=guest)
    lines, _total = requests.conversation.lines(mary.actor, made.id)
    assert [(line.author, line.payload) for line in lines] == [(guest, {"event": "cancelled"})]
