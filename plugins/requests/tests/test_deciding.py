"""Asking and deciding: who may do what, in which state, and what becomes durable with it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from muniment.api import SYSTEM, Conflict, InvalidRequest, NotFound, PermissionDenied, Repository, ValidationFailed
from muniment_requests.api import Party, Request, RequestService
from muniment_requests.ending import expire_due

pytestmark = pytest.mark.plugins("requests", "probe")


@pytest.mark.hook("requests_types")
def test_the_receiver_accepts(requests: RequestService, asked: Callable[..., Request], grace: Any, deeds: Any) -> None:
    request = asked()
    assert request.status == "submitted"
    done = requests.act(grace.actor, request.id, "accept", "With pleasure.")
    assert (done.status, done.is_open) == ("accepted", False)
    assert deeds.done == [(grace.subject, request.id)]
    lines, _total = requests.conversation.lines(grace.actor, request.id)
    assert [(line.kind, line.content or line.payload["event"]) for line in lines] == [
        ("C", "<p>With pleasure.</p>"),
        ("L", "accepted"),
    ]


def test_what_fails_leaves_the_request_open(
    requests: RequestService, asked: Callable[..., Request], grace: Any, deeds: Any
) -> None:
    request = asked()
    deeds.refusal = Conflict("The files are gone.")
    with pytest.raises(Conflict, match="The files are gone"):
        requests.act(grace.actor, request.id, "accept", "Yes.")
    assert requests.get(grace.actor, request.id).is_open
    assert requests.conversation.lines(grace.actor, request.id) == ([], 0)


@pytest.mark.parametrize(("action", "status"), [("decline", "declined"), ("accept", "accepted")])
def test_who_asked_cannot_decide(
    requests: RequestService, asked: Callable[..., Request], ada: Any, grace: Any, action: str, status: str
) -> None:
    request = asked()
    with pytest.raises(PermissionDenied):
        requests.act(ada.actor, request.id, action)
    with pytest.raises(PermissionDenied):
        requests.act(grace.actor, request.id, "cancel")
    assert requests.act(grace.actor, request.id, action).status == status


def test_what_is_decided_stays(requests: RequestService, asked: Callable[..., Request], ada: Any, grace: Any) -> None:
    request = asked()
    requests.act(ada.actor, request.id, "cancel")
    with pytest.raises(InvalidRequest, match="This request is cancelled: one cannot accept it"):
        requests.act(grace.actor, request.id, "accept")


def test_of_two_who_decide_at_once_one_wins(
    requests: RequestService, asked: Callable[..., Request], grace: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = asked()
    seen = requests.get(grace.actor, request.id)
    requests.act(grace.actor, request.id, "decline")
    monkeypatch.setattr(requests, "get", lambda _actor, _id: seen)
    with pytest.raises(Conflict, match="Somebody else has decided"):
        requests.act(grace.actor, request.id, "accept")


def test_strangers_learn_nothing(
    requests: RequestService, asked: Callable[..., Request], make_user: Any, administrator: Any
) -> None:
    request = asked()
    stranger = make_user("eve@example.org").actor
    for attempt in (
        lambda: requests.get(stranger, request.id),
        lambda: requests.act(stranger, request.id, "accept"),
        lambda: requests.conversation.lines(stranger, request.id),
        lambda: requests.conversation.comment(stranger, request.id, "Hello"),
        lambda: requests.change(stranger, request.id, {"title": "Mine"}),
        lambda: requests.lock(stranger, request.id, locked=True),
        lambda: requests.get(stranger, "00000000-0000-0000-0000-000000000000"),
    ):
        with pytest.raises(NotFound, match="There is no such request"):
            attempt()
    assert requests.get(administrator.actor, request.id).id == request.id


def test_a_role_can_be_asked(
    requests: RequestService, asked: Callable[..., Request], make_user: Any, administrator: Any
) -> None:
    moderator = make_user("mod@example.org", roles=["moderator"])
    first, second = (asked(to=Party("group", "moderator")) for _ in range(2))
    assert requests.act(moderator.actor, first.id, "accept").status == "accepted"
    assert requests.act(administrator.actor, second.id, "decline").status == "declined"


def test_the_same_is_not_asked_twice(requests: RequestService, asked: Callable[..., Request], ada: Any) -> None:
    first = asked(about="12")
    with pytest.raises(Conflict, match="You have asked for this already"):
        asked(about="12")
    assert asked(about="13").number != first.number
    assert asked(about="12", type="question").number != first.number
    requests.act(ada.actor, first.id, "cancel")
    assert asked(about="12").is_open


def test_of_two_who_ask_the_same_at_once_one_has_asked(
    requests: RequestService, asked: Callable[..., Request], ada: Any, grace: Any
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with requests.database.write() as unit:
            first = requests.create(
                ada.actor,
                "favour",
                receiver=Party("user", str(grace.subject)),
                topic=Party("record", "12"),
                title="A favour",
                unit=unit,
            )
            second = pool.submit(asked, about="12")
            with pytest.raises(TimeoutError):
                second.result(timeout=0.5)
        with pytest.raises(Conflict, match="You have asked for this already") as caught:
            second.result(timeout=30)
    assert caught.value.values == {"request": first.id}


def test_what_is_not_sent_yet_is_its_makers(
    requests: RequestService, asked: Callable[..., Request], ada: Any, grace: Any
) -> None:
    request = asked(submit=False)
    with pytest.raises(NotFound):
        requests.get(grace.actor, request.id)
    assert requests.act(ada.actor, request.id, "submit").status == "submitted"
    assert requests.get(grace.actor, request.id).is_open
    with pytest.raises(PermissionDenied):
        requests.delete(ada.actor, request.id)
    other = asked(submit=False)
    requests.delete(ada.actor, other.id)
    with pytest.raises(NotFound):
        requests.get(ada.actor, other.id)


@pytest.mark.hook("register_jobs")
def test_requests_expire_once_their_time_is_over(
    requests: RequestService, asked: Callable[..., Request], ada: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, endless = asked(), asked(type="question")
    assert expire_due(requests) == 0
    now = requests.database.now
    monkeypatch.setattr(requests.database, "now", lambda: now() + timedelta(days=8))
    requests.repository.hooks.contributions("register_jobs")
    told = [requests.repository.jobs.run_now("requests.expire") for _ in range(2)]
    assert told == ["1 expired, 0 soon", "0 expired, 0 soon"]
    assert requests.get(ada.actor, request.id).status == "expired"
    assert requests.get(ada.actor, endless.id).is_open


def test_reviewers_take_part(
    requests: RequestService, asked: Callable[..., Request], ada: Any, grace: Any, make_user: Any
) -> None:
    request, reader = asked(), make_user("reader@example.org")
    changed = requests.change(grace.actor, request.id, {"reviewers": [{"user": str(reader.subject)}]})
    assert changed.reviewers == (Party("user", str(reader.subject)),)
    assert requests.conversation.comment(reader.actor, request.id, "Read.").kind == "C"
    with pytest.raises(PermissionDenied):
        requests.act(reader.actor, request.id, "accept")
    requests.change(ada.actor, request.id, {"reviewers": []})
    with pytest.raises(NotFound):
        requests.get(reader.actor, request.id)


@pytest.mark.parametrize(
    ("reviewers", "told"),
    [
        ("ada", "a list of at most 15"),
        ([{"user": "999"}], "Nobody is known as user:999"),
        ([{"record": "1"}], "Reviewers are people and groups"),
        ([{"user": 3}], "A party is an object with one key"),
        ([{"user": "1"}] * 16, "a list of at most 15"),
    ],
)
def test_reviewers_that_make_no_sense(
    requests: RequestService, asked: Callable[..., Request], ada: Any, reviewers: Any, told: str
) -> None:
    request = asked()
    with pytest.raises(InvalidRequest, match=told):
        requests.change(ada.actor, request.id, {"reviewers": reviewers})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "x" * 251}, "title"),
        ({"title": 3}, "title"),
        ({"title": "a\x07b"}, "title"),
        ({"description": None}, "description"),
        ({"description": "x" * 25_001}, "description"),
    ],
)
def test_texts_are_checked(
    requests: RequestService, asked: Callable[..., Request], ada: Any, changes: dict[str, Any], field: str
) -> None:
    request = asked()
    with pytest.raises(ValidationFailed) as caught:
        requests.change(ada.actor, request.id, changes)
    assert [problem.field for problem in caught.value.errors] == [field]
    assert requests.get(ada.actor, request.id).title == request.title


@pytest.mark.hook("register_event_handlers")
def test_what_is_asked_about_a_record_ends_with_it(
    repository: Repository,
    requests: RequestService,
    asked: Callable[..., Request],
    make_record: Any,
    ada: Any,
    administrator: Any,
) -> None:
    record = make_record()
    request = asked(about=record.id)
    repository.records.delete(administrator.actor, record.id)
    requests.repository.deliveries.run_until_idle()
    assert requests.get(ada.actor, request.id).status == "cancelled"


def test_closed_requests_are_kept_for_a_year(
    requests: RequestService, asked: Callable[..., Request], ada: Any, grace: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, still_open = asked(type="question"), asked(type="question")
    requests.act(grace.actor, closed.id, "decline")
    now = requests.database.now
    monkeypatch.setattr(requests.database, "now", lambda: now() + timedelta(days=366))
    requests.repository.privacy.sweep()
    with pytest.raises(NotFound):
        requests.get(ada.actor, closed.id)
    assert requests.get(ada.actor, still_open.id).is_open
    with requests.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM requests_entries")).scalar_one() == 0


def test_without_its_plugin_a_request_waits(
    repository: Repository, requests: RequestService, asked: Callable[..., Request], grace: Any, ada: Any
) -> None:
    request = asked()
    repository.plugins.disable("probe", SYSTEM)
    without = RequestService(repository.successor())
    assert without.get(grace.actor, request.id).is_open
    with pytest.raises(InvalidRequest, match="switched off"):
        without.act(grace.actor, request.id, "accept")
    assert expire_due(without) == 0
    assert without.act(ada.actor, request.id, "cancel").status == "cancelled"
