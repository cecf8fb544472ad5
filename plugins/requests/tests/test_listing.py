"""Lists: what waits, what is one's own, what is unread; and as many statements for many as for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import ANONYMOUS, PermissionDenied
from muniment_requests.api import Request, RequestService
from muniment_requests.listing import Asked

pytestmark = pytest.mark.plugins("requests", "probe")


WAITING = Asked(part="waiting", is_open=True)


def titles(requests: RequestService, person: Any, **asked: Any) -> list[str]:
    return [request.title for request in requests.list(person.actor, Asked(**asked)).requests]


def test_each_sees_their_side(
    requests: RequestService, asked: Callable[..., Request], ada: Any, grace: Any, make_user: Any
) -> None:
    asked("One")
    asked("Two", by=grace, to=ada)
    draft = asked("Three", submit=False)
    assert titles(requests, ada, part="creator") == ["Three", "One"]
    assert titles(requests, ada, part="waiting") == ["Two"]
    assert titles(requests, grace) == ["Two", "One"]
    assert titles(requests, make_user("eve@example.org")) == []
    assert titles(requests, ada, statuses=["created"]) == [draft.title]
    with pytest.raises(PermissionDenied):
        requests.list(ANONYMOUS, Asked())


def test_lists_are_narrowed_and_sorted(
    requests: RequestService, asked: Callable[..., Request], ada: Any, grace: Any
) -> None:
    first = asked("Alpha beta", about="12")
    asked("Beta 100%", type="question")
    requests.act(grace.actor, first.id, "decline")
    assert titles(requests, ada, q="BETA alpha") == ["Alpha beta"]
    requests.conversation.comment(ada.actor, first.id, "Über die ÄNDERUNG der Maße")
    assert titles(requests, ada, q="änderung ÜBER maße") == ["Alpha beta"]
    assert titles(requests, ada, q="100%") == ["Beta 100%"]
    assert titles(requests, ada, types=["question"]) == ["Beta 100%"]
    assert titles(requests, ada, is_open=True) == ["Beta 100%"]
    assert titles(requests, ada, is_open=False) == ["Alpha beta"]
    assert titles(requests, ada, topic="record:12") == ["Alpha beta"]
    assert titles(requests, ada, receiver=f"user:{grace.subject}", sort="oldest") == ["Alpha beta", "Beta 100%"]
    assert titles(requests, ada, created_by=f"user:{grace.subject}") == []
    assert titles(requests, ada, sort="newestactivity") == ["Alpha beta", "Beta 100%"]


def test_titles_in_words_of_a_plugin_are_found_by_what_they_name(
    requests: RequestService, asked: Callable[..., Request], ada: Any
) -> None:
    asked("“%(title)s” was accepted", title_values={"title": "Polar 100% research"})
    assert titles(requests, ada, q="polar 100%") == ["“Polar 100% research” was accepted"]


def test_pages_tell_how_many_there_are(requests: RequestService, asked: Callable[..., Request], ada: Any) -> None:
    for number in range(5):
        asked(str(number))
    found = requests.list(ada.actor, Asked(page=2, size=2, sort="oldest"))
    assert ([one.title for one in found.requests], found.total) == (["2", "3"], 5)
    assert requests.list(ada.actor, Asked(page=9, size=2)).total == 5


def test_what_others_said_is_unread(
    requests: RequestService, asked: Callable[..., Request], ada: Any, grace: Any
) -> None:
    request = asked()

    def unread(person: Any) -> bool:
        return requests.list(person.actor, Asked()).requests[0].unread

    assert not unread(ada)
    assert unread(grace), "what is asked is new to whom it is asked"
    requests.conversation.mark_read(grace.actor, requests.get(grace.actor, request.id))
    assert not unread(grace)
    requests.conversation.comment(ada.actor, request.id, "By the way")
    assert (unread(ada), unread(grace)) == (False, True)


def test_the_number_of_statements_does_not_grow(
    requests: RequestService, asked: Callable[..., Request], ada: Any, sql_statements: list[str]
) -> None:
    asked("0")
    sql_statements.clear()
    requests.list(ada.actor, Asked())
    few = len(sql_statements)
    for number in range(10):
        asked(str(number))
    sql_statements.clear()
    assert len(requests.list(ada.actor, Asked()).requests) == 11
    assert len(sql_statements) == few


def test_one_gets_from_request_to_request(requests: RequestService, asked: Callable[..., Request], grace: Any) -> None:
    first, second, third = asked("1"), asked("2"), asked("3")
    assert requests.neighbours(grace.actor, requests.get(grace.actor, second.id), WAITING) == (third.id, first.id)
    oldest = Asked(part="waiting", is_open=True, sort="oldest")
    assert requests.neighbours(grace.actor, requests.get(grace.actor, second.id), oldest) == (first.id, third.id)
    requests.act(grace.actor, third.id, "decline")
    assert requests.neighbours(grace.actor, requests.get(grace.actor, second.id), WAITING) == ("", first.id)
