"""Who is told of what happens to a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import SYSTEM, Event, LogEntry, Notification, Repository
from muniment_requests.api import Party, Request, RequestService
from muniment_requests.events import RequestActed, RequestCommented, RequestExpiring

pytestmark = pytest.mark.plugins("requests", "probe")


def told(repository: Repository, event: Event) -> dict[str, Notification]:
    """What is told of an event, by the type of notifications."""
    entry = LogEntry(1, event.name, event.key, event.payload())
    types = [one for one in repository.hooks.register_notification_types() if event.name in one.events]
    return {one.id: notification for one in types for notification in one.tell(repository, entry)}


@pytest.mark.hook("register_notification_types")
def test_the_receiver_hears_of_a_request_and_who_asked_of_the_decision(
    repository: Repository, requests: RequestService, asked: Callable[..., Request], ada: Any, grace: Any
) -> None:
    request = asked("Read my draft")
    found = told(repository, RequestActed(request.number, request.type, ada.subject, "submit"))
    assert found == {
        "requests.new": Notification(
            frozenset({grace.subject}),
            "%(person)s asks: “%(title)s”",
            f"/me/requests/{request.id}",
            {"title": "Read my draft", "person": "Ada"},
            cause=ada.subject,
        )
    }
    requests.act(grace.actor, request.id, "accept")
    found = told(repository, RequestActed(request.number, request.type, grace.subject, "accept"))
    assert [(id, one.to, one.text) for id, one in found.items()] == [
        ("requests.decided", frozenset({ada.subject}), "“%(title)s” was accepted")
    ]


def test_titles_in_words_of_a_plugin_are_left_to_the_reader(
    repository: Repository, asked: Callable[..., Request], ada: Any, grace: Any
) -> None:
    request = asked("Invitation to join %(community)s", title_values={"community": "Polar"})
    (found,) = told(repository, RequestActed(request.number, request.type, ada.subject, "submit")).values()
    assert (found.values, found.words) == (
        {"community": "Polar", "person": "Ada"},
        {"title": "Invitation to join %(community)s"},
    )


def test_a_comment_is_told_to_all_who_take_part_and_leads_to_itself(
    repository: Repository,
    requests: RequestService,
    asked: Callable[..., Request],
    ada: Any,
    grace: Any,
    make_user: Any,
) -> None:
    eve = make_user("eve@example.org")
    request = asked("")
    requests.change(grace.actor, request.id, {"reviewers": [{"user": str(eve.subject)}]})
    line = requests.conversation.comment(grace.actor, request.id, "Which one?")
    event = RequestCommented(request.number, request.type, grace.subject, line.number)
    (found,) = told(repository, event).values()
    assert found.to == {ada.subject, grace.subject, eve.subject}
    assert (found.cause, found.words) == (grace.subject, {"title": "A favour"})
    assert found.path.endswith(f"#commentevent-{line.id}")
    requests.conversation.remove(grace.actor, request.id, line.id)
    assert told(repository, event) == {}


def test_moderators_are_told_and_administrators_where_there_is_none(
    repository: Repository, requests: RequestService, asked: Callable[..., Request], administrator: Any, make_user: Any
) -> None:
    request = asked(to=Party("group", "moderator"))
    event = RequestActed(request.number, request.type, None, "submit")
    assert told(repository, event)["requests.new"].to == {administrator.subject}
    moderator = make_user("mod@example.org", roles=["moderator"])
    found = told(repository, event)["requests.new"]
    assert (found.to, found.text) == ({moderator.subject}, "Somebody asks: “%(title)s”")


def test_all_hear_that_nobody_decided_in_time(
    repository: Repository, requests: RequestService, asked: Callable[..., Request], ada: Any, grace: Any
) -> None:
    request = asked()
    requests.act(SYSTEM, request.id, "expire")
    (found,) = told(repository, RequestActed(request.number, request.type, None, "expire")).values()
    assert found.to == {ada.subject, grace.subject}


def test_who_is_asked_is_told_that_time_runs_out(
    repository: Repository, asked: Callable[..., Request], grace: Any
) -> None:
    request = asked()
    found = told(repository, RequestExpiring(request.number, request.type, None))["requests.expiring"]
    assert (found.to, found.cause) == ({grace.subject}, None)
