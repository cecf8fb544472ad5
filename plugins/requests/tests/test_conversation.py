"""Comments: said, answered, changed, removed; and a conversation that is locked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import InvalidRequest, NotFound, PermissionDenied
from muniment_requests.api import Request, RequestService

pytestmark = pytest.mark.plugins("requests", "probe")


def contents(requests: RequestService, actor: Any, request: Request) -> list[str]:
    lines, _total = requests.conversation.lines(actor, request.id)
    return [line.content for line in lines]


def test_answers_follow_what_they_answer(
    requests: RequestService, asked: Callable[..., Request], ada: Any, grace: Any
) -> None:
    request, talk = asked(), requests.conversation
    first = talk.comment(ada.actor, request.id, "First")
    talk.comment(ada.actor, request.id, "Second")
    answer = talk.comment(grace.actor, request.id, "To the first", first.id)
    deeper = talk.comment(ada.actor, request.id, "To the answer", answer.id)
    assert (answer.parent, deeper.parent) == (first.number, first.number), "answers stand on one level"
    assert contents(requests, ada.actor, request) == [
        "<p>First</p>",
        "<p>To the first</p>",
        "<p>To the answer</p>",
        "<p>Second</p>",
    ]
    assert [line.id for line in talk.replies(grace.actor, request.id, first.id)] == [answer.id, deeper.id]


def test_comments_are_clean(requests: RequestService, asked: Callable[..., Request], ada: Any) -> None:
    request = asked()
    requests.conversation.comment(ada.actor, request.id, '<p onclick="x()">Hi<script>alert(1)</script></p>')
    requests.conversation.comment(ada.actor, request.id, "one\ntwo\n\nthree & <four")
    assert contents(requests, ada.actor, request) == [
        "<p>Hi</p>",
        "<p>one<br>two</p><p>three &amp; &lt;four</p>",
    ]


def test_only_ones_own_are_changed(
    requests: RequestService, asked: Callable[..., Request], ada: Any, grace: Any, administrator: Any
) -> None:
    request, talk = asked(), requests.conversation
    line = talk.comment(ada.actor, request.id, "Fist")
    assert talk.edit(ada.actor, request.id, line.id, "First").is_edited
    with pytest.raises(PermissionDenied):
        talk.edit(grace.actor, request.id, line.id, "Mine")
    with pytest.raises(PermissionDenied):
        talk.remove(grace.actor, request.id, line.id)
    talk.remove(administrator.actor, request.id, line.id)
    (left,), total = talk.lines(ada.actor, request.id)
    assert (left.removed, left.content, total) == (True, "", 1)
    with pytest.raises(NotFound, match="There is no such comment"):
        talk.get(ada.actor, request.id, line.id)


@pytest.mark.parametrize("empty", ["", "   ", "<p></p>"])
def test_a_comment_says_something(
    requests: RequestService, asked: Callable[..., Request], ada: Any, empty: str
) -> None:
    request = asked()
    with pytest.raises(InvalidRequest, match="A comment says something"):
        requests.conversation.comment(ada.actor, request.id, empty)


def test_a_comment_of_another_request_is_none(
    requests: RequestService, asked: Callable[..., Request], ada: Any
) -> None:
    request, other = asked(), asked()
    line = requests.conversation.comment(ada.actor, request.id, "Here")
    with pytest.raises(NotFound):
        requests.conversation.get(ada.actor, other.id, line.id)
    with pytest.raises(NotFound):
        requests.conversation.comment(ada.actor, other.id, "There", line.id)


def test_a_locked_conversation_is_for_those_who_decide(
    requests: RequestService, asked: Callable[..., Request], ada: Any, grace: Any
) -> None:
    request, talk = asked(), requests.conversation
    line = talk.comment(ada.actor, request.id, "Before")
    with pytest.raises(PermissionDenied):
        requests.lock(ada.actor, request.id, locked=True)
    requests.lock(grace.actor, request.id, locked=True)
    with pytest.raises(PermissionDenied, match="This conversation is locked"):
        talk.comment(ada.actor, request.id, "After")
    with pytest.raises(PermissionDenied):
        talk.edit(ada.actor, request.id, line.id, "Changed")
    talk.comment(grace.actor, request.id, "That is all")
    requests.lock(grace.actor, request.id, locked=False)
    talk.comment(ada.actor, request.id, "After")


def test_long_conversations_come_in_pages(requests: RequestService, asked: Callable[..., Request], ada: Any) -> None:
    request, talk = asked(), requests.conversation
    ids = [talk.comment(ada.actor, request.id, str(number)).id for number in range(5)]
    answer = talk.comment(ada.actor, request.id, "late", ids[3])
    lines, total = talk.lines(ada.actor, request.id, page=2, size=2)
    assert ([line.id for line in lines], total) == ([ids[2], ids[3], answer.id], 5)
    assert [talk.page_of(ada.actor, request.id, id, 2) for id in (*ids, answer.id)] == [1, 1, 2, 2, 3, 2]
